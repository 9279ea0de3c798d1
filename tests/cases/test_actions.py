from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from linli.cases.actions import (
    StaleCase,
    WrongState,
    follow,
    mark_overdue,
    next_number,
    open_case,
    refer,
    take_step,
    unlink,
)
from linli.cases.actors import TIMER, Bearer
from linli.cases.models import Case, CaseEvent, CaseLink, Rating
from linli.cases.steps import Audience, workflows
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.notices.models import Notice
from tests.factories.people import make_unit
from tests.factories.places import make_community

from .errand import Crew

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew():
    return Crew()


def hours_later(hours):
    return clock.at(clock.now() + timedelta(hours=hours))


def test_opening_gives_number_deadline_owner_and_the_first_line(crew):
    case = crew.open(term=3)

    assert (case.number, case.state, case.version) == ("ER-2026-000001", "asked", 1)
    assert case.due_at == datetime(2026, 3, 9, 23, 59, 59, tzinfo=CHINA)  # Thursday, Friday, Monday
    line = case.events.get()
    assert (line.step, line.to_state, line.by, line.clock_runs, line.unit) == (
        "open",
        "asked",
        crew.requester,
        True,
        crew.unit,
    )


@pytest.mark.database
def test_a_case_without_an_owner_is_refused_by_the_database(crew):
    with pytest.raises(IntegrityError, match="case_open_has_a_responsible_unit"), transaction.atomic():
        crew.open(unit=None)
    with pytest.raises(IntegrityError, match="case_open_has_a_responsible_unit"), transaction.atomic():
        Case.objects.filter(pk=crew.open().pk).update(unit=None)


def test_a_step_moves_the_case_and_writes_who_did_it(crew):
    case = take_step(crew.open(), "arrange", by=crew.arranger, assignee=crew.worker, note="请今天去看")

    assert (case.state, case.assignee, case.version) == ("doing", crew.worker, 2)
    line = case.events.last()
    assert (line.step, line.from_state, line.to_state, line.by, line.note, line.assignee) == (
        "arrange",
        "asked",
        "doing",
        crew.arranger,
        "请今天去看",
        crew.worker,
    )


def test_a_refusal_does_not_tell_the_state(crew):
    case = crew.open()

    with pytest.raises(PermissionDenied) as refused:
        take_step(case, "finish", by=crew.stranger)

    assert str(refused.value) == "您没有“完成”的权限。"


def test_a_step_from_the_wrong_state_says_where_the_case_is(crew):
    with pytest.raises(WrongState, match="ER-2026-000001 现在是“待安排”，不能再“完成”。"):
        take_step(crew.open(), "finish", by=crew.worker)


def test_a_step_on_an_old_version_writes_nothing(crew):
    case = crew.open()
    take_step(case, "arrange", by=crew.arranger)

    with pytest.raises(StaleCase, match="刚刚有了变化"):
        take_step(case, "arrange", by=crew.arranger, version=1)

    assert case.events.count() == 2


def test_a_step_that_stays_keeps_the_state_and_its_line_is_internal(crew):
    case = take_step(crew.open(), "remark", by=crew.worker, note="门卫说晚上才亮")

    assert case.state == "asked"
    assert [(line.step, line.public) for line in case.events.all()] == [("open", True), ("remark", False)]


def test_a_failing_effect_leaves_nothing_behind(crew):
    case = take_step(crew.open(), "arrange", by=crew.arranger)
    take_step(case, "help", by=crew.worker, unit=crew.unit)

    with pytest.raises(WrongState, match="还有协办没有完成"):
        take_step(case, "finish", by=crew.worker)

    case.refresh_from_db()
    assert (case.state, case.events.last().step) == ("doing", "help")


def test_waiting_stops_the_clock_and_moves_the_deadline_by_working_time(crew):
    case = take_step(crew.open(term=3), "arrange", by=crew.arranger)
    before = case.due_at
    take_step(case, "wait", by=crew.worker)
    with hours_later(24 * 5):  # Wednesday to Monday: Thursday and Friday count wholly, the weekend does not
        case = take_step(case, "resume", by=crew.worker)

    assert case.due_at - before == timedelta(days=3)
    assert case.due_at.astimezone(CHINA).weekday() == 3


def test_closing_keeps_the_moment_the_answer_was_given(crew):
    case = take_step(crew.open(), "arrange", by=crew.arranger)
    with hours_later(1):
        case = take_step(case, "finish", by=crew.worker)
        answered = clock.now()
    with hours_later(24 * 20):
        case = take_step(case, "close", by=TIMER)

    assert (case.clock_stopped_at, case.closed_at is not None) == (answered, True)
    assert list(Case.objects.on_time()) == [case]
    assert list(Rating.objects.all()) == []  # no rating is made up


def test_an_act_is_rated_once_and_the_next_act_again(crew):
    case = take_step(crew.open(), "arrange", by=crew.arranger)
    take_step(case, "finish", by=crew.worker)
    take_step(case, "rate", by=crew.requester, stars=2)
    with pytest.raises(WrongState):
        take_step(case, "rate", by=crew.requester, stars=5)
    take_step(case, "reopen", by=crew.requester)
    take_step(case, "finish", by=crew.worker)
    take_step(case, "rate", by=crew.requester, stars=4)

    assert list(case.ratings.values_list("act", "stars")) == [(1, 2), (2, 4)]


@pytest.mark.database
def test_stars_beyond_five_are_refused_by_the_database(crew):
    case = take_step(crew.open(), "arrange", by=crew.arranger)
    take_step(case, "finish", by=crew.worker)

    with pytest.raises(IntegrityError, match="rating_has_1_to_5_stars"), transaction.atomic():
        take_step(case, "rate", by=crew.requester, stars=6)


def test_the_bearer_of_the_secret_acts_as_the_requester_of_that_case_alone(crew):
    case, other = crew.open(reporter=None), crew.open(reporter=None)
    for each in (case, other):
        take_step(each, "arrange", by=crew.arranger)
        take_step(each, "finish", by=crew.worker)
    bearer = Bearer(case.pk)

    assert take_step(case, "rate", by=bearer, stars=5).state == "closed"
    with pytest.raises(PermissionDenied):
        take_step(other, "rate", by=bearer, stars=5)
    assert list(Case.objects.visible_to(bearer)) == [case]


@pytest.mark.database
def test_the_timeline_cannot_be_changed_or_deleted(crew):
    line = crew.open().events.get()
    for change in (
        lambda: CaseEvent.objects.filter(pk=line.pk).update(note="改"),
        lambda: CaseEvent.objects.filter(pk=line.pk).update(note=""),
        line.delete,
    ):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
            change()


def test_the_clock_marks_a_late_case_once(crew):
    case = crew.open()
    later = case.due_at + timedelta(minutes=1)

    with clock.at(later):
        assert [mark_overdue(later), mark_overdue(later)] == [1, 0]

    case.refresh_from_db()
    assert (case.overdue_at, [line.step for line in case.events.all()]) == (later, ["open", "overdue"])


def test_a_case_whose_clock_stands_is_not_late(crew):
    case = take_step(crew.open(), "arrange", by=crew.arranger)
    case = take_step(case, "wait", by=crew.worker)

    assert mark_overdue(case.due_at + timedelta(days=30)) == 0


def test_referring_links_two_cases_and_each_keeps_its_timeline(crew):
    case = crew.open()
    result = refer(case, to_kind="errand", by=crew.worker)

    assert CaseLink.objects.get().origin == case
    assert result.came_from.get().kind == "referral"
    assert [line.step for line in case.events.all()] == ["open", "refer"]
    assert [line.step for line in result.events.all()] == ["open"]


@pytest.mark.database
def test_a_case_has_one_standing_origin_of_a_kind(crew):
    first, second, result = crew.open(), crew.open(), crew.open()
    CaseLink.objects.create(origin=first, result=result, kind="merge", at=clock.now())
    with pytest.raises(IntegrityError, match="one_origin_at_a_time"), transaction.atomic():
        CaseLink.objects.create(origin=second, result=result, kind="merge", at=clock.now())

    assert unlink(result, "merge") == first
    CaseLink.objects.create(origin=second, result=result, kind="merge", at=clock.now())


def test_numbers_run_by_prefix_and_year_without_gaps(crew):
    with clock.at(datetime(2025, 12, 31, 23, 0, tzinfo=CHINA)):
        assert [next_number("ER", clock.now()) for _ in range(2)] == ["ER-2025-000001", "ER-2025-000002"]
    assert next_number("ER", clock.now()) == "ER-2026-000001"
    assert next_number("RQ", clock.now()) == "RQ-2026-000001"


def test_a_new_unit_takes_the_case_from_the_old_ones_worker(crew):
    case = take_step(crew.open(), "arrange", by=crew.arranger, assignee=crew.worker)
    other = make_unit(crew.place, "另一队")
    case = take_step(case, "arrange", by=crew.arranger, unit=other)

    assert (case.unit, case.assignee) == (other, None)


def test_a_kind_says_who_hears_and_nobody_hears_of_his_own_step(crew):
    hears = {"arrange": {Audience.REQUESTER, Audience.UNIT, Audience.FOLLOWERS}, "remark": {Audience.UNIT}}
    kind = workflows.pop("errand")
    workflows["errand"] = replace(kind, hears=hears)
    case = crew.open()
    follow(case, person=crew.stranger.person)

    take_step(case, "arrange", by=crew.arranger)
    told = set(Notice.objects.values_list("to__name", "kind"))
    take_step(case, "remark", by=crew.worker)

    assert told == {(name, "case-step") for name in ("钱居民", "吴跑腿", "郑帮手", "孙路人")}
    assert Notice.objects.filter(to=crew.worker.person).count() == 1
    assert Notice.objects.filter(to=crew.mate.person).count() == 2


def test_people_see_their_own_their_work_and_what_their_posts_cover(crew):
    case = crew.open()
    far = open_case(
        kind="errand", title="别处", place=make_community(2), reporter=None, unit=crew.unit, by=crew.arranger
    )

    seen = {
        user.person.name: {found.pk for found in Case.objects.visible_to(user)}
        for user in (crew.requester, crew.arranger, crew.worker, crew.stranger)
    }
    assert seen == {
        "钱居民": {case.pk},
        "周安排": {case.pk},
        "吴跑腿": {case.pk, far.pk},  # by the unit, wherever it lies
        "孙路人": set(),
    }
