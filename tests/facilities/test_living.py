"""States, hours, closures and the opening log (XZ-047, C15)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from linli.facilities.actions.living import (
    WrongState,
    announce_closure,
    log_day,
    set_hours,
    take_step,
)
from linli.facilities.models import Closure, Event, Facility
from linli.facilities.states import STEPS, State
from linli.kernel import clock
from tests.factories.facilities import make_facility, make_keeper
from tests.factories.places import make_community
from tests.together import together

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 4)


def at_state(facility, state):
    """Walk there by real steps."""
    by = make_keeper(facility.place)
    walks = {
        State.PLANNED: (), State.BUILT: ("build",), State.ACCEPTED: ("build", "accept"),
        State.OPEN: ("build", "accept", "open"), State.SUSPENDED: ("build", "accept", "open", "suspend"),
        State.CLOSED: ("close",),
    }  # fmt: skip
    for step in walks[state]:
        facility = take_step(facility, step, by=by, note="维修")
    return facility, by


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_taken_from_its_states_and_from_no_other(community, state, step):
    facility, by = at_state(make_facility(community, state="planned"), state)
    if state in STEPS[step].from_states:
        assert take_step(facility, step, by=by, note="维修").state == STEPS[step].to_state
    else:
        with pytest.raises(WrongState):
            take_step(facility, step, by=by, note="维修")


@pytest.mark.parametrize("step", STEPS)
def test_a_step_wants_the_permission_of_its_row(community, step):
    source = min(STEPS[step].from_states)
    facility, _by = at_state(make_facility(community, state="planned"), source)
    others = {row.permission.removeprefix("facilities.") for row in STEPS.values()}
    lacking = make_keeper(community, *sorted(others - {STEPS[step].permission.removeprefix("facilities.")}))

    with pytest.raises(PermissionDenied):
        take_step(facility, step, by=lacking, note="维修")


def test_every_state_leads_to_the_end():
    ends = {State.CLOSED}
    for _row in STEPS:
        ends |= {s for row in STEPS.values() if row.to_state in ends for s in row.from_states}
    assert ends == set(State)


def test_closed_for_repair_is_out_of_use_at_once_and_says_why(community, keeper):
    facility = make_facility(community, by=keeper)
    with pytest.raises(ValidationError, match="原因"):
        take_step(facility, "suspend", by=keeper)
    take_step(facility, "suspend", by=keeper, note="屋顶漏雨维修")

    facility.refresh_from_db()
    assert (facility.state_note, list(Facility.objects.in_use())) == ("屋顶漏雨维修", [])
    assert Event.objects.filter(act="suspend").values_list("from_state", "to_state", "note").get() == (
        "open", "suspended", "屋顶漏雨维修",
    )  # fmt: skip


def test_what_was_in_use_on_a_day_is_read_from_dates_and_suspensions(community, keeper):
    facility = make_facility(community, by=keeper, opened_on=date(2026, 1, 10))
    take_step(facility, "suspend", by=keeper, on=date(2026, 2, 1), note="维修")
    take_step(facility, "reopen", by=keeper, on=date(2026, 2, 20))
    take_step(facility, "close", by=keeper, on=date(2026, 3, 1), note="拆迁")

    days = [date(2026, 1, 9), date(2026, 1, 10), date(2026, 2, 1), date(2026, 2, 19), date(2026, 2, 20)]
    days += [date(2026, 2, 28), date(2026, 3, 1)]
    known = [Facility.objects.in_use_on(day).exists() for day in days]
    assert known == [False, True, False, False, True, True, False]


def test_a_suspension_taken_back_on_the_same_day_never_was(community, keeper):
    facility = make_facility(community, by=keeper)
    take_step(facility, "suspend", by=keeper, note="误报")
    take_step(facility, "reopen", by=keeper)

    assert Closure.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_suspend_at_once_leave_one_suspension():
    facility = make_facility(make_community(1))
    keeper = make_keeper(facility.place)
    answers = together(*[lambda: take_step(facility, "suspend", by=keeper, note="维修") for _ in range(2)])

    assert sorted(type(answer).__name__ for answer in answers) == ["Facility", "WrongState"]
    assert Closure.objects.count() == 1


def test_weekly_hours_do_not_overlap_and_may_go_round_the_clock(community, keeper):
    facility = make_facility(community, by=keeper)
    with pytest.raises(ValidationError, match="星期一的时间段重叠"):
        set_hours(facility, by=keeper, periods=[(1, 480, 720), (1, 700, 1080)])
    with pytest.raises(ValidationError):
        set_hours(facility, by=keeper, periods=[(1, 720, 480)])

    set_hours(facility, by=keeper, periods=[(1, 480, 720), (1, 840, 1080), (7, 0, 1440)])

    assert list(facility.periods.values_list("weekday", "opens_min", "closes_min")) == [
        (1, 480, 720), (1, 840, 1080), (7, 0, 1440),
    ]  # fmt: skip


def test_XZ_047_the_log_is_written_for_recent_days_and_the_last_word_counts(community, keeper):
    facility = make_facility(community, by=keeper)
    log_day(facility, by=keeper, day=TODAY, minutes=300)
    log_day(facility, by=keeper, day=TODAY, minutes=510)
    for day, why in ((TODAY + timedelta(1), "晚于今天"), (TODAY - timedelta(40), "最近 31 天")):
        with pytest.raises(ValidationError, match=why):
            log_day(facility, by=keeper, day=day, minutes=480)

    assert list(facility.open_days.values_list("day", "minutes")) == [(TODAY, 510)]


def test_a_closure_is_announced_with_both_its_days_and_a_reason(community, keeper):
    facility = make_facility(community, by=keeper)
    closure = announce_closure(
        facility, by=keeper, first=date(2026, 5, 1), last=date(2026, 5, 3), reason="劳动节"
    )
    closure.refresh_from_db()

    assert (closure.during.lower, closure.during.upper) == (date(2026, 5, 1), date(2026, 5, 4))
    with pytest.raises(ValidationError, match="原因"):
        announce_closure(facility, by=keeper, first=TODAY, last=TODAY, reason=" ")


def test_a_grid_worker_logs_and_suspends_but_does_not_edit(community):
    facility, grid = make_facility(community), make_keeper(community, "view", "log")
    log_day(facility, by=grid, day=clock.today(), minutes=480)
    take_step(facility, "suspend", by=grid, note="停电")

    with pytest.raises(PermissionDenied):
        set_hours(facility, by=grid, periods=[(1, 480, 720)])
