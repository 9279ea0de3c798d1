"""The guideline for living services, whose works come first, and the report of balance."""

from decimal import Decimal

import pytest

from linli.facilities.actions.furnishing import RoomLine, set_rooms
from linli.facilities.actions.upgrading import find_gap, take_upgrade_step
from linli.facilities.balance import share_of, spread_of
from linli.facilities.guideline import Site, allotted, guided
from linli.facilities.queries.gaps import community_reading
from linli.facilities.standards import standards_at
from linli.kernel import clock
from linli.places.models import PopulationFigure
from tests.factories.facilities import install_catalogue, make_facility, make_keeper
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    install_catalogue()
    return make_community(1)


def test_XF_012_the_guideline_wants_sites_by_population_of_a_size_within_a_distance(community):
    pack = standards_at(community)
    sites = [
        Site("integrated", Decimal(400), 100, True),
        Site("clinic", Decimal(200), 900, True),
        Site("day-care", Decimal(500), 80, False),
    ]

    found = {one.line.code: one for one in guided(pack, sites, people=13_000, urban=True)}

    assert (found["service"].needed, found["service"].have, found["service"].small) == (2, 1, 1)
    assert (found["clinic"].needed, found["clinic"].is_far, found["clinic"].met) == (1, True, False)
    assert (found["day-care"].have, found["day-care"].nearest_m) == (0, 80)  # next door, not here
    assert found["shop"].short == 3
    unknown = guided(pack, sites, people=None, urban=True)
    assert {one.met for one in unknown} == {None}


def test_XZ_040_what_serves_elders_minors_and_disabled_people_stands_first_among_what_is_short(community):
    found = guided(standards_at(community), [], people=10_000, urban=True)

    assert [one.line.serves for one in found[:3]] == ["elder", "minor", "minor"]
    assert [one.is_first for one in found] == sorted((one.is_first for one in found), reverse=True)


def test_the_page_of_a_community_tells_the_guideline(community, client):
    make_facility(community, "clinic", name="卫生站", area_m2=Decimal(100))
    client.force_login(make_keeper(community))

    shown = client.get(f"/facilities/communities/{community.code}/").content.decode()

    assert ("生活服务设施导则" in shown, "社区卫生服务站" in shown) == (True, True)
    assert [one.small for one in community_reading(community).guided if one.line.code == "clinic"] == [1]


def test_ZJ_007_balance_is_told_by_town_and_village_with_its_spread():
    counts, people = {"a": 10.0, "b": 10.0, "c": 0.0}, {"a": 1000.0, "b": 1000.0, "c": 2000.0, "d": 500.0}
    even = spread_of({"a": 5.0, "b": 5.0}, people, 1000)
    uneven = spread_of(counts, people, 1000)

    assert share_of("全部", counts, people, "abcd", 1000).value == 5.0  # d said nothing: in neither sum
    assert (even.gini, even.variation) == (0.0, 0.0)
    assert (round(uneven.gini, 3), uneven.least, uneven.most) == (0.5, 0.0, 10.0)
    assert spread_of({"a": 1.0}, people, 1000) is None


def test_ZJ_007_PD_005_the_report_names_both_kinds_of_communities_and_four_levels_of_elder_care(
    community, client
):
    make_facility(community, "mutual-home", name="互助点", level="group", capacity=6)
    client.force_login(make_keeper(community.parent.parent))

    shown = client.get("/facilities/balance/").content.decode()

    assert ("城市社区" in shown, "农村社区" in shown, "组级：1 处，可容纳 6 人" in shown) == (
        True,
        True,
        True,
    )


def test_XZ_040_rooms_that_are_coming_are_allotted_in_the_order_of_priority_while_they_last(community):
    found = guided(standards_at(community), [], people=10_000, urban=True)

    def told(area):
        return [(one.line.code, one.area_m2) for one in allotted(found, Decimal(area))]

    first = [("day-care", 350), ("nursery", None), ("children-home", None)]
    assert told(720) == [*first, ("culture", 250), ("clinic", 120)]  # the whole station of 600 does not fit
    assert told(350) == first[:1]  # the elders' rooms take it all
    assert told(130) == [*first[1:], ("clinic", 120)]  # too little for the elders, not for those after them
    assert told(0) == []


def test_XZ_040_the_page_of_a_community_says_whom_an_upgrade_should_serve_first(community, client):
    keeper = make_keeper(community)
    centre = make_facility(community, by=keeper, area_m2=Decimal(500))
    set_rooms(centre, by=keeper, rooms=[RoomLine("活动室", "activity", Decimal(400))])
    project = find_gap(community, "urban-600", by=keeper)
    client.force_login(keeper)
    PopulationFigure.objects.create(place=community, definition="resident", year=2025, people=9000)
    url = f"/facilities/communities/{community.code}/"
    before = client.get(url).content.decode()

    take_upgrade_step(
        project, "choose", by=keeper, on=clock.today(), way="extend", area_m2=Decimal(360), budget_yuan=1
    )
    shown = client.get(url).content.decode()

    assert ("新增用房怎样安排" in before, "补短项目将新增 360 ㎡" in shown) == (False, True)
    assert shown.index("老年人日间照料中心：350 ㎡") < shown.index("儿童之家：面积按当地规定")
