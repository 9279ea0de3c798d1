"""Many cities, each a task: the same digests here and on Dask, and together the figures of the whole."""

from fractions import Fraction

import pytest

from bench.analytics import nation
from linli.plans import commands
from linli.plans.formula import Months, Value
from linli.plans.nation import asking, layout
from linli.plans.nation.asking import Places, Snapshot
from linli.plans.nation.cities import Wanted, cities_in, roll_up_cities, whole_of
from linli.plans.nation.layout import SnapshotRefused
from linli_compute.scale import digest_of_all

FIRST = nation.FIRST
YEAR, MONTH = Months(FIRST, FIRST + 11), Months(FIRST + 4, FIRST + 4)
WANTED = Wanted(tuple(nation.EXPRESSIONS.values()), (MONTH, YEAR), due_through=FIRST + 11)
ROOT = Places(codes=("000000000000",))


@pytest.fixture
def cities(tmp_path):
    for seed, communities in enumerate((40, 90, 17)):
        nation.write_nation(tmp_path / f"city-{seed}", communities, seed=seed)
    return cities_in(tmp_path)


def test_the_digest_is_the_same_in_one_process_in_any_order_and_on_two_workers(cities):
    """For many cities Dask: independent tasks, equal digests."""
    here = list(roll_up_cities(cities, WANTED))
    turned = list(roll_up_cities(cities[::-1], WANTED))
    spread = list(roll_up_cities(cities, WANTED, workers=2))

    assert [one.trouble for one in here] == ["", "", ""]
    assert len({one.digest for one in here}) == 3
    assert digest_of_all(here) == digest_of_all(turned) == digest_of_all(spread)


@pytest.mark.parametrize("months", [MONTH, YEAR], ids=["month", "year"])
def test_all_cities_together_are_what_their_parts_add_up_to(cities, months):
    """Aggregate first, ratio last: totals are sums, ratios those of the sums, the most is the most of all."""
    list(roll_up_cities(cities, WANTED))
    whole = whole_of(cities, nation.EXPRESSIONS, months)
    each = [
        {cell.indicator: cell for cell in Snapshot.of(one).cells(nation.EXPRESSIONS, [months], ROOT)}
        for one in cities
    ]

    def added(code):
        return sum((one[code].value.number for one in each), Fraction(0))

    assert whole["total"] == Value(
        added("total"),
        "value",
        *(sum(getattr(one["total"].value, side) for one in each) for side in ("reported", "expected")),
    )
    assert whole["both"].number == added("both")
    assert whole["most"].number == max(one["most"].value.number for one in each)
    met, known = (sum(getattr(one["share-0"], side) for one in each) for side in ("numerator", "denominator"))
    assert whole["share-0"].number == Fraction(100 * met, known)


def test_a_city_whose_files_changed_is_told_and_the_others_are_done(cities):
    with (cities[1] / layout.UNITS).open("ab") as file:
        file.write(b"x")
    done = {one.name: one for one in roll_up_cities(cities, WANTED)}
    assert [bool(one.digest) for one in done.values()] == [True, False, True]
    assert "units.parquet 与封存时不同" in done["city-1"].trouble
    with pytest.raises(SnapshotRefused, match="还没有汇总"):
        whole_of(cities, nation.EXPRESSIONS, YEAR)


@pytest.mark.django_db
def test_the_command_tells_each_city_and_one_digest_of_all(cities, capsys):
    assert commands.main(["cities", str(cities[0].parent), "2025"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in said] == ["city-0", "city-1", "city-2", "3 cities"]
    assert commands.main(["cities", str(cities[0].parent / "nowhere"), "2025"]) == 1
    assert commands.main(["cities"]) == 2


def test_what_was_rolled_up_for_other_formulas_is_refused(cities):
    asking.roll_up(cities[0], [nation.EXPRESSIONS["total"]], [YEAR], due_through=FIRST + 11)
    with pytest.raises(SnapshotRefused, match="没有为这个公式汇总"):
        whole_of(cities[:1], nation.EXPRESSIONS, YEAR)
