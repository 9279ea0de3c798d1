"""State × role of a visit and of a mandatory report; what a step does, and who hears of it (XA-050, XZ-050)."""

import itertools
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from linli.care.actions.protecting import report_harm
from linli.care.actions.visiting import climb_ladders
from linli.care.ladder import replay
from linli.care.models import Visit
from linli.care.workflow import HARM, VISIT, State
from linli.cases.actions import WrongState, take_step
from linli.cases.actors import TIMER
from linli.cases.models import Case, CaseLink
from linli.kernel import clock
from linli.notices.models import Notice
from tests.conftest import TEST_DAY
from tests.factories.care import SEEN, WALKS

ROLES = ("visitor", "mate", "head", "street_officer", "county_officer", "stranger")
OPEN = {"due", "unanswered", "escalated"}
TRYING = {"unanswered", "escalated"}
OVER = {"done", "safe", "declined", "missed"}
# step → the states it is taken from, and who may take it
MATRIX = {
    "record": (OPEN, {"visitor", "head"}),
    "no_answer": ({"due"}, {"visitor", "head"}),
    "try_next": ({"unanswered"}, {"visitor", "head"}),
    "climb": ({"unanswered"}, {"timer"}),
    "escalate": ({"due", "unanswered"}, {"visitor", "head", "timer"}),
    "escalate_higher": ({"escalated"}, {"timer"}),
    "take_over": ({"escalated"}, {"head", "street_officer", "county_officer"}),
    "confirm_safe": (TRYING, {"visitor", "head", "street_officer", "county_officer"}),
    "record_otherwise": (OPEN, {"visitor", "head"}),
    "approve": ({"review"}, {"head"}),
    "send_back": ({"review"}, {"head"}),
    "decline": (OPEN, {"visitor", "head"}),
    "assign": (OPEN, {"head"}),
    "lapse": ({"due"}, {"timer"}),
    "cancel": (OPEN | {"review"}, {"timer"}),
    "ask_exclusion": (OVER, {"visitor", "head"}),
    "approve_exclusion": (OVER, {"head"}),
    "refuse_exclusion": (OVER, {"head"}),
    "rate": ({"done"}, {"head"}),  # for the visited person; he himself is tried in test_rating.py
}


def actor(village, role):
    return TIMER if role == "timer" else getattr(village, role)


@pytest.mark.parametrize("state", State.values)
def test_a_role_takes_the_steps_of_the_table_and_no_others(village, state):
    case = village.visit(state)
    offered = {
        (step.name, role)
        for role in (*ROLES, "timer")
        for step in VISIT.steps_for(actor(village, role), case)
    }
    assert offered == {
        (name, role) for name, (states, roles) in MATRIX.items() if state in states for role in roles
    }


@pytest.mark.parametrize("state", State.values)
def test_a_step_from_another_state_is_refused_with_a_sentence(village, state):
    case = village.visit(state)
    for name, (states, _roles) in MATRIX.items():
        if state not in states:
            with pytest.raises(WrongState):
                village.step(case, name)
    case.refresh_from_db()
    assert case.state == state


def test_every_state_is_reached_by_real_steps():
    assert set(WALKS) == set(State.values)


def test_a_visit_keeps_what_was_seen_sealed_and_says_what_was_promised(village):
    """XZ-050: 上门服务; the record holds time, way, who, state, words and what was promised."""
    case = village.visit("done")
    visit = Visit.objects.get(case=case)

    assert (visit.way, visit.recorded_by, visit.happened_at) == ("door", village.visitor, TEST_DAY)
    assert (visit.words, visit.promised) == ("挺好的", "带老花镜")
    raw = Visit.objects.filter(case=case).values_list("words", flat=True).get()
    assert "挺好的" not in str(raw)
    assert case.closed_at is not None


def test_high_risk_is_visited_at_the_door_or_somebody_else_approves(village):
    case = village.visit(risk="high")
    with pytest.raises(WrongState):
        village.step(case, "record", way="phone")
    case = village.step(case, "record_otherwise", way="phone")
    with pytest.raises(PermissionDenied):
        village.step(case, "approve", by=village.visitor)
    case = village.step(case, "approve")
    assert (case.state, case.visit.approved_by) == ("done", village.head)


@pytest.mark.parametrize(("risk", "way", "taken"), [("key", "video", True), ("high", "video", False)])
def test_a_visit_by_video_counts_where_the_level_of_risk_allows_it(village, risk, way, taken):
    """XA-049: at the door, by telephone or by video, as the rules of the level say."""
    case = village.visit(risk=risk)
    if not taken:
        with pytest.raises(WrongState, match="应当上门"):
            village.step(case, "record", way=way)
        return
    assert (village.step(case, "record", way=way).visit.way, case.visit.care_person.risk) == (way, risk)


def test_no_one_approves_what_he_wrote_himself(village):
    """P11."""
    case = village.visit(risk="high")
    case = village.step(case, "record_otherwise", by=village.head, way="phone")
    with pytest.raises(PermissionDenied):
        village.step(case, "approve", by=village.head)
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.filter(case=case).update(approved_by=village.head)


def test_an_urgent_sign_reaches_who_is_on_duty_at_once(village):
    case = village.visit()
    village.step(case, "record", checks={**SEEN, "health": "urgent"})

    told = Notice.objects.get(kind="visit-urgent")
    assert (told.to, told.needs) == (village.head.person, "care.duty")
    assert Visit.objects.get(case=case).urgent_at == TEST_DAY


def test_a_need_goes_to_a_kind_that_receives(village):
    """XA-049 → C05: what a visitor hears becomes a request of the person visited."""
    from linli.packs.reading import read_pack
    from linli.requests.actions.installing import install
    from tests.factories.requests import PACK as REQUESTS

    install(read_pack(REQUESTS)[0])
    case = village.visit()
    village.step(case, "record", needs=[("request", "楼道灯坏了，晚上看不见")])

    link = CaseLink.objects.get(origin=case)
    assert link.result.kind == "request"
    assert link.result.reporter == case.reporter
    assert "楼道灯坏了" in link.result.request.description
    assert link.result.request.category.code == "street-lights"


# --- Nobody answers ----------------------------------------------------------------------------------


def rungs(case):
    return [(r.level, r.code, r.at, r.ended_at) for r in case.visit.rungs.order_by("level")]


def replayed(case):
    return [(r.level, r.code, r.at, r.ended_at) for r in replay(case.events.all(), case.visit.rules.rules)]


def test_without_an_answer_the_timer_climbs_to_the_duty_on_the_same_day(village):
    """Domain notes §9: two failed contacts → neighbour → same-day escalation."""
    case = village.visit("unanswered")
    for hours in range(1, 14):
        with clock.at(TEST_DAY + timedelta(hours=hours)):
            climb_ladders(clock.now())
    case.refresh_from_db()

    assert case.state == "escalated"
    assert [code for _level, code, _at, _ended in rungs(case)] == [
        "retry",
        "family",
        "neighbour",
        "tell-community",
        "tell-street",
        "tell-county",
    ]
    told = Notice.objects.filter(kind="visit-escalated").order_by("pk").values_list("to", flat=True)
    assert list(told) == [
        village.head.person_id,
        village.street_officer.person_id,
        village.county_officer.person_id,
    ]
    community = case.visit.rungs.get(code="tell-community")
    assert community.at.astimezone(clock.CHINA).date() == clock.today()
    assert rungs(case) == replayed(case)


def test_an_evening_without_an_answer_is_still_told_the_same_day(village):
    with clock.at(TEST_DAY + timedelta(hours=9)):  # 19:00
        case = village.visit("unanswered")
    with clock.at(TEST_DAY + timedelta(hours=10)):
        climb_ladders(clock.now())
    case.refresh_from_db()
    assert case.state == "escalated"


def test_a_rung_somebody_saw_to_is_not_climbed_by_the_timer(village):
    case = village.visit("unanswered")
    with clock.at(TEST_DAY + timedelta(hours=1)):
        case = village.step(case, "try_next")
        assert case.visit.rungs.get(level=1).ended_by == village.visitor
    with clock.at(TEST_DAY + timedelta(hours=1, minutes=30)):
        assert climb_ladders(clock.now()) == 0
        village.step(case, "confirm_safe")
    with clock.at(TEST_DAY + timedelta(days=1)):
        assert climb_ladders(clock.now()) == 0
    case.refresh_from_db()
    assert rungs(case) == replayed(case)


def test_who_takes_over_stops_the_climb(village):
    case = village.visit("escalated")
    case = village.step(case, "take_over", by=village.street_officer)
    with clock.at(TEST_DAY + timedelta(days=1)):
        assert climb_ladders(clock.now()) == 0
    assert case.assignee == village.street_officer
    with pytest.raises(WrongState):
        village.step(case, "take_over")


def test_after_all_was_tried_only_telling_is_left(village):
    case = village.visit("unanswered")
    for _time in range(2):
        case = village.step(case, "try_next")
    with pytest.raises(WrongState):
        village.step(case, "try_next")
    assert village.step(case, "escalate").state == "escalated"


# --- Mandatory report --------------------------------------------------------------------------------


def test_a_mandatory_report_is_seen_by_those_who_file_it_and_nobody_else(village):
    """未成年人保护法 11; P8: no public trace."""
    case = report_harm(place=village.place, seen="三单元的小明身上有伤", by=village.visitor)

    for role in ROLES:
        user = getattr(village, role)
        assert Case.objects.visible_to(user).filter(pk=case.pk).exists() == (role == "county_officer")
    assert (case.reporter, case.title, case.unit) == (None, "强制报告", village.civil)
    assert case.due_at - case.opened_at == timedelta(hours=2)
    assert Notice.objects.get(kind="case-step").to == village.county_officer.person
    assert "小明" not in Notice.objects.get(kind="case-step").context["title"]
    assert list(CaseLink.objects.all()) == []


def test_a_mandatory_report_is_filed_when_everybody_the_law_names_was_told(village):
    case = report_harm(place=village.place, seen="有伤", by=village.visitor)
    officer = village.county_officer
    with pytest.raises(WrongState):
        take_step(case, "close", by=officer)
    for who in ("公安机关", "民政部门", "教育部门"):
        case = take_step(case, "tell", by=officer, who=who, receipt="A1")
    assert take_step(case, "close", by=officer).state == "filed"
    with pytest.raises(PermissionDenied):
        take_step(case, "note", by=village.visitor)
    assert {step.name for step in HARM.steps} == {"tell", "note", "close"}


@pytest.mark.parametrize("state", ["reported", "filed"])
def test_state_role_and_step_of_a_mandatory_report_agree_with_the_table(village, state):
    """XA-065: who files it acts, while it is open; nobody else ever does."""
    case = report_harm(place=village.place, seen="有伤", by=village.visitor)
    if state == "filed":
        for who in ("公安机关", "民政部门", "教育部门"):
            case = take_step(case, "tell", by=village.county_officer, who=who, receipt="A1")
        case = take_step(case, "close", by=village.county_officer)

    for role, step in itertools.product((*ROLES, "timer"), HARM.steps):
        allowed = role == "county_officer"
        offered = step in HARM.steps_for(actor(village, role), case)
        assert offered == (allowed and state == "reported"), (role, step.name)
        if not offered:
            with pytest.raises(WrongState if allowed else PermissionDenied):
                take_step(case, step.name, by=actor(village, role))
