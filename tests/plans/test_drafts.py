"""The next plan is written in the browser: begun from a pack, changed, checked, exported, installed."""

import json
import threading
from datetime import date

import pytest
import yaml
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from linli.exchange.models import Use
from linli.packs.reading import read_pack
from linli.plans import actions
from linli.plans.actions import StaleDraft
from linli.plans.models import MeasureValue, Plan, PlanDraft
from linli.plans.queries import drafts
from linli.plans.schema import PlanPack
from tests.factories.exchange import make_entry
from tests.factories.people import make_worker
from tests.factories.places import make_community

from .shelves import TASK, install_small, measures_pack, plan_pack

pytestmark = pytest.mark.django_db
SPAN = {"valid_from": date(2026, 1, 1), "valid_to": date(2030, 12, 31)}
HEAD = {"code": "ts-2030", "title": "测试规划（下一期）", **SPAN}
MONTH = 2025 * 12 + 11


@pytest.fixture
def city(monkeypatch):
    """Two communities, the small plan installed, its pack the only one on the shelf; a planner of the city."""
    places = [make_community(1), make_community(2)]
    make_entry(code="export-plan-draft", kind="export")
    pack = plan_pack()
    install_small(monkeypatch, plan=pack)
    monkeypatch.setattr("linli.plans.queries.drafts.plan_packs", lambda: [pack])
    monkeypatch.setattr("linli.plans.naming.plan_packs", list)
    return {
        "places": places,
        "planner": make_worker(places[0].parent.parent.parent, "plans.draft", "plans.view"),
    }


def begun(city, **more):
    place = city["places"][0].parent.parent.parent
    document = drafts.document_of("ts-2025", place=place, **SPAN)
    return actions.start_draft(by=city["planner"], place=place, document=document, **{**HEAD, **more})


def form_of(line, version=1, **changes):
    """What the page of an indicator sends back when nothing was changed, and then these changes."""
    told = {
        "version": version, "code": line["code"], "number": line.get("number", ""),
        "name": line["name"], "quote": line["quote"],
        "section": line["section"], "unit": line["unit"], "decimals": line["decimals"],
        "direction": line["direction"], "nature": line["nature"], "level": line["level"], "scope": line["scope"],
        "targets": "2030-12-31：80", "formula": line["formula"], "figures": "both", "publish_from": "80",
        "lead": "、".join(line["lead"]), "support": "、".join(line.get("support", [])),
        "responsible_by": line["responsible_by"],
    }  # fmt: skip
    return {**told, **changes}


def test_a_draft_carries_the_plan_over_to_the_next_period(city):
    """XA-158: days move on, and what the records say of the last year is where an indicator starts."""
    for place, area in zip(city["places"], (40, 10), strict=True):
        for measure, value in (("t.area", area * 100), ("t.households", 100)):
            MeasureValue.objects.create(
                measure=measure, place=place, month=MONTH, value=value, source="records"
            )
    draft = begun(city)
    (line,), (task,) = draft.document["indicators"], draft.document["tasks"]

    assert (line["targets"][0]["by"], task["due"]) == ("2030-12-31", "2030-12-31")
    assert (line["baseline"]["year"], line["baseline"]["value"]) == (2025, "50.0")
    assert (draft.document["area"], draft.document["level"]) == ("990100000000", "市")
    assert "ref" not in line


def test_an_exported_draft_is_accepted_by_the_linter_and_installs_to_the_same_plan(city, client, tmp_path):
    """XA-147, XA-158"""
    draft = begun(city)
    client.force_login(city["planner"])
    line = draft.document["indicators"][0]
    formula = "share(设施面积 / 户数 * 100 >= 40) * 100"
    sent = form_of(line, formula=formula, targets="2028-12-31：70\n2030-12-31：85")
    assert client.post(f"/plans/drafts/{draft.pk}/indicators/facility-30/", sent).status_code == 302

    answer = client.get(f"/plans/drafts/{draft.pk}/pack/")
    path = tmp_path / "plan.yaml"
    assert answer.status_code == 200, client.get(f"/plans/drafts/{draft.pk}/").context["checked"].problems
    path.write_bytes(answer.content)
    pack, problems = read_pack(path)
    assert [str(problem) for problem in problems] == []
    draft.refresh_from_db()
    assert pack == PlanPack.model_validate_json(json.dumps(draft.document))
    actions.installing.install_plan(pack)

    made = Plan.objects.get(code="ts-2030")
    indicator = made.indicators.get()
    assert (made.title, made.valid_to, made.level) == ("测试规划（下一期）", date(2030, 12, 31), "市")
    assert indicator.formula == formula
    assert [(str(t.by), int(t.low)) for t in indicator.targets.all()] == [
        ("2028-12-31", 70),
        ("2030-12-31", 85),
    ]
    assert [task.serves.get().code for task in made.tasks.all()] == ["facility-30"]
    assert [
        (use.entry.code, use.row_count) for use in Use.objects.filter(entry__code="export-plan-draft")
    ] == [("export-plan-draft", 2)]


def test_what_is_wrong_is_told_beside_its_line_and_nothing_is_exported(city, client):
    draft = begun(city)
    client.force_login(city["planner"])
    line = draft.document["indicators"][0]
    client.post(
        f"/plans/drafts/{draft.pk}/indicators/facility-30/", form_of(line, formula="share(设施面积 >= )")
    )

    page = client.get(f"/plans/drafts/{draft.pk}/")
    told = page.context["checked"].problems
    assert {(one.part, one.code) for one in told} == {("indicators", "facility-30")}
    assert client.get(f"/plans/drafts/{draft.pk}/pack/").status_code == 302
    assert not Use.objects.filter(entry__code="export-plan-draft").exists()
    assert told[0].message in client.get(f"/plans/drafts/{draft.pk}/indicators/facility-30/").content.decode()


@pytest.mark.parametrize(
    ("formula", "where"),
    [
        ("share(设施面积 / 户数 >= 30", (1, 23)),
        ("sum(没有的数)", (1, 5)),
        ("sum(设施面积 + ) * 100", (1, 12)),
        ("", (1, 1)),
    ],
)
def test_a_wrong_formula_names_line_and_column_while_it_is_written(city, client, formula, where):
    draft = begun(city)
    client.force_login(city["planner"])

    told = client.get("/plans/drafts/formula/", {"formula": formula, "draft": draft.pk}).json()
    assert (told["ok"], told["line"], told["message"] != "") == (False, 1, True)
    assert told["column"] <= where[1] + 2
    assert client.get("/plans/drafts/formula/", {"formula": "sum(户数)"}).json()["ok"] is True


def test_the_names_offered_are_all_a_formula_may_use_and_the_constants_of_the_draft(city, client):
    draft = begun(city)
    draft.document["constants"] = [
        {"name": "每百户标准", "value": "30", "unit": "㎡", "section": "二(三)", "quote": "每百户30平方米"}
    ]
    draft.save()
    client.force_login(city["planner"])
    names = client.get(f"/plans/drafts/{draft.pk}/names/").json()["names"]

    offered = {(one["kind"], one["name"]) for one in names}
    wanted = {("计数项", line["title"]) for line in measures_pack().model_dump()["measures"]}
    assert offered >= wanted | {("范围", "城市社区"), ("常数", "每百户标准"), ("函数", "share(")}


def test_who_opened_an_older_version_is_told_and_keeps_what_he_wrote(city, client):
    draft = begun(city)
    client.force_login(city["planner"])
    line = draft.document["indicators"][0]
    address = f"/plans/drafts/{draft.pk}/indicators/facility-30/"
    assert client.post(address, form_of(line, name="先写的名称")).status_code == 302

    late = client.post(address, form_of(line, name="后写的名称", version=1))
    assert (late.status_code, late.context["form"]["name"].value()) == (409, "后写的名称")
    draft.refresh_from_db()
    assert draft.document["indicators"][0]["name"] == "先写的名称"
    again = client.post(
        address, form_of(line, name="后写的名称", version=late.context["form"]["version"].value())
    )
    draft.refresh_from_db()
    assert (again.status_code, draft.document["indicators"][0]["name"]) == (302, "后写的名称")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_wins_and_the_other_is_told(city):
    draft = begun(city)
    line = draft.document["indicators"][0]
    told, start = [], threading.Barrier(2)

    def save(name):
        start.wait()
        try:
            actions.write_line(
                draft, "indicators", "facility-30", by=city["planner"], version=1, line={**line, "name": name}
            )
            told.append(name)
        except StaleDraft:
            told.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(name,)) for name in ("甲写的", "乙写的")]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    draft.refresh_from_db()
    (won,) = [name for name in told if name != "late"]
    assert (len(told), draft.version, draft.document["indicators"][0]["name"]) == (2, 2, won)


def test_a_new_name_is_followed_by_what_points_to_it(city):
    draft = begun(city)
    line = draft.document["indicators"][0]
    draft = actions.write_line(
        draft,
        "indicators",
        "facility-30",
        by=city["planner"],
        version=1,
        line={**line, "code": "facility-40"},
    )
    assert draft.document["tasks"][0]["serves"] == ["facility-40"]
    assert drafts.check_draft(draft).problems == ()
    draft = actions.drop_line(draft, "indicators", "facility-40", by=city["planner"], version=2)
    told = [(problem.part, problem.field) for problem in drafts.check_draft(draft).problems]
    assert told == [("", "indicators")]  # a plan without any indicator is none


def test_a_line_is_not_named_twice_and_a_code_is_not_taken_twice(city):
    draft = begun(city)
    line = draft.document["indicators"][0]
    with pytest.raises(ValidationError, match="已有这个代码"):
        actions.write_line(draft, "indicators", "", by=city["planner"], version=1, line=line)
    with pytest.raises(ValidationError, match="代码相同的草稿"):
        begun(city)
    with pytest.raises(ValidationError, match="代码相同的规划"):
        begun(city, code="ts-2025")


def test_a_draft_belongs_to_its_area(city, client):
    """P3"""
    draft = begun(city)
    street = city["places"][0].parent
    lower = make_worker(street, "plans.draft", "plans.view")
    with pytest.raises(PermissionDenied):
        actions.write_head(draft, by=lower, version=1, title="别的")
    with pytest.raises(PermissionDenied):
        actions.throw_away(draft, by=lower)
    client.force_login(lower)
    assert client.get(f"/plans/drafts/{draft.pk}/").status_code == 404
    assert client.get("/plans/drafts/formula/", {"formula": "1", "draft": draft.pk}).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("targets", "2030年：80"), ("code", "Not A Code"), ("lead", ""), ("baseline_year", "2025"),
        ("name", "看\u202e不见"), ("decimals", "7"), ("publish_from", "0"), ("targets", "2030-12-31：1" + "9" * 400),
    ],
)  # fmt: skip
def test_bad_input_is_refused_and_what_was_typed_stays(city, client, field, value):
    draft = begun(city)
    client.force_login(city["planner"])
    line = draft.document["indicators"][0]
    sent = form_of(line, **{field: value})
    page = client.post(f"/plans/drafts/{draft.pk}/indicators/facility-30/", sent)

    draft.refresh_from_db()
    if page.status_code == 302:  # a number too long for a plan is kept in the draft, and told by the linter
        assert drafts.check_draft(draft).of("indicators", "facility-30")
    else:
        assert (page.status_code, draft.version) == (422, 1)
        assert page.context["form"][field].value() == value


@pytest.mark.parametrize(
    "rest",
    [
        "constants: [",
        "titel: 1",
        "constants: &a [*a]",
        "constants: [{value: .nan}]",
        'directions: ["\\0"]',
        "- 1",
        "x: !!python/object:os.x {}",
    ],
)
def test_what_no_document_can_hold_is_refused_with_a_sentence(city, client, rest):
    """I7"""
    draft = begun(city)
    client.force_login(city["planner"])
    sent = {
        "version": 1, "title": "新名称", "source": "依据", "level": "市", "valid_from": "2026-01-01",
        "valid_to": "2030-12-31", "rest": rest,
    }  # fmt: skip
    page = client.post(f"/plans/drafts/{draft.pk}/head/", sent)
    assert (page.status_code, page.context["form"]["rest"].value()) == (422, rest)


def test_the_head_keeps_what_has_no_field_of_its_own(city, client):
    draft = begun(city)
    client.force_login(city["planner"])
    told = client.get(f"/plans/drafts/{draft.pk}/head/").context["form"]
    sent = {name: told[name].value() for name in told.fields} | {"title": "改了名称"}
    assert client.post(f"/plans/drafts/{draft.pk}/head/", sent).status_code == 302

    after = PlanDraft.objects.get()
    assert after.document["title"] == "改了名称"
    assert after.document["responsible"] == draft.document["responsible"]
    assert drafts.check_draft(after).problems == ()
    assert yaml.safe_load(drafts.as_yaml(drafts.check_draft(after).pack))["title"] == "改了名称"


def test_what_differs_from_the_plan_it_came_from_is_told_with_whom_it_concerns(city, client):
    draft = begun(city)
    line, task = draft.document["indicators"][0], draft.document["tasks"][0]
    changed = {**line, "targets": [{"by": "2030-12-31", "value": "90"}], "lead": ["住建局"]}
    draft = actions.write_line(draft, "indicators", line["code"], by=city["planner"], version=1, line=changed)
    more = {**task, "code": "t3-9", "title": "新的任务"}
    draft = actions.write_line(draft, "tasks", "", by=city["planner"], version=2, line=more)
    client.force_login(city["planner"])

    told = client.get(f"/plans/drafts/{draft.pk}/").context["against"].changes
    assert [(one.title, one.what, one.concerns) for one in told] == [
        ("设施达标率", "目标由 60 改为 90；牵头单位有变", "住建局"),
        ("新的任务", "新增", "民政局、住建局"),
    ]


def test_a_task_is_added_changed_and_dropped_on_pages(city, client):
    draft = begun(city)
    client.force_login(city["planner"])
    base = f"/plans/drafts/{draft.pk}/tasks/"
    sent = {
        "version": 1, "code": "t5", "clause": "三(二)", "kind": "task", "title": "培训骨干", "quote": "培训社区骨干",
        "lead": "民政局", "support": "", "responsible_by": "四(一)", "due": "2030-12-31", "serves": [],
    }  # fmt: skip
    assert client.post(base, sent).status_code == 302
    draft.refresh_from_db()
    assert draft.document["tasks"][1]["judged_by"] == "evidence"
    assert client.post(f"{base}t5/", sent | {"version": 2, "serves": ["facility-30"]}).status_code == 302
    draft.refresh_from_db()
    assert (draft.document["tasks"][1]["serves"], "judged_by" in draft.document["tasks"][1]) == (
        ["facility-30"],
        False,
    )
    assert (
        client.post(f"{base}t5/drop/", {"version": 2}).status_code == 302
    )  # an older version: nothing is lost
    draft.refresh_from_db()
    assert len(draft.document["tasks"]) == 2
    client.post(f"{base}t5/drop/", {"version": 3})
    draft.refresh_from_db()
    assert [task["code"] for task in draft.document["tasks"]] == [TASK["code"]]
    assert client.get(f"{base}t5/").status_code == 404


def test_a_draft_is_begun_and_thrown_away_on_pages(city, client):
    client.force_login(city["planner"])
    sent = {
        "based_on": "ts-2025",
        "code": "ts-2030",
        "title": "下一期",
        "valid_from": "2026-01-01",
        "valid_to": "2030-12-31",
    }
    assert client.post("/plans/drafts/", sent | {"valid_to": "2025-12-31"}).status_code == 422
    assert client.post("/plans/drafts/", sent).status_code == 302
    assert client.post("/plans/drafts/", sent).status_code == 422
    draft = PlanDraft.objects.get()
    assert (str(draft), draft.based_on) == ("下一期", "ts-2025")
    assert client.post(f"/plans/drafts/{draft.pk}/end/").status_code == 302
    assert not PlanDraft.objects.exists()


def test_the_list_asks_the_same_number_of_queries_for_any_number_of_drafts(
    city, client, django_assert_num_queries
):
    client.force_login(city["planner"])
    place = city["places"][0].parent.parent.parent
    begun(city)
    client.get("/plans/drafts/")
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        client.get("/plans/drafts/")
    for number in range(5):
        PlanDraft.objects.create(
            place=place, code=f"more-{number}", document={"title": "另一份"}, changed_by=city["planner"]
        )
    with django_assert_num_queries(len(few)):
        client.get("/plans/drafts/")
