"""Facilities as figures of the plans: counted from the register, silence apart from zero."""

from datetime import date
from decimal import Decimal

import pytest

from linli.facilities.actions.furnishing import RoomLine, set_rooms, set_services
from linli.facilities.actions.keeping import state_complete
from linli.facilities.actions.living import log_day, set_hours, take_step
from linli.facilities.counted import COUNTED
from linli.facilities.models import Facility
from linli.measures import Period, measures, record_lists
from linli.packs.reading import read_pack
from linli.places.models import PopulationFigure
from linli.plans.actions import roll_up
from linli.plans.actions.installing import install_measures, install_plan
from linli.plans.naming import counted_by_title, measure_packs
from linli.plans.queries.values import values
from tests.factories.facilities import PACKS, install_catalogue, make_facility, make_keeper
from tests.factories.places import make_community
from tests.measures.lists import lists_agree  # noqa: F401 (after each test the lists give their numbers)

pytestmark = pytest.mark.django_db
MARCH = Period.parse("2026-03")


@pytest.fixture
def three(db):
    """Two urban communities and a village of one city, all of them with the packs installed."""
    install_catalogue()
    village = make_community(1, street="990102001000", urban_rural="220", committee="villagers")
    return make_community(1), make_community(2), village


def count(name: str) -> dict[str, int]:
    return dict(measures[name].count(MARCH))


def opened(name: str, place) -> tuple[Decimal, list[Decimal]]:
    """What the list behind a number comes to, and what each record adds, for the keeper of the place."""
    told = record_lists[name](name, MARCH, place.path, make_keeper(place))
    return told.total, [one.counts for one in told.shown]


def test_every_measure_the_plans_expect_of_facilities_is_counted_as_its_line_says():
    """I-XA-04 … 09, 12 … 14; I-XZ-01 … 05; I-PD-01 … 04, 10; P-XF-05 … 16; P-XZ-03, 04, 24."""
    lines = {line.title: line for pack in measure_packs() for line in pack.measures}
    expected = {title for title, line in lines.items() if line.counted_by == "facilities"}
    ours = {
        title: m
        for title, m in counted_by_title().items()
        if m.name.startswith(("facilities.", "housing.", "eldercare."))
    }

    assert expected - ours.keys() == set()
    assert [
        title
        for title, m in ours.items()
        if (lines[title].unit, lines[title].kind, 10 ** lines[title].decimals) != (m.unit, m.kind, m.scale)
    ] == []


def test_none_is_zero_only_where_the_community_said_that_all_is_entered(three):
    one, two, _village = three
    make_facility(one)
    state_complete(two, by=make_keeper(two))

    assert count("facilities.integrated") == {one.code: 1, two.code: 0}
    assert count("facilities.children_homes") == {two.code: 0}


def test_what_is_suspended_closed_or_planned_does_not_count(three):
    one, two, village = three
    for place, step in ((one, "suspend"), (two, "close")):
        take_step(make_facility(place), step, by=make_keeper(place), note="维修")
        state_complete(place, by=make_keeper(place))
    make_facility(village, state="planned")

    assert count("facilities.integrated") == {one.code: 0, two.code: 0}


def test_an_area_is_known_only_when_every_part_of_it_is(three):
    one, two, _village = three
    make_facility(one, area_m2=Decimal("600.50"))
    make_facility(one, name="分中心", area_m2=Decimal(100))
    make_facility(two, area_m2=Decimal(300))
    make_facility(two, name="分中心")

    assert count("facilities.integrated_area") == {one.code: 70_050}


def test_I_XA_05_elder_care_space_is_known_from_rooms_and_left_out(three):
    one, two, _village = three
    make_facility(two, area_m2=Decimal(900))
    rooms = [RoomLine("老年食堂", "elder", Decimal(80)), RoomLine("活动室", "activity", Decimal(400))]
    set_rooms(make_facility(one, area_m2=Decimal(650)), by=make_keeper(one), rooms=rooms)

    assert count("facilities.integrated_area_no_elder") == {one.code: 57_000}
    assert count("facilities.activity_area") == {one.code: 40_000}
    assert opened("facilities.integrated_area_no_elder", one.parent) == (Decimal(570), [Decimal(570)])
    assert opened("facilities.activity_area", one.parent) == (Decimal(400), [Decimal(400)])


def test_I_XA_12_a_day_care_centre_counts_where_it_serves(three):
    """XA-006"""
    one, two, _village = three
    centre = make_facility(one, kind="day-care", name="日照中心")
    set_services(centre, by=make_keeper(one.parent), places=[two])

    assert count("facilities.day_care") == {one.code: 1, two.code: 1}


def test_P_PD_01_centres_of_five_a_and_remote_windows_count_for_their_street(three):
    """P-PD-04; and P-XZ-13: meals and day care count where they serve."""
    one, two, _village = three
    street = one.parent
    by = make_keeper(street.parent)
    make_facility(street, "affairs-centre", by=by, name="受理中心", marks=["five-a", "remote-window"])
    canteen = make_facility(one, "canteen", by=by, name="食堂")
    make_facility(two, "day-care", by=by, name="日照")
    set_services(canteen, by=by, places=[two])

    assert count("facilities.affairs_centres_5a") == {street.code: 1}
    assert count("facilities.remote_windows") == {street.code: 1}
    assert count("eldercare.meal_services") == {one.code: 1, two.code: 1}
    assert count("eldercare.day_services") == {two.code: 1}


def test_I_XA_13_mutual_aid_homes_are_asked_of_villages_alone(three):
    """XA-006"""
    one, _two, village = three
    make_facility(one, kind="mutual-home", name="幸福院")
    make_facility(village, kind="mutual-home", name="幸福院")

    assert count("facilities.mutual_homes") == {village.code: 1}


def test_a_mark_counts_beside_the_kind(three):
    one, _two, _village = three
    make_facility(one, marks=["desk", "volunteers"])

    assert count("facilities.agency_desks") == {one.code: 1}
    assert count("facilities.volunteer_stations") == {one.code: 1}
    assert opened("facilities.volunteer_stations", one) == (Decimal(1), [Decimal(1)])


def test_a_street_counts_what_stands_in_it_and_is_silent_until_all_its_communities_spoke(three):
    one, two, village = three
    make_facility(one.parent, kind="elder-centre", name="为老服务中心")
    state_complete(one, by=make_keeper(one))
    half = count("facilities.minor_protection")
    state_complete(two, by=make_keeper(two))

    assert count("facilities.elder_centres") == {one.parent.code: 1}
    assert (half, count("facilities.minor_protection")) == ({}, {one.parent.code: 0})
    assert village.parent.code not in count("facilities.minor_protection")


def test_P_XZ_04_eight_hours_are_measured_by_what_is_stated_and_logged(three):
    one, two, village = three
    week = [(day, 480, 1020) for day in range(1, 6)]
    for place, minutes in ((one, 500), (two, 400)):
        keeper = make_keeper(place)
        centre = make_facility(place, by=keeper)
        set_hours(centre, by=keeper, periods=week)
        log_day(centre, by=keeper, day=date(2026, 3, 3), minutes=minutes)
        log_day(centre, by=keeper, day=date(2026, 3, 1), minutes=60)  # a Sunday: not one of its days
    make_facility(village)  # claims nothing, and nobody logged it

    assert count("facilities.open_eight_hours") == {one.code: 1, two.code: 0}


def test_P_premises_with_unwritten_rent_are_not_taken_for_free(three):
    one, two, _village = three
    agreed = {"marks": ["public-interest"], "agreement_from": date(2025, 1, 1), "tenure": "lent"}
    make_facility(one, kind="reading-room", name="书屋", rent_yuan=Decimal(0), **agreed)
    make_facility(two, kind="reading-room", name="书屋", **agreed)

    assert count("facilities.public_interest_premises") == {one.code: 1, two.code: 1}
    assert count("facilities.zero_rent") == {one.code: 1}


def test_households_come_from_the_newest_figures(three):
    one, _two, _village = three
    for year, homes in ((2024, 900), (2025, 1_000)):
        PopulationFigure.objects.create(
            place=one, year=year, definition="resident", people=2_500, households=homes, source="测试"
        )

    assert count("places.households") == {one.code: 1_000}


def test_plan_indicators_turn_from_waiting_to_values_by_the_register(three):
    """I-XA-04 coverage, I-XA-05 600 ㎡ without elder care, I-XA-08 activity share: counted from records."""
    one, two, village = three
    for path, install in (
        (PACKS.parent / "measures" / "community-services.yaml", install_measures),
        (PACKS.parent / "plans" / "xa-2025" / "plan.yaml", install_plan),
    ):
        pack, _problems = read_pack(path)
        plan = install(pack)
    city = one.parent.parent.parent
    indicators = {row.indicator.ref: row for row in values(_plan(), city, MARCH)}
    waiting = [indicators[ref].value.status for ref in ("I-XA-04", "I-XA-05", "I-XA-08")]
    rooms = [RoomLine("活动室", "activity", Decimal(400))]
    set_rooms(make_facility(one, area_m2=Decimal(650)), by=make_keeper(one), rooms=rooms)
    state_complete(two, by=make_keeper(two))

    roll_up([m for name, m in measures.items() if name.startswith("facilities.")], MARCH)

    indicators = {row.indicator.ref: row for row in values(_plan(), city, MARCH)}
    shown = {ref: indicators[ref].shown for ref in ("I-XA-04", "I-XA-05", "I-XA-08")}
    assert waiting == ["not_reported"] * 3
    assert shown == {"I-XA-04": Decimal("50.0"), "I-XA-05": Decimal("50.0"), "I-XA-08": Decimal("61.5")}
    assert plan is not None
    assert village.is_urban is False


def _plan():
    from linli.plans.models import Plan

    return Plan.objects.get(code="xa-2025")


def test_the_register_counts_all_kinds_in_a_few_questions(three, django_assert_num_queries):
    one, *_others = three
    for number in range(3):
        make_facility(one, kind="convenience", name=f"便利店{number}")

    with django_assert_num_queries(4):
        count("facilities.brand_stores")
    assert Facility.objects.count() == 3
    assert len({one.measure for one in COUNTED.values()}) == len(COUNTED)


def test_I_PD_03_the_share_of_commerce_is_known_once_the_floor_area_is_entered(community, keeper):
    """I-PD-03, I-XZ-03: until somebody enters it, it is unknown and no standard is missed for it."""
    from linli.facilities.facts import facts_of_communities
    from linli.places.models import Place
    from tests.factories.registers import enter

    def known(day=date(2026, 3, 4)):
        return facts_of_communities(Place.objects.filter(pk=community.pk), day)[community.pk].floor_area_m2

    assert (known(), count("places.floor_area")) == (None, {})
    for day, area in ((date(2024, 1, 1), 90_000), (date(2025, 1, 1), 100_000)):
        enter("floor-areas", place=community, floor_area_m2=area, as_of=day, source="不动产登记汇总")
    assert (known(), known(date(2024, 6, 1))) == (Decimal(100_000), Decimal(90_000))
    assert count("places.floor_area") == {community.code: 10_000_000}


def test_I_XA_17_places_for_small_children_are_what_providers_can_take(community, keeper):
    """XA-055"""
    creche = make_facility(community, "creche", by=keeper, name="小苗托育点")
    assert count("children.care_places") == {}
    Facility.objects.filter(pk=creche.pk).update(capacity=24)
    assert count("children.care_places") == {community.code: 24}
    state_complete(make_community(2), by=make_keeper(make_community(2)))
    assert count("children.care_places") == {community.code: 24, make_community(2).code: 0}


def test_XA_086_a_home_for_children_tells_its_hours_and_covers_its_community(three):
    one, two, _village = three
    by = make_keeper(one.parent)
    home = make_facility(one, "children-home", by=by, name="儿童之家")
    set_hours(home, by=by, periods=[(6, 540, 1020)])
    state_complete(two, by=make_keeper(two))

    assert count("facilities.children_homes") == {one.code: 1, two.code: 0}
    take_step(home, "suspend", by=by, note="暑期维修")
    assert count("facilities.children_homes") == {two.code: 0}  # not in use, and nobody said that was all
