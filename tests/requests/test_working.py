from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from linli.cases.actions import WrongState
from linli.cases.models import Ask
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.notices.models import Notice
from tests.factories.requests import category

pytestmark = pytest.mark.django_db


def days_later(days, hours=0):
    return clock.at(clock.now() + timedelta(days=days, hours=hours))


def test_the_whole_way_from_filing_to_rating(town):
    """ZJ-004: the loop closes with the resident's own word."""
    case = town.request("closed")

    assert [line.step for line in case.events.all()] == ["open", "dispatch", "sign", "resolve", "rate"]
    assert [line.unit for line in case.events.all()] == [town.desk] + [town.city_management] * 4
    assert (case.state, case.assignee, case.ratings.get().stars) == ("closed", town.worker, 5)


def test_only_the_unit_signs(town):
    case = town.request("dispatched")

    for user in (town.helper, town.resident, town.leader, town.dispatcher):
        with pytest.raises(PermissionDenied):
            town.step(case, "sign", by=user)


def test_a_return_goes_to_the_desk_and_the_second_to_the_fallback_owner_who_keeps_it(town):
    case = town.step(town.request("dispatched"), "give_back")
    assert (case.state, case.unit) == ("submitted", town.desk)
    case = town.step(case, "dispatch", unit=town.housing)
    case = town.step(case, "give_back", by=town.helper)
    assert (case.state, case.unit) == ("submitted", town.desk)  # the street office is the fallback here

    with pytest.raises(WrongState, match="只能由兜底单位“桥头街道办事处”办理"):
        town.step(case, "dispatch", unit=town.power)
    case = town.step(case, "dispatch", unit=town.desk)
    with pytest.raises(WrongState, match="已退回 2 次，不能再退"):
        town.step(case, "give_back", by=town.dispatcher)


def test_a_unit_returns_once(town):
    case = town.step(town.request("dispatched"), "give_back")
    case = town.step(case, "dispatch")

    with pytest.raises(WrongState, match="“城市管理局”已退过一次"):
        town.step(case, "give_back")


def test_a_late_return_is_refused(town):
    case = town.request("dispatched")

    with days_later(1, 1), pytest.raises(WrongState, match="派单已超过 24 小时"):
        town.step(case, "give_back")


def test_an_extension_needs_another_persons_approval_and_is_told(town):
    case = town.request("working")
    town.step(case, "ask_extension", by=town.worker, count=3, reason="等配件")
    with pytest.raises(WrongState, match="已有一份申请在等审批"):
        town.step(case, "ask_extension", by=town.mate, count=1, reason="再等")
    with pytest.raises(PermissionDenied):
        town.step(case, "approve_extension", by=town.mate)

    case = town.step(case, "approve_extension", by=town.leader, note="同意")

    assert case.due_at == datetime(2026, 3, 12, 23, 59, 59, tzinfo=CHINA)  # Monday 9 and three working days
    assert Notice.objects.filter(to=town.resident.person, kind="request-approve_extension").count() == 1
    assert (case.request.extension, Ask.objects.get().approved) == (3, True)


def test_a_refused_extension_changes_no_deadline(town):
    case = town.request("working")
    due = case.due_at
    town.step(case, "ask_extension", by=town.worker, count=3, reason="等配件")
    case = town.step(case, "refuse_extension", by=town.leader, note="材料现有")

    assert (case.due_at, Ask.objects.get().approved) == (due, False)
    with pytest.raises(WrongState, match="没有等待审批的申请"):
        town.step(case, "approve_extension", by=town.leader)


def test_an_extension_beyond_the_rules_is_refused(town):
    with pytest.raises(WrongState, match="最多可以延长 5 工作日"):
        town.step(town.request("working"), "ask_extension", by=town.worker, count=6, reason="忙")


@pytest.mark.database
def test_nobody_decides_what_he_asked(town):
    case = town.request("working")
    town.step(case, "ask_extension", by=town.worker, count=1, reason="等配件")
    with pytest.raises(IntegrityError, match="ask_is_decided_by_another"), transaction.atomic():
        Ask.objects.update(decided_by=town.worker, decided_at=clock.now(), approved=True)


def test_the_clock_stands_while_the_requester_is_asked(town):
    case = town.request("waiting")
    due = case.due_at
    with days_later(1):
        case = town.step(case, "supply", by=town.resident, note="3 号楼东侧")

    assert (case.state, case.due_at) == ("working", due + timedelta(days=1))


def test_a_clerk_supplies_for_the_requester_and_the_timeline_says_so(town):
    case = town.step(town.request("waiting"), "supply", by=town.clerk, note="来电补充：东侧")

    line = case.events.last()
    assert (line.by, line.on_behalf_of) == (town.clerk, town.resident.person)


def test_recategorising_counts_the_new_term_from_the_first_day_and_keeps_pauses(town):
    case = town.request("waiting")
    with days_later(1):
        case = town.step(case, "supply", by=town.resident, note="东侧")
        case = town.step(case, "recategorise", by=town.dispatcher, category=category("roads"))

    assert (case.request.category.code, case.term) == ("roads", 5)
    assert case.due_at == datetime(
        2026, 3, 12, 23, 59, 59, tzinfo=CHINA
    )  # five working days and one day's pause


def test_an_unfilled_placeholder_stops_the_answer(town):
    case = town.request("working")

    with pytest.raises(WrongState, match=r"答复里还有没填的内容：\{日期\}"):
        town.step(case, "resolve", outcome="已于{日期}修复。")

    case.refresh_from_db()
    assert case.state == "working"


def test_rejecting_tells_the_words_of_the_reason(town):
    case = town.request("rejected")

    assert case.request.reject_code == "no-new-facts"
    assert case.request.outcome.startswith("您反映的事项已经答复")
    assert Notice.objects.filter(to=town.resident.person).count() == 1


def test_reopening_is_possible_within_the_days_promised(town):
    case = town.request("resolved")
    with days_later(15):
        assert town.step(case, "reopen", by=town.resident, note="又灭了").state == "working"
    case = town.request("resolved")
    with days_later(16), pytest.raises(WrongState, match="已过可以要求重办的时间"):
        town.step(case, "reopen", by=town.resident, note="又灭了")


def test_supervision_is_written_down_once_and_the_requester_does_not_see_it(town):
    case = town.step(town.request("working"), "supervise", by=town.leader, note="请今天办完")
    first = case.request.supervised_at
    with days_later(1):
        case = town.step(case, "supervise", by=town.county_leader, note="再催")

    assert (case.request.supervised_at, case.events.last().public) == (first, False)


def test_an_answer_at_once_closes_the_way_without_a_dispatch(town):
    case = town.step(
        town.request(), "answer_now", by=town.dispatcher, outcome="请带身份证到窗口。", result="explained"
    )

    assert (case.state, case.request.result) == ("resolved", "explained")


def test_an_exclusion_needs_another_persons_approval(town):
    case = town.request("resolved")
    town.step(case, "ask_exclusion", by=town.worker, reason="不可抗力")
    case = town.step(case, "approve_exclusion", by=town.leader, note="属实")

    assert case.request.excluded_at == clock.now()
