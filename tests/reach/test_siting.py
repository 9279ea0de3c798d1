"""Where to build: candidates, capacity, budget, houses of several services, and the bound of every answer."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from linli.facilities.actions.living import take_step
from linli.facilities.models import Facility
from linli.reach.actions.candidates import enter_candidate, enter_candidates, withdraw_candidate
from linli.reach.actions.planning import ask_siting, compute_scenario, save_scenario, take_the_best_so_far
from linli.reach.models import Candidate, Scenario
from linli.reach.siting import Wish
from tests.factories.facilities import make_keeper
from tests.factories.people import make_person, make_worker
from tests.factories.reach import make_outlet, make_run, spot

pytestmark = pytest.mark.django_db
Method = Scenario.Method


@pytest.fixture
def planner(town):
    return make_worker(town.city, "reach.plan", "reach.view")


def wish(number, *, functions=("shopping",), method=Method.MOST, **more):
    return Wish(tuple(functions), more.pop("group", "all"), method, float(number), **more)


def sited(run, planner, asked, title="试") -> Scenario:
    return compute_scenario(ask_siting(run, by=planner, title=title, wish=asked).pk)


def candidate(place, at_m, planner, name="旧礼堂", **facts):
    lon, lat = spot(at_m, 5)
    facts = {"kind": "idle", "area_m2": 700, "cost_10k": 50} | facts
    return enter_candidate(place, by=planner, name=name, lon=lon, lat=lat, **facts)


def test_siting_finds_the_best_site_and_says_what_nothing_can_beat(town, planner):
    run = make_run(town.city)

    most = sited(run, planner, wish(1), "一处")
    all_of_them = sited(run, planner, wish(100, method=Method.FEWEST), "全部")

    assert (most.state, len(most.sites), most.outcome["after"], most.outcome["bound"]) == ("done", 1, 5, 5.0)
    assert (len(all_of_them.sites), all_of_them.outcome["after"], all_of_them.outcome["proven"]) == (
        3,
        7,
        True,
    )
    drawn = save_scenario(run, by=planner, title="照做", function="shopping", group="all", sites=most.sites)
    assert drawn.outcome["after"] == most.outcome["after"]


def test_no_community_is_left_below_its_floor(town, planner):
    """Two sites reach five of seven; with a floor of half in each community one must stand in the east."""
    run = make_run(town.city)

    found = sited(run, planner, wish(1, floor=50))
    none = sited(run, planner, wish(1, floor=100))

    assert (found.state, found.asked["floor"], found.outcome["gains"]) == ("done", 50, {town.far.code: 2})
    assert none.state == "failed"


def test_a_siting_run_without_an_answer_says_why(town, planner):
    run = make_run(town.city)

    done = sited(run, planner, wish(10, method=Method.FEWEST))
    nowhere = sited(run, planner, wish(1, sources=("ground",)))

    assert (done.state, "已经达到" in done.trouble) == ("failed", True)
    assert (nowhere.state, "没有一处可用的候选点" in nowhere.trouble) == ("failed", True)


def test_idle_rooms_and_open_ground_are_chosen_within_the_budget(town, planner):
    """The dearer ground reaches more, but the budget buys the cheaper rooms."""
    run = make_run(town.city)
    candidate(town.far, 2900, planner, "东头车间", cost_10k=20)
    candidate(town.far, 2200, planner, "西头空地", kind="ground", cost_10k=90)
    candidate(town.far, 2300, planner, "不知价钱", cost_10k=None)
    asked = {"method": Method.BUDGET, "sources": ("idle", "ground")}

    poor, rich = sited(run, planner, wish(50, **asked)), sited(run, planner, wish(100, **asked))
    cheapest = sited(run, planner, wish(57, **asked | {"method": Method.CHEAPEST}))

    assert [one["name"] for one in poor.outcome["chosen"]] == ["东头车间"]
    assert [one["name"] for one in rich.outcome["chosen"]] == ["西头空地"]
    assert (poor.outcome["after"], rich.outcome["after"], rich.outcome["left_out"]) == (
        4,
        5,
        {"没有登记费用": 1},
    )
    assert (cheapest.outcome["unit"], cheapest.outcome["value"], cheapest.outcome["bound"]) == (
        "cost",
        20.0,
        20.0,
    )


def test_rooms_of_a_closed_facility_are_idle_and_withdrawn_ones_are_not(town, planner):
    shut = make_outlet(town.far, "market", 2200, area_m2=120)
    take_step(shut, "close", by=make_keeper(town.far), note="停业")
    gone = candidate(town.far, 2900, planner)
    withdraw_candidate(gone, by=planner)
    run = make_run(town.city)

    found = sited(run, planner, wish(2, sources=("idle",)))

    assert [one["name"] for one in found.outcome["chosen"]] == [shut.name]
    with pytest.raises(PermissionDenied):
        withdraw_candidate(gone, by=make_worker(town.near, "reach.plan"))


def test_the_least_walk_stands_where_most_walk_farthest(town, planner):
    run = make_run(town.city)

    found = sited(run, planner, wish(1, method=Method.WALK))

    assert (found.state, found.outcome["unit"], len(found.sites)) == ("done", "minutes", 1)
    assert found.outcome["bound"] <= found.outcome["value"]


def test_a_house_holds_two_core_services_and_six_hundred_square_metres(town, planner):
    """XA-076: an embedded centre is ≥ 600 ㎡ and has ≥ 2 of care, nursery, after-school, meals."""
    for year in (1950, 1952, 2018, 2019, 2025):
        make_person(home=town.far.children.get(code__endswith="B0001"), birth_on=date(year, 6, 1))
    run = make_run(town.city)
    small = candidate(town.far, 2200, planner, "小屋", area_m2=500)
    large = candidate(town.far, 2250, planner, "旧厂房", area_m2=640)
    asked = {"house": True, "sources": ("idle",)}
    services = ("elder_care", "meals", "after_school")

    found = sited(run, planner, wish(1, functions=services, **asked))

    assert [one["name"] for one in found.outcome["chosen"]] == [large.name]
    assert found.outcome["left_out"] == {"不足 600 ㎡": 1}
    assert small.name not in str(found.outcome["chosen"])
    # three elders in the east for each of care and meals, two children; four elders of the town for care
    assert found.outcome["by_function"] == {
        "elder_care": [5, 2, 5],
        "meals": [5, 0, 3],
        "after_school": [2, 0, 2],
    }
    assert found.outcome["bound"] == float(found.outcome["after"])
    for wrong in (("elder_care",), ("elder_care", "shopping")):
        with pytest.raises(ValidationError):
            ask_siting(run, by=planner, title="不成", wish=wish(1, functions=wrong, **asked))


def test_meals_that_stand_already_count_and_have_no_more_than_their_places(town, planner):
    """Places: a canteen for nobody (0 entered) serves nobody; the house has room by its floor area."""
    make_outlet(town.far, "canteen", 2210, capacity=0)
    for year in (1950, 1951, 1952):
        make_person(home=town.far.children.get(code__endswith="B0001"), birth_on=date(year, 6, 1))
    run = make_run(town.city)
    candidate(town.far, 2200, planner, area_m2=4)
    asked = {"functions": ("meals",), "group": "60", "sources": ("idle",)}

    on_paper = sited(run, planner, wish(1, **asked))
    by_places = sited(run, planner, wish(1, by_places=True, **asked))

    # On paper the canteen serves the four elders of the east, and nobody else is in reach of the rooms.
    assert (on_paper.state, "没有一个候选点" in on_paper.trouble) == ("failed", True)
    # 4 ㎡ are two places at 2 ㎡, for 25 people of whom 8 % want one
    assert (by_places.outcome["before"], by_places.outcome["after"], by_places.outcome["gains"]) == (0, 4, {})


def test_whoever_waits_may_take_the_best_so_far(town, planner):
    run = make_run(town.city)
    waiting = ask_siting(run, by=planner, title="久", wish=wish(1))

    with pytest.raises(PermissionDenied):
        take_the_best_so_far(waiting, by=make_worker(town.street, "reach.plan"))
    assert take_the_best_so_far(waiting, by=planner).enough
    done = compute_scenario(waiting.pk)
    assert compute_scenario(waiting.pk).outcome == done.outcome  # a second worker changes nothing


def test_a_candidate_stands_once_in_a_community_and_has_area(town, planner):
    candidate(town.near, 100, planner)
    with pytest.raises(ValidationError):
        candidate(town.near, 200, planner)
    with pytest.raises(ValidationError):
        candidate(town.near, 200, planner, "无面积", area_m2=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Candidate.objects.create(place=town.near, name="负", kind="idle", lon=113, lat=30, area_m2=0)
    lon, lat = spot(300)
    facts = {"name": "旧礼堂", "kind": "idle", "lon": lon, "lat": lat, "area_m2": 900}
    assert enter_candidates([(town.near, facts), (town.far, facts)], by=planner) == (1, 1)
    assert Candidate.objects.get(place=town.near).area_m2 == 900


def test_the_page_asks_for_what_its_method_needs_and_shows_how_far_it_is(town, client, planner):
    client.force_login(planner)
    run = make_run(town.city)
    address = f"{reverse('reach-siting')}?run={run.pk}"
    sent = {"title": "一处", "functions": ["shopping"], "group": "all", "method": "most", "sources": ["homes"],
            "seconds": 30}  # fmt: skip

    assert client.get(address).status_code == 200
    assert client.post(address, sent).status_code == 422  # how many?
    assert (
        client.post(address, {**sent, "method": "budget", "budget": "10"}).status_code == 422
    )  # homes cost what?
    house = {**sent, "count": 1, "functions": ["elder_care", "meals"], "house": "on", "sources": ["homes"]}
    assert client.post(address, house).status_code == 422
    assert client.post(address, {**sent, "count": 1}).status_code == 302

    scenario = Scenario.objects.get()
    Scenario.objects.filter(pk=scenario.pk).update(progress={"value": 100.0, "bound": 101.5, "seconds": 7})
    row = client.get(reverse("reach-scenario-row", args=[scenario.pk])).content.decode()
    assert "最多还能好百分之 1.5" in row
    assert client.post(reverse("reach-scenario-enough", args=[scenario.pk])).status_code == 302
    compute_scenario(scenario.pk)
    assert "已证明最优" in client.get(f"{reverse('reach-scenarios')}?run={run.pk}").content.decode()


def test_the_boxes_of_the_functions_look_like_all_boxes(town, client, planner):
    client.force_login(planner)
    page = client.get(f"{reverse('reach-siting')}?run={make_run(town.city).pk}").content.decode()

    boxes = [part.split(">")[0] for part in page.split("<input ") if 'name="functions"' in part.split(">")[0]]
    assert boxes
    assert all('class="form-check-input"' in box for box in boxes)
    assert page.count("in-columns") == 1


def test_candidates_are_entered_on_the_page_and_only_one_s_own(town, client, planner):
    client.force_login(planner)
    lon, lat = spot(300)
    sent = {
        "place": town.near.code,
        "name": "老粮站",
        "kind": "idle",
        "area_m2": "650",
        "lon": lon,
        "lat": lat,
    }

    assert client.post(reverse("reach-candidates"), {**sent, "area_m2": "0"}).status_code == 422
    assert client.post(reverse("reach-candidates"), sent).status_code == 302
    assert "老粮站" in client.get(reverse("reach-candidates")).content.decode()

    client.force_login(make_worker(town.far, "reach.plan"))
    assert "老粮站" not in client.get(reverse("reach-candidates")).content.decode()
    pk = Candidate.objects.get().pk
    assert client.post(reverse("reach-candidate-withdraw", args=[pk])).status_code == 404
    client.force_login(planner)
    assert client.post(reverse("reach-candidate-withdraw", args=[pk])).status_code == 302
    assert not Candidate.objects.standing().exists()
    assert Facility.objects.count() == 2


def test_a_table_of_candidates_is_checked_row_by_row_and_converted(town, planner):
    from linli.reach.imports import CANDIDATE_IMPORT

    def read(**cells):
        told = {"place": town.near.code, "name": "空房", "kind": "闲置房屋", "lon": 113.005, "lat": 30.0,
                "origin": "GCJ-02", "area_m2": "650", "cost_10k": "", "note": ""} | cells  # fmt: skip
        return {field.name: field.read(told[field.name]) for field in CANDIDATE_IMPORT.fields}

    rows = [
        (2, read()),
        (3, read()),
        (4, read(name="乙", place="990109009009")),
        (5, read(name="丙", lon=30, lat=113)),
    ]

    wrong = [(line, name) for line, name, _why in CANDIDATE_IMPORT.check(rows)]
    assert wrong == [(3, "name"), (4, "place"), (5, "lon")]
    assert CANDIDATE_IMPORT.apply([rows[0][1]], by=planner) == 1
    assert CANDIDATE_IMPORT.apply([rows[0][1]], by=planner) == 1
    [made] = Candidate.objects.all()
    assert (made.kind, made.area_m2, made.cost_10k) == ("idle", 650, None)
    assert made.lon != 113.005  # GCJ-02 lies hundreds of metres off


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_candidates_takes_as_many_questions_for_one_as_for_three(
    town, client, planner, count, django_assert_max_num_queries
):
    for number in range(count):
        candidate(town.near, 100 + number * 50, planner, f"空房{number}")
    client.force_login(planner)
    client.get(reverse("reach-candidates"))
    with django_assert_max_num_queries(16):
        client.get(reverse("reach-candidates"))
