"""A nation's snapshot: sealed, rolled up by DuckDB, cell by cell what the reference evaluator says."""

import json
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bench.analytics import nation
from linli.plans.formula import FormulaError, Months, compile_formula, evaluate, ir, rounded
from linli.plans.nation import asking, layout
from linli.plans.nation.arrays import Column, rounded_all
from linli.plans.nation.asking import Places
from linli.plans.nation.layout import SnapshotRefused
from linli.plans.nation.states import State, computed

from .nation_facts import facts_of, rows_of
from .worlds import formulas_over

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


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("random") / "one"
    nation.write_nation(folder, 60, seed=11)
    return folder


HELD = ["服务0数", "服务1数", "存量0数", "存量1数", "流量0数", "流量1数"]


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(text=formulas_over(HELD, st.just("")), months=st.sampled_from(PERIODS))
@example(text="share(服务0数 >= 1 且 流量0数 >= 30)", months=YEAR)
@example(text="share(服务0数 >= 1 或 流量0数 >= 30)", months=QUARTER)
@example(text="sum(min(存量0数, 存量1数))", months=MONTH)
def test_the_engine_and_the_evaluator_agree_on_random_formulas(sealed, text, months):
    """The same sealed figures under any formula; one that a snapshot cannot answer is refused, never guessed."""
    try:
        expression = compile_formula(text, nation.NAMES).expression
        made = asking.roll_up(sealed, [expression], [months], due_through=DUE)
    except (FormulaError, SnapshotRefused):
        return
    facts, paths = facts_of(made, months)

    got = made.cells({"x": expression}, [months], Places(codes=tuple(paths)))

    assert {c.area: c.value for c in got} == {
        area: evaluate(expression, facts, path, months).value for area, path in paths.items()
    }


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
    before = {p.name: layout.digest_of(p) for p in snapshot.folder.glob("rolled_*.cols")}

    asking.roll_up(snapshot.folder, list(nation.EXPRESSIONS.values()), PERIODS, due_through=DUE)

    assert {p.name: layout.digest_of(p) for p in snapshot.folder.glob("rolled_*.cols")} == before


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


NUMBERS = st.tuples(st.integers(-(10**6), 10**6), st.integers(1, 5000), st.booleans())


@given(cells=st.lists(NUMBERS, min_size=1, max_size=20), decimals=st.integers(0, 3))
def test_columns_are_rounded_as_single_numbers_are(cells, decimals):
    """GB/T 8170: one half goes to the even digit, below zero too; what is written reads back as that decimal."""
    n, d, there = (np.array(side) for side in zip(*cells, strict=True))
    column = Column(n, d, np.where(there, 0, 5).astype(np.int8))

    got = rounded_all(column, decimals).tolist()

    for number, (top, below, known) in zip(got, cells, strict=True):
        if known:
            assert Decimal(json.dumps(number)) == rounded(Fraction(top, below), decimals)


def test_what_does_not_fit_is_computed_place_by_place_and_never_wrongly():
    node = compile_formula("sum(存量0数) * 1000000007 * sum(存量0数)", nation.NAMES)
    (one,) = ir.aggregates_of(node.expression)
    state = State(Column(np.array([2**40, 3]), 1, np.zeros(2, np.int8)), np.ones(2, int), np.ones(2, int))

    value = computed(node.expression, {one: state}, 2).value

    assert [int(number) for number in value.n] == [2**80 * 1000000007, 9 * 1000000007]
    assert rounded_all(value, 0).tolist() == [2**80 * 1000000007, 9 * 1000000007]
