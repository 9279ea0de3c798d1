"""C01: rename, move, merge, split keep what was; any past day's tree can be asked for."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from psycopg.types.range import DateRange

from linli.places import actions
from linli.places.codes import WrongCode, check_code, level_of, parent_code
from linli.places.effects import effects_of
from linli.places.models import Place, PlaceVersion
from linli.places.versions import as_is, as_was, tree_on
from tests.factories.people import make_person, make_worker
from tests.factories.places import make_community, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ON = date(2026, 1, 1)


@pytest.fixture
def city_officer():
    make_community(1)
    return make_worker(Place.objects.get(code="990100000000"), "places.reorganise", "places.edit")


def test_C01_a_renamed_place_keeps_its_old_name_for_the_days_before(city_officer):
    community = make_community(1, name="老桥社区")
    community.refresh_from_db()
    actions.rename(community, by=city_officer, name="新桥社区", on=ON)

    was, now = as_was(community.code, date(2025, 12, 31)), as_was(community.code, ON)
    assert (was.name, now.name) == ("第1社区", "新桥社区")


def test_C01_a_moved_street_takes_everything_below_with_it(city_officer):
    community = make_community(1)
    grid = make_place(f"{community.code}G001", "grid")
    other = make_place("990102000000", "county")
    actions.move(community.parent, by=city_officer, parent=other, on=ON)

    grid.refresh_from_db()
    assert grid.path == f"990000000000/990100000000/990102000000/990101001000/{community.code}/{grid.code}/"
    before = [v.code for v in tree_on(date(2025, 6, 1), below="990000000000/990100000000/990101000000/")]
    assert before == ["990101000000", "990101001000", community.code, grid.code]


def test_C01_a_merged_community_ends_and_its_buildings_stand_in_the_other(city_officer):
    one, two = make_community(1), make_community(2)
    building = make_place(f"{two.code}B0001", "building")
    actions.merge([two], into=one, by=city_officer, on=ON, reason="社区规模调整")

    building.refresh_from_db()
    two.refresh_from_db()
    assert (building.parent, two.valid_to) == (one, ON)
    assert as_is(two) == [one]
    assert [v.code for v in tree_on(ON).filter(level="community")] == [one.code]


def test_C01_a_split_shares_out_every_child(city_officer):
    one = make_community(1)
    grids = [make_place(f"{one.code}G00{n}", "grid") for n in (1, 2)]
    parts = [
        actions.Part("990101001101", "东片社区", (grids[0].code,), Decimal("0.6")),
        actions.Part("990101001102", "西片社区", (grids[1].code,), Decimal("0.4")),
    ]
    east, west = actions.split(one, parts=parts, by=city_officer, on=ON, reason="规模过大")

    one.refresh_from_db()
    assert as_is(one) == [east, west]
    assert [child.code for child in west.children.all()] == [grids[1].code]
    with pytest.raises(ValidationError, match="已经停用"):
        actions.rename(one, by=city_officer, name="再改名", on=date(2026, 2, 1))


def test_C01_a_building_whose_grid_went_to_another_part_is_in_none_and_its_worker_reaches_no_further(
    city_officer,
):
    one = make_community(1)
    east, west = (make_place(f"{one.code}G00{n}", "grid") for n in (1, 2))
    houses = [make_place(f"{one.code}B000{n}", "building", grid=grid) for n, grid in ((1, east), (2, west))]
    worker = make_worker(east, "places.view")
    parts = [
        actions.Part("990101001101", "东片社区", (east.code,), Decimal("0.5")),
        actions.Part("990101001102", "西片社区", (west.code, *(one.code for one in houses)), Decimal("0.5")),
    ]

    actions.split(one, parts=parts, by=city_officer, on=ON, reason="规模过大")

    for house in houses:
        house.refresh_from_db()
    assert [house.grid for house in houses] == [None, west]
    seen = Place.objects.filter(worker.scope("places.view"), level="building")
    assert list(seen) == []


@pytest.mark.parametrize("share", [Decimal("0.5"), Decimal("0.7")])
def test_C01_a_split_that_leaves_somebody_out_changes_nothing(city_officer, share):
    one = make_community(1)
    grid = make_place(f"{one.code}G001", "grid")
    parts = [
        actions.Part("990101001101", "甲", (grid.code,), share),
        actions.Part("990101001102", "乙", (), Decimal("0.4")),
    ]
    with pytest.raises(ValidationError, match="占比"):
        actions.split(one, parts=parts, by=city_officer, on=ON, reason="x")
    assert Place.objects.filter(code__startswith="9901010011").count() == 0


def test_C01_a_recoded_place_is_found_by_its_old_code_on_an_old_day(city_officer):
    one = make_community(1)
    actions.recode(one, by=city_officer, code="990101001301", on=ON)
    assert as_was("990101001001", date(2025, 1, 1)).place.code == "990101001301"


def test_effects_are_counted_before_anything_is_done(city_officer):
    one = make_community(1)
    home = make_place(f"{one.code}B0001", "building")
    make_person("甲", home=home)
    make_worker(one, "people.view")

    assert {effect.title: effect.count for effect in effects_of(one)} == {"下级区划": 1, "人员": 1, "岗位": 1}


def test_nobody_reorganises_the_ground_of_his_own_post():
    one = make_community(1)
    worker = make_worker(one, "places.reorganise")
    with pytest.raises(PermissionDenied):
        actions.rename(one, by=worker, name="我的社区", on=ON)


def test_L6_a_stale_edit_is_refused_and_shows_what_is_there_now(city_officer):
    one = make_community(1)
    actions.edit_place(one, by=city_officer, version=1, address="河街 1 号")
    with pytest.raises(actions.Stale) as told:
        actions.edit_place(one, by=city_officer, version=1, address="河街 2 号")
    assert told.value.place.address == "河街 1 号"


SPANS = {"standing": (ON, None), "ended": (date(1999, 1, 1), ON), "ended too": (date(1998, 1, 1), ON)}


@pytest.mark.parametrize(
    ("there", "added", "refusal"),
    [
        ("standing", "standing", "standing"),
        ("ended", "ended too", "on_a_day"),
        ("standing", "later", "a place has one version, and a code one place, on a day"),
        ("later", "standing", "a place has one version, and a code one place, on a day"),
    ],
)
@pytest.mark.parametrize("what", ["place", "code"])
def test_a_place_has_one_version_and_a_code_one_place_on_a_day(what, there, added, refusal):
    """XF-023: whichever of the two versions comes first, and whether it still stands or not."""
    one, two = make_community(1), make_community(2)
    PlaceVersion.objects.all().delete()
    spans = SPANS | {"later": (ON, date(2026, 2, 1))}

    def write(place, code, span):
        facts = {"name": "x", "level": "community", "path": "x/", "during": DateRange(*spans[span])}
        PlaceVersion.objects.create(place=place, code=code, **facts)

    write(one, one.code, there)
    with pytest.raises(IntegrityError, match=refusal), transaction.atomic():
        write(one, "other", added) if what == "place" else write(two, one.code, added)


def test_tomorrow_is_refused(city_officer):
    with pytest.raises(ValidationError, match="不能晚于今天"):
        actions.rename(make_community(1), by=city_officer, name="新名", on=date(2026, 3, 5))


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("99010100100", "community"),
        ("990101001000", "community"),
        ("990101001001", "street"),
        ("９９０１０１００１００１", "community"),
        ("990101001001X001", "grid"),
    ],
)
def test_a_code_no_place_can_have_is_refused(code, level):
    with pytest.raises(WrongCode):
        check_code(code, level)


@given(st.integers(1, 99), st.integers(1, 99), st.integers(1, 99), st.integers(1, 399), st.integers(1, 399))
def test_the_code_of_a_community_leads_up_to_its_province(province, city, county, street, committee):
    code = f"{province:02}{city:02}{county:02}{street:03}{committee:03}"
    levels = []
    while code is not None:
        levels.append(level_of(code))
        code = parent_code(code, levels[-1])
    assert levels == ["community", "street", "county", "city", "province"]


class TreeStaysWhole(TestCase):
    """After any sequence of moves every path is its parent's path plus the own code."""

    @given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 1)), max_size=8))
    def test_paths_follow_parents(self, moves):
        communities = [make_community(n) for n in range(1, 5)]
        streets = [make_place("990101001000", "street"), make_place("990102001000", "street")]
        officer = make_worker(Place.objects.get(code="990100000000"), "places.reorganise")
        day = 1
        for number, street in moves:
            day += 1
            try:
                actions.move(
                    communities[number - 1], by=officer, parent=streets[street], on=date(2026, 1, day)
                )
            except ValidationError:
                continue
        for place in Place.objects.select_related("parent"):
            assert place.path == f"{place.parent.path if place.parent else ''}{place.code}/"
            assert place.versions.get(during__contains=date(2026, 3, 1)).path == place.path
