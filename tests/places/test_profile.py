"""The profile of a community: how it is marked, how large it should be, what it must be served with, who serves it."""

from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from psycopg.types.range import DateRange

from linli.measures import Period
from linli.packs.reading import read_pack
from linli.places import actions, measures, profile, queries
from linli.places.catalogue import PlacesPack
from linli.places.models import Place, PopulationFigure, ProfileRules, ServiceState
from linli.places.pack import pack_kinds
from tests.factories.people import make_post, make_role, make_unit, make_user, make_worker
from tests.factories.places import make_community, make_place

pytestmark = pytest.mark.django_db
PACK = Path(__file__).parents[2] / "packs" / "places" / "cn.yaml"
EIGHT = ["就业", "教育", "医疗卫生", "社会保障", "社会救助", "养老", "未成年人保护", "环境保护"]


@pytest.fixture
def rules() -> PlacesPack:
    pack, problems = read_pack(PACK)
    assert problems == []
    pack_kinds["places"].install(pack)
    return pack


def households(place, number):
    return PopulationFigure.objects.create(
        place=place, year=2025, definition="resident", people=3 * number, households=number, source="试验"
    )


def keeper(place):
    return make_worker(place, "places.edit")


@pytest.mark.parametrize(
    ("count", "verdict"), [(999, "small"), (1000, "right"), (5000, "right"), (5001, "large")]
)
def test_XA_023_a_community_outside_the_band_of_households_is_flagged_on_its_page_and_in_the_list(
    client, rules, count, verdict
):
    """XA-023: 1,000 to 5,000 households, both included; the upper number of persons is masked in the plan."""
    community = make_community(1)
    households(community, count)
    user = keeper(community.parent)
    client.force_login(user)

    page = client.get(f"/places/{community.code}/")
    lists = {what: list(queries.to_look_at(user, "places.edit", what)) for what in ("small", "large")}

    assert page.context["size"].verdict == verdict
    assert "设置标准 1000—5000 户" in page.content.decode()
    assert lists == {what: [community] if what == verdict else [] for what in ("small", "large")}


def test_XA_023_nothing_is_asked_of_a_village_nor_of_what_nobody_counted(rules):
    village, uncounted = make_community(201, urban_rural="220", committee="villagers"), make_community(2)
    households(village, 80)

    assert profile.size_of(village, 80, rules) is None
    assert profile.size_of(uncounted, None, rules) is None
    assert list(queries.to_look_at(keeper(uncounted.parent), "places.edit", "small")) == []


def test_XA_023_a_county_sets_a_band_of_its_own_and_the_nation_keeps_the_rest(rules):
    """The rules of the nearest area hold: thresholds are packs, not code."""
    band = {"urban": True, "least": 500, "most": 900, "source": "东岸区"}
    own = rules.model_dump(mode="json") | {"code": "east", "area": "990101000000", "sizes": [band]}
    pack_kinds["places"].install(PlacesPack.model_validate(own))
    here, there = make_community(1), make_community(1, "990102001000")
    for place in (here, there):
        households(place, 950)
    city = keeper(Place.objects.get(code="990100000000"))

    assert [profile.size_of(place, 950, profile.rules_of(place)).verdict for place in (here, there)] == [
        "large",
        "small",
    ]
    assert list(queries.to_look_at(city, "places.edit", "large")) == [here]
    assert list(queries.to_look_at(city, "places.edit", "small")) == [there]


def test_XA_161_types_come_in_pairs_and_lists_and_the_api_are_cut_by_them(client, rules):
    """XA-161: urban or rural, new or old, mixed or of a unit; a community is one of each pair at most."""
    old, new = make_community(1), make_community(2)
    village = make_community(201, urban_rural="220", committee="villagers")
    user = keeper(old.parent)
    actions.edit_place(old, by=user, version=1, tags=["老旧社区", "单位社区"])
    actions.edit_place(new, by=user, version=1, tags=["新建社区", "综合社区"])

    with pytest.raises(ValidationError, match="“老旧社区”和“新建社区”只能选一个"):
        actions.edit_place(old, by=user, version=2, tags=["老旧社区", "新建社区"])
    with pytest.raises(ValidationError, match="没有“古旧”这个标签"):
        actions.edit_place(old, by=user, version=2, tags=["古旧"])

    def codes(**query):
        return [
            row["code"]
            for row in client.get("/api/v1/places", {"level": "community", **query}).json()["items"]
        ]

    assert codes(tag="老旧社区") == [old.code]
    assert codes(urban_rural="2") == [village.code]
    assert codes(urban_rural="1") == [old.code, new.code]
    assert list(queries.to_look_at(user, "places.edit", "untyped")) == [village]


def test_XA_161_a_wrong_mark_on_the_page_is_a_422_that_keeps_what_was_typed(client, rules):
    community = make_community(1)
    client.force_login(keeper(community))
    form = {"version": 1, "urban_rural": "111", "committee": "residents", "address": "河街"}
    answer = client.post(f"/places/{community.code}/edit/", form | {"tags": ["老旧社区", "新建社区"]})

    community.refresh_from_db()
    assert (answer.status_code, community.tags, community.address) == (422, [], "")
    assert "只能选一个" in answer.content.decode()
    assert "河街" in answer.content.decode()


def test_XZ_014_a_place_to_be_helped_first_is_checked_for_eight_services_and_its_gaps_are_listed(
    client, rules
):
    """XZ-014: resettled, key-help and merged villages; who keeps the profile says what is there, all can read it."""
    village = make_community(201, urban_rural="220", committee="villagers", tags=["重点帮扶"])
    plain = make_community(202, urban_rural="220", committee="villagers")
    user = keeper(village.parent)
    client.force_login(user)
    assert [one.line.name for one in profile.services_of(village, rules)] == EIGHT
    assert client.get(f"/places/{plain.code}/services/").status_code == 404

    said = {line.code: "met" for line in rules.services} | {
        "elder-care": "missing",
        "elder-care-note": "没有场地",
    }
    client.post(f"/places/{village.code}/services/", said)

    client.logout()
    page = client.get(f"/places/{village.code}/").content.decode()
    assert "没有场地" in page
    assert list(queries.to_look_at(user, "places.edit", "services")) == [village]
    actions.tell_services(village, by=user, states={"elder-care": ("met", "")})
    assert list(queries.to_look_at(user, "places.edit", "services")) == []
    assert ServiceState.objects.filter(place=village).count() == 8


def test_XZ_014_what_is_not_checked_here_and_who_does_not_keep_the_place_are_refused(rules):
    village = make_community(201, tags=["易地搬迁"])
    with pytest.raises(ValidationError, match="这里不检查“parking”"):
        actions.tell_services(village, by=keeper(village), states={"parking": ("met", "")})
    with pytest.raises(PermissionDenied):
        actions.tell_services(village, by=keeper(make_community(1)), states={"health": ("met", "")})
    assert ServiceState.objects.count() == 0


def test_XZ_005_the_profile_shows_committee_staff_figures_and_parts_and_what_is_stale_goes_to_who_keeps_it(
    client, rules
):
    """XZ-005: one profile for each committee, with who confirms it; a confirmation grows old by the pack."""
    community = make_community(1)
    make_place(f"{community.code}G001", "grid", "一号网格")
    office = make_unit(community, "第1社区居委会", kind="committee", phone="0990-1234567")
    make_post(
        make_user("周主任"), community, role=make_role("community-head", name="社区负责人"), unit=office
    )
    households(community, 1200)
    user = keeper(community)
    Place.objects.filter(level="grid").update(confirmed_on=date(2026, 3, 1))
    Place.objects.filter(pk=community.pk).update(confirmed_on=date(2025, 3, 3))

    page = client.get(f"/places/{community.code}/").content.decode()
    words = ("居民委员会", "周主任", "社区负责人", "0990-1234567", "1,200", "一号网格")
    assert [word for word in words if word not in page] == []
    assert list(queries.stale_places(user, "places.edit")) == [community]
    community.refresh_from_db()
    actions.confirm_place(community, by=user, version=community.version)
    assert list(queries.stale_places(user, "places.edit")) == []


def test_XA_163_each_actor_has_rights_of_its_own_over_its_own_ground():
    """XA-163: party and committee, residents, organisations, workers, units, departments, street, district, city."""
    packs, _problems = read_pack(Path(__file__).parents[2] / "packs" / "roles" / "roles.yaml")
    roles = {role.code: frozenset(role.may) for role in packs.roles}
    actors = {"resident", "community-worker", "community-head", "street-officer", "department-officer"}
    actors |= {"county-officer", "city-officer", "organisation-member", "supplier", "volunteer-leader"}
    assert actors - roles.keys() == set()
    assert roles["resident"] == frozenset()

    street, other = make_community(1).parent, make_community(1, "990101002000").parent
    officer = make_worker(street, *roles["street-officer"])
    assert [officer.may("request.view", at=place) for place in (make_community(1), street, other)] == [
        True,
        True,
        False,
    ]


def test_XZ_078_what_is_divided_by_is_who_lives_here_and_not_who_is_registered_here():
    """XZ-078: measures of people and households, their elders too, count usual residents of every age."""
    community = make_community(1)
    for definition, people in (("resident", 3000), ("registered", 1800)):
        PopulationFigure.objects.create(
            place=community, year=2025, definition=definition, people=people, households=people // 3,
            aged_60=people // 5, source="试验",
        )  # fmt: skip
    month = Period.parse("2026-02")

    assert [
        count(month)[community.code] for count in (measures.residents, measures.households, measures.elderly)
    ] == [
        3000,
        1000,
        600,
    ]
    assert queries.newest_figures(community).people == 3000


def test_the_page_of_a_community_asks_a_fixed_number_of_queries(client, rules, django_assert_max_num_queries):
    community = make_community(1)
    for number in range(1, 6):
        make_place(f"{community.code}G{number:03}", "grid")
        office = make_unit(community, f"单位{number}")
        make_post(make_user(f"人{number}"), community, role=make_role(f"r{number}"), unit=office,
                  during=DateRange(date(2020, 1, 1), None))  # fmt: skip
    with django_assert_max_num_queries(12):
        assert client.get(f"/places/{community.code}/").status_code == 200


def test_a_pack_that_writes_a_mark_twice_or_a_band_upside_down_is_refused(tmp_path):
    text = PACK.read_text("utf-8")
    for wrong in (
        text.replace("{name: 合并村", "{name: 易地搬迁"),
        text.replace("least: 1000", "least: 6000"),
    ):
        path = tmp_path / "x.yaml"
        path.write_text(wrong)
        assert read_pack(path)[0] is None
    assert ProfileRules.objects.count() == 0
