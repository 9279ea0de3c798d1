"""When visits are due: nothing double, only the future is planned anew (XA-049, XZ-049)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.care.actions.listing import add_category, assess, leave, pause, resume
from linli.care.actions.planning import open_due, plan_ahead, report_change, start_plan
from linli.care.models import CareRules, Due, Visit, VisitPlan
from linli.care.rhythm import stretches
from linli.cases.models import Case
from linli.kernel import clock
from tests.conftest import TEST_DAY
from tests.together import together

DAY = timedelta(days=1)
TODAY = date(2026, 3, 4)


def spans(cared):
    return [
        (due.during.lower, due.during.upper, due.rhythm)
        for due in cared.dues.filter(after_change=False).order_by("during")
    ]


def later(days: int):
    return clock.at(TEST_DAY + timedelta(days=days))


@given(
    start=st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    days=st.integers(1, 800),
    rhythm=st.sampled_from(["weekly", "monthly", "quarterly"]),
    shortest=st.integers(0, 20),
)
def test_stretches_follow_each_other_without_gap_or_overlap(start, days, rhythm, shortest):
    until = start + timedelta(days=days)
    found = list(stretches(start, until, rhythm, shortest_days=shortest))

    assert found[0][0] == start
    assert [end for _start, end in found[:-1]] == [begin for begin, _end in found[1:]]
    assert found[-1][0] < until <= found[-1][1]
    assert (found[0][1] - start).days >= min(shortest, 7 if rhythm == "weekly" else 28)


def test_a_partial_first_stretch_joins_the_next_when_it_is_too_short():
    assert list(stretches(date(2026, 3, 27), date(2026, 5, 2), "monthly", shortest_days=7)) == [
        (date(2026, 3, 27), date(2026, 5, 1)),
        (date(2026, 5, 1), date(2026, 6, 1)),
    ]


def test_a_plan_made_twice_or_by_two_at_once_holds_nothing_double(village):
    """XA-049: 定期探访巡视制度."""
    cared = village.elder()
    plan = start_plan(village.place, by=village.head)
    once = spans(cared)

    assert plan_ahead(plan) == 0
    assert spans(cared) == once
    assert once[0] == (TODAY, date(2026, 4, 1), "monthly")
    assert once[-1][0] < TODAY + timedelta(days=366) <= once[-1][1]


@pytest.mark.django_db(transaction=True)
def test_two_generators_at_once_store_each_stretch_once():
    from tests.factories.care import Village

    village = Village()
    for number in range(3):
        village.elder(f"郑桂英{number}")
    book = CareRules.objects.get()
    plan = VisitPlan.objects.create(community=village.place, rules=book, since=TODAY, decided_by=village.head)

    together(lambda: plan_ahead(plan), lambda: plan_ahead(plan))

    assert Due.objects.count() == 3 * 13


def test_the_tightest_rhythm_of_risk_and_categories_holds(village):
    general = village.elder("甲", category="minimum-living", risk="general")
    elderly = village.elder("乙", category="lives-alone", risk="general")
    high = village.elder("丙", category="minimum-living", risk="high")

    assert [general.rhythm, elderly.rhythm, high.rhythm] == ["quarterly", "monthly", "weekly"]
    add_category(general, by=village.visitor, category="empty-nest", basis="x", source="y")
    assert general.rhythm == "monthly"


def test_a_level_change_plans_only_the_future_anew(village):
    """XZ-049: what has begun stays; what is open stays open."""
    case = village.visit()
    cared = case.visit.care_person
    with later(10):  # 14 March
        assess(cared, by=village.visitor, risk="high", reason="摔了一跤")

        found = spans(cared)
        assert found[0] == (TODAY, date(2026, 3, 16), "monthly")
        assert found[1] == (date(2026, 3, 16), date(2026, 3, 23), "weekly")
        assert {rhythm for _from, _to, rhythm in found[1:]} == {"weekly"}
        case.refresh_from_db()
        assert (case.state, case.due_at.astimezone(clock.CHINA).date()) == ("due", date(2026, 3, 31))


def test_a_looser_level_leaves_no_gap(village):
    case = village.visit(risk="high")
    cared = case.visit.care_person
    assess(cared, by=village.visitor, risk="key", reason="好转")

    found = spans(cared)
    assert found[:2] == [
        (TODAY, date(2026, 3, 9), "weekly"),
        (date(2026, 3, 9), date(2026, 4, 1), "monthly"),
    ]


def test_a_major_change_brings_a_visit_within_24_hours_once(village):
    """XA-049."""
    cared = village.elder()
    case = report_change(cared, by=village.visitor)

    assert case.due_at - case.opened_at == timedelta(hours=24)
    assert report_change(cared, by=village.visitor) == case
    assert case.assignee == village.visitor


def test_each_stretch_is_opened_once_and_the_visit_ends_with_it(village):
    cared = village.elder()
    start_plan(village.place, by=village.head)

    assert open_due(TODAY) == 1
    assert open_due(TODAY) == 0
    case = Visit.objects.get(care_person=cared).case
    assert case.due_at.astimezone(clock.CHINA).date() == date(2026, 3, 31)
    assert (case.unit, case.assignee, case.reporter) == (village.committee, village.visitor, cared.person)
    assert case.title == "探访 郑**"


def test_a_visit_nobody_made_is_missed_in_sight_when_the_next_one_opens(village):
    case = village.visit()
    with later(28):
        assert open_due(clock.today()) == 1
    case.refresh_from_db()
    assert case.state == "missed"


def test_nobody_is_visited_while_away_and_again_afterwards(village):
    case = village.visit()
    cared = case.visit.care_person
    pause(cared, by=village.visitor, reason="hospital")
    case.refresh_from_db()
    assert case.state == "cancelled"
    with later(28):
        assert open_due(clock.today()) == 0
        resume(cared, by=village.visitor)
        assert open_due(clock.today()) == 1


def test_who_leaves_the_list_is_planned_no_more_and_keeps_what_was_done(village):
    done = village.visit("done")
    cared = done.visit.care_person
    with later(40):
        open_due(clock.today())
        leave(cared, by=village.visitor, reason="搬到外地子女家")
    states = sorted(Case.objects.filter(visit__care_person=cared).values_list("state", flat=True))
    assert states == ["cancelled", "done"]
    assert cared.dues.filter(visit=None, during__startswith__gt=TODAY + timedelta(days=40)).count() == 0
