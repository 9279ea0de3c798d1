"""Pages: what residents, workers and planners get, and what nobody gets."""

import io
from xml.etree.ElementTree import fromstring

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from linli.facilities.models import Facility
from linli.reach.actions.reporting import report_outlet
from linli.reach.models import FunctionReach, Report, Run, Scenario
from tests.factories.people import make_person, make_worker
from tests.factories.reach import make_outlet, make_run, spot

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(town, client):
    user = make_worker(town.city, "reach.view", "reach.plan")
    client.force_login(user)
    return user


def near(client, **asked):
    return client.get(reverse("reach-near"), asked).context["outlets"]


def test_near_me_lists_what_is_near_with_the_walk_and_whether_it_is_open(town, client):
    """XF-009, XA-072: open now, step-free, by function; the community instead of a position."""
    run = make_run(town.city)
    shop = Facility.objects.get(kind__code="convenience")
    shop.periods.create(
        weekday=3, opens_min=480, closes_min=1320
    )  # the test's clock is a Wednesday, 10 o'clock
    asked = {"community": town.near.code}

    everything = near(client, **asked)

    told = [(o.facility.kind.code, o.minutes, o.open_now) for o in everything]
    assert told == [("convenience", 1, True), ("day-care", 5, None)]
    assert [o.facility for o in near(client, open_now="on", **asked)] == [shop]
    assert near(client, function="elder_care", **asked)[0].facility.kind.code == "day-care"
    assert near(client, step_free="on", **asked) == []
    assert run.state == "done"


def test_what_was_wished_for_stays_chosen_and_goes_along_with_a_position(town, client):
    make_run(town.city)

    page = client.get(reverse("reach-near"), {"community": town.near.code, "open_now": "on"}).content.decode()

    assert '<input class="form-check-input" type="checkbox" name="open_now" checked>' in page
    assert '<input type="hidden" name="open_now" value="on">' in page
    assert '<input class="form-check-input" type="checkbox" name="step_free">' in page


def test_points_of_utilities_and_car_parks_are_found_like_outlets(town, client):
    """XA-071, XA-142: bank, telecom, gas and post as classes of the register, car parks beside them; coverage told."""
    make_outlet(town.near, "utilities", 520)
    make_outlet(town.near, "parking", 300)
    make_outlet(town.near, "post", 900)
    run = make_run(town.city)

    found = near(client, community=town.near.code)

    assert [(o.facility.kind.code, o.minutes) for o in found] == [
        ("convenience", 1), ("utilities", 1), ("parking", 3), ("day-care", 5), ("post", 6),
    ]  # fmt: skip
    line = FunctionReach.objects.get(community__run=run, community__place=town.near, function="finance")
    assert (line.by_walking, line.minutes) == (True, 0.4)


def test_kinds_of_centres_tell_what_is_near_and_what_a_small_space_could_add(town, client):
    """PD-023: three kinds of one-stop centre with their functions, each against what people walk to."""
    for kind in ("clinic", "kindergarten", "breakfast"):
        make_outlet(town.near, kind, 550)
    run = make_run(town.city)

    page = client.get(reverse("reach-circle", args=[town.near.code]))

    told = {one.title: (one.near, one.far, one.unknown) for one in page.context["page"].centres}
    assert told["服务老幼的基本型"] == (["养老", "教育", "就医", "餐饮"], [], [])
    assert told["面向白领和产业人才的特色型"] == (["餐饮"], [], ["阅读", "健身", "娱乐"])
    far = client.get(reverse("reach-circle", args=[town.far.code])).content.decode()
    assert "缺：养老、教育、就医、餐饮" in far
    del run.parameters["sets"]["centres"]  # a run from before
    run.save()
    assert client.get(reverse("reach-circle", args=[town.near.code])).context["page"].centres == []


def test_a_position_is_sent_by_post_and_stands_in_no_address(town, client):
    make_run(town.city)
    lon, lat = spot(780)

    page = client.post(reverse("reach-near"), {"at_lon": lon, "at_lat": lat})

    assert [o.facility.kind.code for o in page.context["outlets"]] == ["day-care", "convenience"]
    assert str(lon) not in page.content.decode()
    far = client.post(reverse("reach-near"), {"at_lon": 80, "at_lat": 40})
    assert (far.status_code, far.context["lost"]) == (200, True)


def test_without_script_and_position_an_address_is_written_and_sent_by_post(town, client):
    """XF-009: what is written leads to the door, or to a few doors to choose from; nothing stays."""
    make_run(town.city)
    house = town.near.children.get(code__endswith="B0002")  # at 900 m
    house.name = "桥西二号楼"
    house.save()
    address = reverse("reach-near")

    page = client.post(address, {"address": f"{town.near.name}桥西二号楼301室"})
    chosen = client.post(address, {"address": "社区"})
    followed = client.get(address, {"place": house.code, "function": "elder_care"})
    nothing = client.post(address, {"address": "没有这里"})

    assert [(o.facility.kind.code, o.minutes) for o in page.context["outlets"]] == [
        ("day-care", 2),
        ("convenience", 6),
    ]
    assert page.context["start"].spot == house
    assert {place.code for place in chosen.context["choices"]} == {town.near.code, town.far.code}
    assert [o.facility.kind.code for o in followed.context["outlets"]] == ["day-care"]
    assert (nothing.status_code, nothing.context["lost"]) == (200, True)
    assert client.get(address, {"place": "nowhere"}).status_code == 200


def test_without_a_study_distances_are_straight_and_say_so(town, client):
    town.near.lon, town.near.lat = spot(500)
    town.near.save()

    [shop, _care] = near(client, community=town.near.code)

    assert (shop.minutes, shop.way) == (None, "直线 0 米")


def test_a_community_is_found_by_name_and_the_map_says_what_the_list_says(town, client):
    make_run(town.city)
    page = client.get(reverse("reach-near"), {"q": "第1"})
    assert [place.code for place in page.context["choices"]] == [town.near.code]

    layers = client.get(reverse("reach-near-map"), {"community": town.near.code}).json()["layers"]
    assert [f["properties"]["title"] for f in layers[0]["features"]["features"]] == [
        "convenience-500",
        "day-care-800",
    ]
    assert client.get(reverse("reach-near-map")).status_code == 404


def test_a_report_without_an_account_lands_on_the_list_of_its_community(town, client):
    shop = Facility.objects.get(kind__code="convenience")
    address = f"{reverse('reach-report')}?facility={shop.code}"
    assert client.post(address, {"kind": "missing"}).status_code == 422
    assert client.post(address, {"kind": "closed", "said": "贴了转让"}).status_code == 302

    client.force_login(make_worker(town.near, "reach.verify"))
    page = client.get(reverse("reach-reports"))
    [waiting] = page.context["listing"].page.object_list
    client.post(reverse("reach-reports"), {"report": waiting.pk, "was_right": "1"})

    assert (waiting.facility, Report.objects.get().was_right) == (shop, True)
    client.force_login(make_worker(town.far, "reach.verify"))
    assert not client.get(reverse("reach-reports")).context["listing"].page.object_list


def test_the_circle_of_a_community_is_public_and_its_handbook_is_a_pdf(town, client):
    """XF-010: per-community handbook, large print too."""
    before = client.get(reverse("reach-circle", args=[town.near.code]))
    assert before.context["page"].circle is None
    make_run(town.city)

    page = client.get(reverse("reach-circle", args=[town.near.code])).context["page"]
    states = {title: line.state for title, line, _percent in page.lines}
    assert (states["购物"], states["住宿"]) == ("met", "none")
    for large in ({}, {"large": "1"}):
        book = client.get(reverse("reach-handbook", args=[town.near.code]), large)
        assert (book["Content-Type"], book.content[:5]) == ("application/pdf", b"%PDF-")


def test_gaps_tell_who_is_outside_without_small_counts(town, client, planner):
    for _number in range(12):
        make_person(home=town.far.children.get(code__endswith="B0001"))
    make_run(town.city)

    page = client.get(reverse("reach-gaps"), {"function": "shopping"})

    told = [(line.place.code, line.state, line.outside) for line in page.context["lines"]]
    assert told == [(town.near.code, "met", None), (town.far.code, "unmet", None)]
    elders = client.get(reverse("reach-gaps"), {"function": "shopping", "group": "60"}).context["lines"]
    assert [line.outside for line in elders] == [None, None]
    assert page.context["whole"].met == 1
    lodging = client.get(reverse("reach-gaps"), {"function": "lodging"})
    assert (lodging.context["whole"], lodging.status_code) == (None, 200)


def test_a_planner_of_one_street_sees_that_street_alone(town, client):
    make_run(town.city)
    client.force_login(make_worker(town.far, "reach.view"))

    page = client.get(reverse("reach-gaps"), {"function": "shopping"})

    assert [line.place for line in page.context["lines"]] == [town.far]
    layers = client.get(reverse("reach-gap-map")).json()["layers"]
    assert [f["properties"]["id"] for f in layers[0]["features"]["features"]] == [town.far.code]


def test_a_run_is_started_from_the_page_and_exported(town, client, planner):
    page = client.post(reverse("reach-runs"), {"place": town.city.code, "profile": "elder"})
    assert (page.status_code, Run.objects.get().profile) == (302, "elder")
    make_run(town.city)

    for kind in ("geojson", "gpkg", "xlsx"):
        answer = client.get(reverse("reach-export", args=[kind]))
        assert answer.status_code == 200
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.getvalue())).get_sheet_by_index(0).to_python()
    assert len([row for row in rows if row[0] in (town.near.code, town.far.code)]) == 2 * 14
    assert client.get(reverse("reach-export", args=["exe"])).status_code == 404


def test_the_map_of_gaps_is_a_picture_that_needs_no_colours(town, client, planner):
    """One path for each community, by its verdict; every look has its word beside the map."""
    town.far.name = "<东头>社区"
    town.far.save()
    make_run(town.city)

    answer = client.get(reverse("reach-export", args=["svg"]), {"function": "shopping"})

    root = fromstring(answer.getvalue())
    paths = root.findall(".//{*}g/{*}path")
    assert [path.get("fill") for path in paths] == ["url(#met)", "url(#unmet)"]
    assert paths[1].findtext("{*}title") == "<东头>社区 不达标"
    words = {text.text for text in root.findall(".//{*}text")}
    assert {"达标", "纸上达标，步行不达标", "不达标", "无法判断", "无数据"} <= words
    assert answer["Content-Type"] == "image/svg+xml"


def test_pointing_at_the_map_shows_the_change_and_keeps_it_when_asked(town, client, planner):
    run = make_run(town.city)
    lon, lat = spot(2200)
    asked = {"function": "shopping", "group": "all"}
    address = f"{reverse('reach-what-if')}?run={run.pk}"

    shown = client.post(address, {**asked, "at_lon": lon, "at_lat": lat, "act": "try"})
    effect = shown.context["effect"]
    client.post(address, {**asked, "sites": shown.context["sites_text"], "title": "东头", "act": "save"})
    wrong = client.post(address, {**asked, "sites": "x", "act": "try"})

    assert (effect.before, effect.after, wrong.status_code) == (3, 5, 422)
    assert [row.state for row in Scenario.objects.all()] == ["done"]
    assert client.get(reverse("reach-scenarios")).status_code == 200


def test_the_twelve_tell_missing_from_unknown(town, client, planner):
    """XF-004, P-XF-04, P-XF-05, P-XF-06, P-XF-07, P-XF-08, P-XF-09, P-XF-10, P-XF-11, P-XF-12, P-XF-13, P-XF-14,
    P-XF-15, P-XF-16: what is not registered is missing only once the register is stated complete."""
    from linli.facilities.actions.keeping import state_complete
    from tests.factories.facilities import make_keeper

    make_outlet(town.near, "breakfast", 300)
    state_complete(town.near, by=make_keeper(town.near))

    rows = client.get(reverse("reach-twelve")).context["rows"]

    told = {row.place: (row.present, row.missing, row.unknown) for row in rows}
    assert told == {town.near: (2, 10, 0), town.far: (0, 0, 12)}  # day-care counts as home-care station


def test_a_radius_wants_a_reason(town, client, planner):
    address = reverse("reach-radius", args=[town.far.code])
    assert client.post(address, {"radius_m": 2000, "reason": ""}).status_code == 422
    assert client.post(address, {"radius_m": 2000, "reason": "居住分散"}).status_code == 302
    town.far.refresh_from_db()
    assert town.far.circle_rule.radius_m == 2000


def test_a_report_answered_twice_is_told_kindly(town, client):
    report_outlet(by=None, kind="missing", place=town.near, said="北门修鞋铺")
    client.force_login(make_worker(town.near, "reach.verify"))
    pk = Report.objects.get().pk
    client.post(reverse("reach-reports"), {"report": pk, "was_right": "0"})  # no reason: refused
    assert Report.objects.get().answered_at is None


def test_two_runs_stand_side_by_side(town, client, planner):
    """Before and after, function by function."""
    for _number in range(14):
        make_person(home=town.far.children.get(code__endswith="B0001"))
    for _number in range(14):
        make_person(home=town.near.children.get(code__endswith="B0002"))
        make_person(home=town.near.children.get(code__endswith="B0001"))
    first = make_run(town.city)
    make_outlet(town.far, "convenience", 2400)
    second = make_run(town.city)

    page = client.get(reverse("reach-compare"), {"run": second.pk, "with": first.pk})

    shopping = next(one for one in page.context["shifts"] if one.title == "购物")
    assert shopping.met == (1, 2)
    assert shopping.points > 0
    lodging = next(one for one in page.context["shifts"] if one.title == "住宿")
    assert (lodging.percent, lodging.points) == ((None, None), None)
    assert client.get(reverse("reach-compare"), {"run": second.pk}).status_code == 200
