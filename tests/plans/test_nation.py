"""A nation's snapshot: sealed, rolled up by DuckDB, cell by cell what the reference evaluator says."""

from fractions import Fraction

import pytest

from bench.analytics import nation
from linli.plans.formula import Months, evaluate
from linli.plans.nation import asking, layout
from linli.plans.nation.asking import Places
from linli.plans.nation.layout import SnapshotRefused

from .nation_facts import facts_of, rows_of

COMMUNITIES, FIRST = 400, nation.FIRST
YEAR, QUARTER, MONTH = Months(FIRST, FIRST + 11), Months(FIRST + 6, FIRST + 8), Months(FIRST + 4, FIRST + 4)
PERIODS = (MONTH, QUARTER, YEAR)
DUE = FIRST + 10  # the last month is not due yet


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nation") / "one"
    nation.write_nation(folder, COMMUNITIES, seed=7)
    return asking.roll_up(folder, list(nation.EXPRESSIONS.values()), PERIODS, due_through=DUE)


@pytest.mark.parametrize("months", PERIODS, ids=["month", "quarter", "year"])
def test_every_place_has_what_the_reference_evaluator_says(snapshot, months):
    """0 wrong cells against brute force, over moves, merges, divisions, gaps and a month that is not due."""
    facts, paths = facts_of(snapshot, months)

    got = snapshot.cells(nation.EXPRESSIONS, [months], Places(codes=tuple(paths)))

    assert len(got) == len(paths) * len(nation.EXPRESSIONS)
    for cell in got:
        wanted = evaluate(nation.EXPRESSIONS[cell.indicator], facts, paths[cell.area], months).value
        assert (cell.area, cell.indicator, cell.value) == (cell.area, cell.indicator, wanted)


def test_a_community_is_computed_when_it_is_asked_for(snapshot):
    facts, paths = facts_of(snapshot, YEAR)
    county = rows_of(snapshot, layout.PLACES)[3]
    assert county["level"] == "county"

    got = snapshot.cells(
        {"per-0": nation.EXPRESSIONS["per-0"]}, [YEAR], Places((), county["code"], "community")
    )

    inside = [u for u in facts.units if u.path.startswith(paths[county["code"]])]
    assert [cell.area for cell in got] == [unit.code for unit in inside]
    for cell, unit in zip(got, inside, strict=True):
        assert cell.value == evaluate(nation.EXPRESSIONS["per-0"], facts, unit.path, YEAR).value


def test_a_parent_is_the_sum_of_its_children(snapshot):
    sums = {"total": nation.EXPRESSIONS["total"]}
    for months in PERIODS:
        (root,) = snapshot.cells(sums, [months], Places(codes=("000000000000",)))
        streets = snapshot.cells(sums, [months], Places((), "000000000000", "street"))
        assert root.value.number == sum((c.value.number or Fraction(0) for c in streets), Fraction(0))
        assert root.value.expected == sum(c.value.expected for c in streets)


def test_rolling_up_again_gives_the_same_bytes(snapshot):
    before = {p.name: layout.digest_of(p) for p in snapshot.folder.glob("rolled_*.parquet")}

    asking.roll_up(snapshot.folder, list(nation.EXPRESSIONS.values()), PERIODS, due_through=DUE)

    assert {p.name: layout.digest_of(p) for p in snapshot.folder.glob("rolled_*.parquet")} == before


def test_a_sealed_snapshot_is_never_written_again_and_a_changed_one_is_found_out(snapshot, tmp_path):
    with pytest.raises(SnapshotRefused, match="不能改写"):
        layout.seal(snapshot.folder, snapshot.manifest)
    folder = tmp_path / "other"
    nation.write_nation(folder, 40)
    with (folder / layout.UNITS).open("ab") as file:
        file.write(b"x")
    with pytest.raises(SnapshotRefused, match=r"units\.parquet 与封存时不同"):
        layout.opened(folder, check=True)


def test_what_a_snapshot_cannot_answer_is_said(snapshot, tmp_path):
    with pytest.raises(SnapshotRefused, match="没有汇总这个时期"):
        snapshot.cells(nation.EXPRESSIONS, [Months(FIRST, FIRST + 1)], Places(codes=("000000000000",)))
    with pytest.raises(SnapshotRefused, match="没有封存的快照"):
        layout.opened(tmp_path)
