"""Livelihood projects, pilots and methods; the yearly assessment of counties; what an outside evaluator takes along."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg.types.range import DateRange

from linli.cases.actions import WrongState, take_step
from linli.kernel import clock
from linli.measures import Period, measures
from linli.packs.reading import read_pack
from linli.people.models import Post
from linli.plans import actions
from linli.plans.actions.installing import install_measures
from linli.plans.actions.installing_indexes import install_index
from linli.plans.lint import lint_index
from linli.plans.models import Adoption, EvaluationIndex, LivelihoodProject, MethodCard, Pilot, Plan
from linli.plans.naming import names_of_packs
from linli.plans.papers import report_of, report_pdf
from linli.plans.queries.subjects import project_counts
from tests.factories.files import body_of, picture
from tests.factories.people import make_role, make_unit, make_user, make_worker
from tests.factories.places import make_community

from .shelves import install_small

pytestmark = pytest.mark.django_db
PROJECT = {
    "year": 2026, "number": 1, "title": "新建老年助餐点", "promise": "全年新建20个老年助餐点", "goal": 20, "unit": "个",
    "due_on": date(2026, 12, 31),
}  # fmt: skip
PILOT = {
    "title": "楼栋微网格", "hypothesis": "每栋一名楼栋长，诉求会更早知道", "measures": "推选、培训、积分",
    "begins_on": date(2026, 1, 1), "ends_on": date(2026, 6, 30),
}  # fmt: skip
CARD = {
    "title": "一栋一长",
    "problem": "诉求知道得晚",
    "steps": "推选\n培训\n建群",
    "needs": "每栋一名志愿者",
}


@pytest.fixture
def city(monkeypatch):
    place = make_community(1)
    install_small(monkeypatch)
    county = place.parent.parent
    return {"place": place, "county": county, "officer": make_worker(county, "plans.view", "plans.assign")}


def stranger():
    return make_worker(make_community(1, street="990102001000").parent.parent, "plans.view", "plans.assign")


def test_a_livelihood_project_is_entered_told_about_and_finished_before_everybody(city, client):
    """XA-146: the yearly list with target, progress, completion and public report."""
    made = actions.enter_project(by=city["officer"], place=city["county"], **PROJECT)
    actions.tell_project(made, by=city["officer"], done=12, told="已开12个")
    shown = client.get("/plans/livelihood/").context["projects"]
    assert [(one.title, one.done, one.percent, one.finished_on) for one in shown] == [
        ("新建老年助餐点", 12, 60, None)
    ]

    actions.tell_project(made, by=city["officer"], done=20, told="全部开张")
    made.refresh_from_db()
    assert (made.percent, made.finished_on, made.late) == (100, clock.today(), False)
    actions.tell_project(made, by=city["officer"], done=19, told="一处停业")
    made.refresh_from_db()
    assert made.finished_on is None
    page = client.get("/plans/livelihood/?year=2026").content.decode()
    assert "一处停业" in page
    assert "95%" in page
    assert client.get("/plans/livelihood/?year=1999").context["projects"].count() == 0


def test_who_has_no_post_there_enters_nothing_and_a_number_stands_once(city):
    """P3"""
    with pytest.raises(PermissionDenied):
        actions.enter_project(by=stranger(), place=city["county"], **PROJECT)
    made = actions.enter_project(by=city["officer"], place=city["county"], **PROJECT)
    with pytest.raises(ValidationError, match="这个序号"):
        actions.enter_project(by=city["officer"], place=city["county"], **PROJECT)
    with pytest.raises(PermissionDenied):
        actions.tell_project(made, by=stranger(), done=20, told="完成")
    with pytest.raises(IntegrityError), transaction.atomic():
        LivelihoodProject.objects.filter(pk=made.pk).update(finished_on=date(2026, 3, 1))


def test_the_pages_of_projects_take_what_is_right_and_keep_what_is_wrong(city, client):
    client.force_login(city["officer"])
    sent = {**PROJECT, "place": city["county"].pk, "due_on": "2026-12-31"}
    bad = client.post("/plans/livelihood/new/", sent | {"goal": "0", "title": "看\u202e不见"})
    assert (bad.status_code, bad.context["form"]["promise"].value()) == (422, PROJECT["promise"])
    assert client.post("/plans/livelihood/new/", sent).status_code == 302
    assert client.post("/plans/livelihood/new/", sent).status_code == 422
    made = LivelihoodProject.objects.get()
    assert client.post(f"/plans/livelihood/{made.pk}/", {"done": "-1", "told": "x"}).status_code == 422
    assert client.post(f"/plans/livelihood/{made.pk}/", {"done": "5", "told": "开了5个"}).status_code == 302
    telling = f"/plans/livelihood/{made.pk}/"
    assert telling in client.get("/plans/livelihood/").content.decode()
    client.force_login(stranger())
    assert client.get(telling).status_code == 404
    assert telling not in client.get("/plans/livelihood/").content.decode()


def test_a_pilot_that_worked_becomes_a_method_that_other_places_take_over_and_are_counted(city, client):
    """XA-157: place, hypothesis, period, measures, result; a card that others adopt; adoption counted."""
    pilot = actions.begin_pilot(by=city["officer"], place=city["place"], **PILOT)
    with pytest.raises(ValidationError, match="有效或部分有效"):
        actions.publish_method(pilot, by=city["officer"], **CARD)
    actions.assess_pilot(pilot, by=city["officer"], result="worked", findings="响应快了一天")
    with pytest.raises(ValidationError, match="已经评估过"):
        actions.assess_pilot(pilot, by=city["officer"], result="failed", findings="又变了")
    card = actions.publish_method(pilot, by=city["officer"], **CARD)

    other = stranger()
    there = make_community(1, street="990102001000")
    actions.adopt_method(card, by=other, place=there, note="先在三栋楼试")
    with pytest.raises(ValidationError, match="已经采用"):
        actions.adopt_method(card, by=other, place=there, note="再来一次")
    with pytest.raises(PermissionDenied):
        actions.adopt_method(card, by=other, place=city["place"], note="别人的地方")
    client.force_login(other)
    page = client.get(f"/plans/methods/{card.pk}/")
    assert (page.context["card"].adopters, [str(one.place) for one in page.context["adoptions"]]) == (
        1,
        [str(there)],
    )
    assert client.get(f"/plans/pilots/{pilot.pk}/").status_code == 404


def test_the_pages_lead_from_a_pilot_to_its_method(city, client):
    client.force_login(city["officer"])
    sent = {**PILOT, "place": city["place"].pk, "begins_on": "2026-01-01", "ends_on": "2026-06-30"}
    assert client.post("/plans/pilots/new/", sent | {"ends_on": "2025-06-30"}).status_code == 422
    assert client.post("/plans/pilots/new/", sent).status_code == 302
    pilot = Pilot.objects.get()
    address = f"/plans/pilots/{pilot.pk}/"
    assert client.post(address, {"result": "worked", "findings": ""}).status_code == 422
    assert client.post(address, {"result": "worked", "findings": "响应快了一天"}).status_code == 302
    assert client.post(address, CARD).status_code == 302
    card = MethodCard.objects.get()
    sent = {"place": city["place"].pk, "note": "全社区推开"}
    assert client.post(f"/plans/methods/{card.pk}/", sent).status_code == 302
    assert client.post(f"/plans/methods/{card.pk}/", sent).status_code == 422
    assert Adoption.objects.count() == 1
    reader = make_worker(city["place"], "plans.view")
    client.force_login(reader)
    assert client.get(address).context["form"] is None
    assert client.post(address, CARD).status_code in (200, 403)
    assert client.post(f"/plans/methods/{card.pk}/", sent).status_code == 403


def test_lists_ask_the_same_number_of_queries_for_any_number_of_rows(city, client):
    client.force_login(city["officer"])

    def queries(path):
        client.get(path)
        with CaptureQueriesContext(connection) as told:
            client.get(path)
        return len(told)

    def add(number):
        actions.enter_project(by=city["officer"], place=city["county"], **PROJECT | {"number": number})
        pilot = actions.begin_pilot(by=city["officer"], place=city["place"], **PILOT)
        actions.assess_pilot(pilot, by=city["officer"], result="partly", findings="有的有效")
        actions.publish_method(pilot, by=city["officer"], **CARD)

    add(1)
    few = [queries(path) for path in ("/plans/livelihood/", "/plans/pilots/")]
    for number in range(2, 6):
        add(number)
    assert [queries(path) for path in ("/plans/livelihood/", "/plans/pilots/")] == few


def test_the_shipped_scheme_of_the_yearly_assessment_is_clean_and_says_that_it_is_a_proposal():
    """XA-155"""
    pack, problems = read_pack(Path(settings.PACKS_DIR) / "indexes" / "plan-assessment.yaml")
    assert [str(problem) for problem in problems] == []
    assert (pack.scope, pack.proposal, sum(int(line.weight) for line in pack.items)) == (
        "counties",
        True,
        100,
    )


def test_the_yearly_assessment_draws_counties_from_their_tasks_findings_and_indicators(db):
    """XA-155: scores from live data; what a task brought and what a round found both count."""
    shelf, _problems = read_pack(Path(settings.PACKS_DIR) / "measures" / "community-services.yaml")
    scheme, _problems = read_pack(Path(settings.PACKS_DIR) / "indexes" / "plan-assessment.yaml")
    install_measures(shelf)
    install_index(scheme)
    place = make_community(1)
    county = place.parent.parent
    officer = make_worker(county.parent, "plans.view", "plans.assign")
    unit = make_unit(county, "民政局")
    plan = Plan.objects.create(
        code="one", title="规划", source="测试", area=county.parent.code, level="市", valid_from=date(2026, 1, 1),
        valid_to=date(2030, 12, 31),
    )  # fmt: skip
    held = actions.open_round(plan, by=officer, place=county.parent, title="督导")
    due = date(2026, 3, 20)
    first, _second = (
        actions.note_finding(held, by=officer, unit=unit, words=words, due_on=due) for words in ("一", "二")
    )
    clerk = make_user("承办人")
    role = make_role("carrier", "plans.carry_out")
    during = DateRange(date(2020, 1, 1), None)
    Post.objects.create(person=clerk.person, role=role, place=county, unit=unit, during=during)
    take_step(first.case, "put_right", by=clerk, remedy="已整改")
    take_step(first.case, "confirm", by=officer)
    march = Period.parse("2026-03")
    names = ("plans.findings_due", "plans.findings_in_time")
    assert [measures[name].count(march)[county.code] for name in names] == [2, 1]
    actions.roll_up([measures[name] for name in names], march)

    opened = actions.open_evaluation(
        EvaluationIndex.objects.get(), by=officer, place=county.parent, period=march, title="2026年度考核"
    )
    (one,) = opened.evaluations.all()
    assert (one.case.place, one.case.unit, one.drawn["findings-in-time"]) == (county, unit, "50")
    assert one.drawn["shares-in-time"] is None


def test_a_department_is_assessed_scored_objects_is_confirmed_and_published(db, client):
    """XA-155: a record of each unit: what was due is drawn, what nobody counts gets marks, then appeal and grade."""
    install_measures(read_pack(Path(settings.PACKS_DIR) / "measures" / "community-services.yaml")[0])
    scheme, problems = read_pack(Path(settings.PACKS_DIR) / "indexes" / "department-assessment.yaml")
    assert (problems, sum(int(line.weight) for line in scheme.items)) == ([], 100)
    install_index(scheme)
    county = make_community(1).parent.parent
    officer = make_worker(county.parent, "plans.view", "plans.assign", "evaluation.view", "finding.view")
    unit, clerk = make_unit(county, "民政局"), make_user("承办人")
    Post.objects.create(
        person=clerk.person, role=make_role("carrier", "plans.carry_out", "evaluation.view"), place=county,
        unit=unit, during=DateRange(date(2020, 1, 1), None),
    )  # fmt: skip
    plan = Plan.objects.create(
        code="one", title="规划", source="测试", area=county.parent.code, level="市", valid_from=date(2026, 1, 1),
        valid_to=date(2030, 12, 31),
    )  # fmt: skip
    held = actions.open_round(plan, by=officer, place=county.parent, title="督导")
    first, _late = (
        actions.note_finding(held, by=officer, unit=unit, words=words, due_on=date(2026, 3, 20))
        for words in ("一", "二")
    )
    take_step(first.case, "put_right", by=clerk, remedy="已整改")
    take_step(first.case, "confirm", by=officer)
    year = {
        "index": EvaluationIndex.objects.get(),
        "by": officer,
        "period": Period.parse("2026"),
        "title": "考核",
    }
    with pytest.raises(ValidationError, match="没有可评价的"):
        actions.open_evaluation(place=county.parent, **{**year, "period": Period.parse("2025")})

    with clock.at(clock.now() + timedelta(days=60)):
        (one,) = actions.open_evaluation(place=county.parent, **year).evaluations.all()
        assert (one.case.unit, one.case.place, one.drawn) == (
            unit, county, {"shares-in-time": None, "findings-in-time": "50", "site-marks": None},
        )  # fmt: skip
        take_step(one.case, "self_check", by=clerk, words="二号问题已在整改")
        for code, value in (("shares-in-time", 100), ("site-marks", 80)):
            take_step(one.case, "correct", by=officer, code=code, value=value, why="核查")
        take_step(one.case, "site_check", by=officer, words="查了台账")
        take_step(one.case, "publish", by=officer)
        public = client.get(f"/plans/evaluations/of/{one.pk}/").content.decode()
        take_step(one.case, "appeal", by=clerk, why="二号问题是别的单位的")
        take_step(one.case, "dismiss", by=officer, note="台账写明由民政局牵头")
        client.force_login(officer)
        listed = client.get(f"/plans/evaluations/{one.round_id}/").content.decode()
    with clock.at(clock.now() + timedelta(days=72)):
        take_step(one.case, "grade", by=officer)

    one.refresh_from_db()
    assert (one.grade, str(one.score), one.appeal) == ("良好", "70.0000", "二号问题是别的单位的")
    assert "民政局" in public
    assert "共 1 个单位" in listed


def test_an_index_of_departments_reads_only_what_is_known_of_a_unit():
    scheme, _problems = read_pack(Path(settings.PACKS_DIR) / "indexes" / "department-assessment.yaml")
    line = scheme.items[0].model_copy(update={"formula": "sum(儿童之家数)"})
    changed = scheme.model_copy(update={"items": (line, *scheme.items[1:])})
    assert [
        where
        for where, words in lint_index(changed, names_of_packs())
        if "儿童之家" in words or "部门" in words
    ] == [("items", 0, "formula")]


def test_pictures_of_a_project_are_public_and_can_be_taken_down(city, client):
    """XA-146: what is done is seen; a picture passes the door for files, anything else is refused with words."""
    made = actions.enter_project(by=city["officer"], place=city["county"], **PROJECT)
    client.force_login(city["officer"])
    address = f"/plans/livelihood/{made.pk}/photos/new/"
    wrong = client.post(address, {"photo": SimpleUploadedFile("程序.jpg", b"MZ"), "caption": "不是照片"})
    right = client.post(
        address, {"photo": SimpleUploadedFile("现场.jpg", picture()), "caption": "新开的助餐点"}
    )
    client.logout()
    page = client.get("/plans/livelihood/").content.decode()
    photo = made.photos.get()

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "新开的助餐点" in page
    seen = client.get(f"/files/{photo.file_id}/")
    assert (seen.status_code, len(body_of(seen)) > 0) == (200, True)
    with pytest.raises(PermissionDenied):
        actions.remove_project_photo(photo, by=stranger())
    client.force_login(city["officer"])
    client.post(f"/plans/livelihood/{made.pk}/photos/down/", {"photo": photo.pk})
    assert "新开的助餐点" not in client.get("/plans/livelihood/").content.decode()


def test_an_evaluator_hands_in_a_report_and_somebody_else_publishes_it(city, client):
    """XA-156: the evaluator sees all, changes nothing but his own report; it is published as it was handed in."""
    edition = actions.freeze(Plan.objects.get(), city["county"], Period.parse("2026"))
    outside = make_worker(city["county"], "plans.view", "plans.evaluate", name="评估员")
    planner = make_worker(city["county"], "plans.view", "plans.freeze", "plans.evaluate", name="规划员")
    client.force_login(outside)
    told = {"title": "终期评估报告", "evaluator": "某大学", "conclusion": "完成较好"}
    file = SimpleUploadedFile("报告.pdf", report_pdf(report_of(edition)))
    sent = client.post(f"/plans/editions/{edition.pk}/reports/new/", {**told, "report": file})
    report = edition.reports.get()
    address = f"/files/{report.file_id}/"

    assert sent.status_code == 302
    assert client.post(f"/plans/reports/{report.pk}/publish/").status_code == 403
    client.logout()
    assert (
        client.get(address).status_code,
        "终期评估报告" in client.get("/plans/reports/").content.decode(),
    ) == (
        404,
        False,
    )
    client.force_login(planner)
    assert client.get(f"/plans/editions/{edition.pk}/reports/new/").status_code == 403
    client.post(f"/plans/reports/{report.pk}/publish/")
    client.logout()
    assert "终期评估报告" in client.get("/plans/reports/").content.decode()
    assert body_of(client.get(address))[:4] == b"%PDF"
    with pytest.raises(ValidationError):
        actions.publish_report(report, by=planner)


def test_a_project_is_evaluated_by_an_outsider_from_its_log_with_a_report_that_is_published(db, client):
    """XA-112: drawn from the log, marked on the spot by nobody of the house, reported, published with its method."""
    install_measures(read_pack(Path(settings.PACKS_DIR) / "measures" / "community-services.yaml")[0])
    scheme, problems = read_pack(Path(settings.PACKS_DIR) / "indexes" / "service-project.yaml")
    assert (problems, list(lint_index(scheme, names_of_packs()))) == ([], [])
    install_index(scheme)
    county = make_community(1).parent.parent
    officer = make_worker(
        county, "plans.view", "plans.assign", "plans.freeze", "evaluation.view", "finding.view"
    )
    outside = make_worker(county, "plans.view", "plans.evaluate", "evaluation.view", name="评估员")
    unit, clerk = make_unit(county, "民政局", kind="department"), make_user("承办人")
    Post.objects.create(
        person=clerk.person, role=make_role("carrier", "plans.carry_out", "evaluation.view"), place=county,
        unit=unit, during=DateRange(date(2020, 1, 1), None),
    )  # fmt: skip
    project = actions.enter_project(by=officer, place=county, **PROJECT)
    actions.tell_project(project, by=officer, done=4, told="选好了址")
    with clock.at(clock.now() + timedelta(days=40)):
        actions.tell_project(project, by=officer, done=15, told="建成十五处")

    march_to_april = Period(date(2026, 1, 1), date(2026, 5, 1))
    assert project_counts(LivelihoodProject.objects.get(), march_to_april) == {
        "plans.project_goal": 20, "plans.project_done": 15, "plans.project_months": 4, "plans.project_told": 2,
    }  # fmt: skip
    held = actions.open_evaluation(
        EvaluationIndex.objects.get(), by=officer, place=county, period=march_to_april, title="项目评价"
    )
    (one,) = held.evaluations.all()
    assert (one.project, one.name, one.case.unit) == (project, "新建老年助餐点", unit)
    assert one.drawn == {"done": "75", "told": "50", "designed": None, "run": None, "benefit": None}
    take_step(one.case, "self_check", by=clerk, words="属实")
    with pytest.raises((PermissionDenied, WrongState)):
        take_step(one.case, "site_check", by=officer, words="自己评自己")
    for code in ("designed", "run", "benefit"):
        take_step(one.case, "correct", by=outside, code=code, value=80, why="现场打分")
    take_step(one.case, "site_check", by=outside, words="看了三处，问了十位老人")
    take_step(one.case, "publish", by=officer)
    client.force_login(outside)
    file = SimpleUploadedFile("报告.pdf", picture_of_nothing())
    told = {"title": "项目评估报告", "evaluator": "某事务所", "conclusion": "较好", "report": file}
    sent = client.post(f"/plans/evaluations/{held.pk}/reports/new/", told)
    report = held.reports.get()
    client.force_login(officer)
    client.post(f"/plans/reports/{report.pk}/publish/")
    client.logout()
    public = client.get(f"/plans/evaluations/of/{one.pk}/").content.decode()
    with clock.at(clock.now() + timedelta(days=11)):
        take_step(one.case, "grade", by=officer)

    one.refresh_from_db()
    assert (sent.status_code, one.grade, str(one.score)) == (302, "合格", "66.5000")
    assert "看了三处" in public
    assert "项目评估报告" in client.get("/plans/reports/").content.decode()


def picture_of_nothing() -> bytes:
    """A PDF that the door for files takes."""
    place = make_community(77, street="990103001000").parent.parent
    Plan.objects.create(
        code="empty", title="空", source="测试", area=place.code, level="区", valid_from=date(2026, 1, 1),
        valid_to=date(2030, 12, 31),
    )  # fmt: skip
    return report_pdf(report_of(actions.freeze(Plan.objects.get(code="empty"), place, Period.parse("2026"))))
