"""Tasks are given out, told about, accepted by a second person; what a round finds is put right and re-checked."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from psycopg.types.range import DateRange

from linli.cases.actions import WrongState, take_step
from linli.kernel import clock
from linli.measures import Period
from linli.people.models import Post
from linli.plans.actions import close_round, note_finding, open_round, share_task
from linli.plans.models import MeasureValue, Plan, Task
from linli.plans.queries.departments import departments_of
from tests.factories.people import make_role, make_unit, make_user, make_worker
from tests.factories.places import make_community

from .shelves import install_small

pytestmark = pytest.mark.django_db
DUE = date(2026, 6, 30)
OFFICER = ("plans.view", "plans.assign", "plantask.view", "finding.view")


@pytest.fixture
def city(monkeypatch):
    one = make_community(1)
    install_small(monkeypatch)
    unit = make_unit(one.parent, "桥头街道办事处", kind="street_office")
    clerk = make_user("承办人")
    role = make_role("carrier", "plans.carry_out", "plantask.view", "finding.view")
    Post.objects.create(
        person=clerk.person, role=role, place=one.parent, unit=unit, during=DateRange(date(2020, 1, 1), None)
    )
    county = one.parent.parent
    return {
        "one": one,
        "unit": unit,
        "clerk": clerk,
        "county": county,
        "officer": make_worker(county, *OFFICER),
    }


def given(city):
    (share,) = share_task(
        Task.objects.get(), by=city["officer"], units=[city["unit"]], part="建两处", due_on=DUE
    )
    return share


def test_a_share_of_a_task_goes_from_given_to_accepted_by_who_gave_it(city):
    """XA-148: clause, lead, due date, progress, evidence, state of a task in the ledger."""
    share = given(city)

    take_step(share.case, "take_up", by=city["clerk"])
    take_step(share.case, "tell", by=city["clerk"], percent=60, told="一处完工")
    with pytest.raises(WrongState, match="没有到 100%"):
        take_step(share.case, "hand_in", by=city["clerk"])
    take_step(share.case, "tell", by=city["clerk"], percent=100, told="两处完工")
    take_step(share.case, "hand_in", by=city["clerk"])
    with pytest.raises(PermissionDenied):
        take_step(share.case, "accept", by=city["clerk"])
    done = take_step(share.case, "accept", by=city["officer"])

    share.refresh_from_db()
    assert (done.state, done.number[:3], share.percent, share.told) == ("accepted", "RW-", 100, "两处完工")
    assert done.due_at.date().isoformat() in ("2026-06-30", "2026-07-01")


def test_a_task_is_given_only_within_reach(city):
    stranger = make_worker(make_community(1, street="990102001000").parent.parent, *OFFICER)
    with pytest.raises(PermissionDenied):
        share_task(Task.objects.get(), by=stranger, units=[city["unit"]], part="建两处", due_on=DUE)


def test_a_finding_is_put_right_checked_again_and_only_then_the_round_closes(city):
    """XA-154: a round finds, orders to put right, looks again."""
    held = open_round(Plan.objects.get(), by=city["officer"], place=city["county"], title="2026年督导")
    finding = note_finding(held, by=city["officer"], unit=city["unit"], words="活动室常年锁门", due_on=DUE)

    with pytest.raises(ValidationError, match="还有 1 个问题没有销号"):
        close_round(held, by=city["officer"])
    take_step(finding.case, "put_right", by=city["clerk"], remedy="已安排值班")
    take_step(finding.case, "send_back", by=city["officer"], note="仍锁门")
    take_step(finding.case, "put_right", by=city["clerk"], remedy="每天开放八小时")
    take_step(finding.case, "confirm", by=city["officer"])
    closed = close_round(held, by=city["officer"])

    finding.refresh_from_db()
    assert (finding.remedy, closed.closed_on) == ("每天开放八小时", date(2026, 3, 4))
    with pytest.raises(ValidationError, match="已经结束"):
        note_finding(closed, by=city["officer"], unit=city["unit"], words="又锁门了", due_on=DUE)


def test_the_ledger_tells_which_tasks_serve_an_indicator_that_lags(client, city):
    """XA-148, ZJ-063: those behind the path are told early."""
    for measure, value in (("t.area", 2_900), ("t.households", 100)):
        MeasureValue.objects.create(
            measure=measure, place=city["one"], month=2026 * 12 + 2, value=value, source="records"
        )
    share = given(city)
    client.force_login(city["officer"])

    lagging = client.get("/plans/ts-2025/ledger/?only=lagging&period=2026-03").context["lines"]
    unassigned = client.get("/plans/ts-2025/ledger/?only=unassigned").context["lines"]

    assert [(line.task.code, line.percent, line.late) for line in lagging] == [("t3-1", 0, False)]
    assert [row.indicator.code for row in lagging[0].lagging] == ["facility-30"]
    assert unassigned == []
    assert client.get(f"/cases/{share.case.number}/").status_code == 200


def test_tasks_and_findings_are_given_out_on_the_pages(client, city):
    client.force_login(city["officer"])

    sent = client.post(
        "/plans/ts-2025/tasks/t3-1/share/",
        {"units": [city["unit"].pk], "part": "建两处", "due_on": "2026-06-30"},
    )
    late = client.post(
        "/plans/ts-2025/tasks/t3-1/share/", {"units": [city["unit"].pk], "part": "建", "due_on": "2020-01-01"}
    )
    begun = client.post("/plans/ts-2025/rounds/", {"place": city["county"].code, "title": "年度督导"})
    noted = client.post(begun["Location"], {"unit": city["unit"].pk, "words": "锁门", "due_on": "2026-04-01"})

    assert (sent.status_code, late.status_code, begun.status_code, noted.status_code) == (302, 422, 302, 302)
    page = client.get(begun["Location"])
    assert [str(f.words) for f in page.context["findings"]] == ["锁门"]
    number = page.context["findings"][0].case.number
    assert client.get(f"/cases/{number}/").status_code == 200


def test_departments_are_assessed_by_what_was_due_and_done_in_time(city, client):
    """XA-155: of each unit the tasks and findings due in the year, those in time, those still open."""
    share = given(city)
    round_ = open_round(Plan.objects.get(), by=city["officer"], place=city["county"], title="上半年督导")
    found = note_finding(
        round_, by=city["officer"], unit=city["unit"], words="没有公示", due_on=date(2026, 5, 1)
    )
    take_step(found.case, "put_right", by=city["clerk"], remedy="已公示")
    take_step(found.case, "confirm", by=city["officer"])
    plan, year = Plan.objects.get(), Period.parse("2026")
    client.force_login(city["officer"])
    page = client.get(f"/plans/ts-2025/departments/?place={city['county'].code}&period=2026")
    (early,) = page.context["lines"]

    assert (early.unit, early.findings_due, early.findings_in_time, early.shares_due, early.percent) == (
        city["unit"], 1, 1, 0, 100,
    )  # fmt: skip
    with clock.at(share.case.due_at + timedelta(days=1)):
        (late,) = departments_of(plan, city["county"], year)
    assert (late.shares_due, late.shares_in_time, late.late, late.percent) == (1, 0, 1, 50)
    assert departments_of(plan, city["county"], Period.parse("2025")) == []


def test_the_matrix_shows_each_task_by_level_and_body(city, client):
    """ZJ-062: task × level × body: who leads by the text, which unit of which level has which part."""
    given(city)
    client.force_login(city["officer"])
    page = client.get(f"/plans/ts-2025/matrix/?place={city['county'].code}")
    (row,) = page.context["matrix"].rows

    assert [level.value for level in page.context["matrix"].levels] == ["street"]
    assert (row.task.lead, row.cells) == (["民政局"], (("桥头街道办事处（0%）",),))
