"""The pages of staff beside single cases, and what everybody may know: map, feed, watches."""

from datetime import datetime
from xml.etree import ElementTree as Xml

import pytest
from django.urls import reverse

from linli.cases.models import Case
from linli.kernel import clock
from linli.measures import Period
from linli.places.models import Boundary
from linli.requests.figures import figures_of, rows_behind
from linli.requests.models import BulkRun, Topic, Watch
from tests.conftest import TEST_DAY
from tests.factories.people import make_post, make_unit
from tests.factories.requests import category

pytestmark = pytest.mark.django_db
MARCH = Period.parse("2026-03")


@pytest.fixture
def boundary(town):
    square = [[[120, 30], [120.1, 30], [120.1, 30.1], [120, 30.1], [120, 30]]]
    box = {"west": 120, "east": 120.1, "south": 30, "north": 30.1}
    shape = {"type": "Polygon", "coordinates": square}
    return Boundary.objects.create(
        place=town.place, geometry=shape, source="测试", as_of=TEST_DAY.date(), **box
    )


def test_a_dispatcher_tries_runs_and_takes_back_many(client, town):
    cases = [town.request(), town.request(text="6 号楼垃圾没有人清运")]
    client.force_login(town.dispatcher)
    told = {"chosen": [case.number for case in cases], "step": "dispatch", "unit": town.housing.pk}

    tried = client.post(reverse("request-bulk"), told | {"try": "1"})
    assert tried.content.decode().count("可以办") == 2
    assert not BulkRun.objects.exists()

    ran = client.post(reverse("request-bulk"), told | {"run": "1"})
    run = BulkRun.objects.get()
    assert ran.url == reverse("request-bulk-run", args=[run.pk])
    assert ran.url in client.get(reverse("request-bulk")).content.decode()  # found again later
    assert {case.unit for case in Case.objects.filter(kind="request")} == {town.housing}

    client.post(ran.url)
    assert set(Case.objects.values_list("state", flat=True)) == {"submitted"}
    assert "已撤回" in client.get(ran.url).content.decode()
    client.force_login(town.leader)
    assert client.get(ran.url).status_code == 403


def test_a_bulk_step_without_its_unit_is_told_and_keeps_what_was_chosen(client, town):
    case = town.request()
    client.force_login(town.dispatcher)
    answer = client.post(reverse("request-bulk"), {"chosen": [case.number], "step": "dispatch", "try": "1"})
    assert answer.status_code == 422
    assert (answer.context["picked"], list(answer.context["form"].errors)) == ({case.number}, ["unit"])
    (row,) = [line for line in answer.content.decode().split("<input") if f'value="{case.number}"' in line]
    assert " checked" in row.partition(">")[0]


def test_a_frequent_matter_is_opened_from_its_page(client, town):
    make_post(town.dispatcher, town.place.parent, "requests.topics", "topic.view", role="topics")
    for number in range(5):
        town.submit(f"{number} 号楼前路灯不亮，晚上太黑")
    client.force_login(town.dispatcher)
    assert "路灯照明" in client.get(reverse("request-topics")).content.decode()
    lights = category("street-lights")
    answer = client.post(reverse("request-topics"), {"place": town.place.code, "category": lights.pk})
    assert answer.url == reverse("case-detail", args=[Topic.objects.get().case.number])
    assert client.get(answer.url).status_code == 200


def closed(town, *, solved=True, satisfied=4, **fields):
    case = town.request("resolved", **fields)
    return town.step(case, "call_back", by=town.caller, reached=True, solved=solved, satisfied=satisfied)


def test_rates_stand_before_and_after_exclusion_and_lead_to_their_list(client, town):
    """三率: by the formula of the pack; 5 at least; units of one class beside each other."""
    for number in range(5):
        closed(town, text=f"{number} 号楼前路灯不亮", solved=number > 0, satisfied=5 if number > 1 else 2)
    sixth = closed(town, text="9 号楼前路灯不亮", solved=False, satisfied=1)
    town.request("resolved", text="怎么办理证明", kind="ask")
    town.step(sixth, "ask_exclusion", by=town.worker, reason="不可抗力")
    town.step(sixth, "approve_exclusion", by=town.leader, note="属实")

    rule = sixth.request.rulebook.rules.appraisal
    (group,) = figures_of([town.city_management, town.housing], MARCH, rule, Case.objects.all())
    (row,) = group.rows

    assert (row.unit, row.appraised, row.excluded) == (town.city_management, 5, 1)
    assert [(rate.count, rate.total, str(rate.percent)) for rate in row.after] == [
        (5, 5, "100.0"), (4, 5, "80.0"), (3, 5, "60.0"),
    ]  # fmt: skip
    assert [(rate.count, rate.total) for rate in row.before] == [(6, 6), (4, 6), (3, 6)]
    assert str(row.score) == "76.0"
    for name, count in {
        "appraised": 5,
        "excluded": 1,
        "responded": 5,
        "called": 5,
        "solved": 4,
        "satisfied": 3,
    }.items():
        assert rows_behind(name, MARCH, rule).count() == count
    client.force_login(town.worker)
    page = client.get(reverse("request-figures")).content.decode()
    assert "76.0" in page
    behind = client.get(row.after[1].url).content.decode()
    assert behind.count("row-link") == 4


def test_on_the_first_days_of_a_month_the_figures_of_the_month_before_are_shown(client, town):
    closed(town)
    client.force_login(town.worker)
    with clock.at(datetime(2026, 4, 1, 9, tzinfo=clock.CHINA)):
        assert client.get(reverse("request-figures")).context["period"] == MARCH
        asked = client.get(reverse("request-figures"), {"month": "2026-04"})
    assert (asked.context["period"].start.month, asked.context["classes"]) == (4, [])


def test_a_small_number_shows_its_count_and_no_rate(town):
    case = closed(town)
    rule = case.request.rulebook.rules.appraisal
    (group,) = figures_of([town.city_management], MARCH, rule, Case.objects.all())
    assert [(rate.count, rate.total, rate.percent) for rate in group.rows[0].after] == [
        (1, 1, None), (1, 1, None), (1, 1, None),
    ]  # fmt: skip
    assert group.rows[0].score is None


def test_units_of_different_classes_stand_in_different_tables(town):
    committee = make_unit(town.place, "第2居委会", kind="committee")
    for unit in (town.city_management, committee):
        case = town.request()
        town.step(case, "dispatch", unit=unit)
    rule = case.request.rulebook.rules.appraisal
    groups = figures_of([town.city_management, committee], MARCH, rule, Case.objects.all())
    assert [len(group.rows) for group in groups] == [1, 1]


def test_the_map_and_the_feed_tell_of_what_is_public_and_of_nothing_else(client, town, boundary):
    town.submit("幸福路 3 号楼前的路灯不亮")
    town.submit("张三半夜扰民", kind="complaint")
    town.submit("孙大妈的路灯不亮", anonymous=True)

    layer = client.get(reverse("request-map")).json()["layers"][0]
    assert [one["properties"]["value"] for one in layer["features"]["features"]] == [1]
    outlines = client.get(reverse("request-map") + "?outlines=1").json()["layers"][0]
    assert [one["properties"]["id"] for one in outlines["features"]["features"]] == [town.place.code]

    answer = client.get(reverse("request-feed"), {"place": town.place.code})
    items = Xml.fromstring(answer.content).findall("channel/item")
    assert [item.findtext("title") for item in items] == [f"路灯照明 · {town.place.name}"]
    assert "幸福路" not in answer.content.decode()
    assert (
        Xml.fromstring(client.get(reverse("request-feed"), {"place": "1"}).content).findall("channel/item")
        == []
    )


def test_a_resident_watches_an_area_and_leaves_it(client, town):
    client.force_login(town.stranger)
    client.post(reverse("request-watch"), {"place": town.place.code})
    case = town.request("dispatched")
    client.post(reverse("request-watch"), {"number": case.number})
    assert Watch.objects.filter(person=town.stranger.person).count() == 2
    assert "路灯照明" in client.get(reverse("request-watch")).content.decode()
    client.post(reverse("request-watch"), {"place": town.place.code, "watch": "no"})
    client.post(reverse("request-watch"), {"number": case.number, "watch": "no"})
    assert not Watch.objects.exists()
    quiet = town.request(kind="complaint")
    assert client.post(reverse("request-watch"), {"number": quiet.number}).status_code == 404


def test_a_pin_or_an_address_finds_the_standard_place(client, town, boundary):
    client.post(reverse("request-start"), {"text": "路灯不亮，晚上太黑"})
    where = reverse("request-new", args=["where"])
    outside = client.post(where, {"at_lon": "100", "at_lat": "30"})
    assert outside.status_code == 422
    assert "不在任何社区里" in outside.content.decode()
    assert client.post(where, {"at_lon": "120.05", "at_lat": "30.05"}).url == reverse(
        "request-new", args=["which"]
    )
    assert client.session["request_draft"]["place"] == town.place.code
    client.session.flush()
    client.post(reverse("request-start"), {"text": "路灯不亮，晚上太黑"})
    found = client.post(where, {"words": f"东岸区{town.place.name}3号楼二单元"})
    assert found.url == reverse("request-new", args=["which"])
    assert client.session["request_draft"]["place"] == town.place.code
