"""Any order of steps, waits, crashes and edits keeps what must hold of a case."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from linli.cases import clock as case_clock
from linli.cases.actions import WrongState, mark_overdue, take_step
from linli.cases.actors import TIMER
from linli.cases.models import Case
from linli.kernel import clock
from tests.conftest import TEST_DAY

from .errand import ERRAND, Crew

WHO = {"rate": "requester", "reopen": "requester", "drop": "arranger", "arrange": "arranger", "close": TIMER}
FIELDS = {"rate": {"stars": 4}}


class Crash(Exception):
    """The worker dies after the step, before the commit."""


class Errand(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.now = TEST_DAY
        self.crew = Crew()
        self.case = self.crew.open()
        self.active = timedelta(0)  # our own account of the time used, kept beside the machine
        self.lines = 1

    def take(self, name):
        who = WHO.get(name, "worker")
        actor = getattr(self.crew, who) if isinstance(who, str) else who
        fields = FIELDS.get(name, {"unit": self.crew.unit} if name == "help" else {})
        with clock.at(self.now):
            return take_step(self.case, name, by=actor, **fields)

    @rule(name=st.sampled_from([step.name for step in ERRAND.steps]))
    def step(self, name):
        try:
            self.take(name)
            self.lines += 1
        except WrongState:
            pass

    @rule(name=st.sampled_from([step.name for step in ERRAND.steps]))
    def step_and_crash(self, name):
        try:
            with transaction.atomic():
                self.take(name)
                raise Crash
        except (Crash, WrongState):
            pass

    @rule(hours=st.integers(1, 80))
    def time_passes(self, hours):
        later = self.now + timedelta(hours=hours)
        case = Case.objects.get(pk=self.case.pk)
        if case.clock_stopped_at is None:
            self.active += case_clock.elapsed(self.now, later, case.term_unit)
        self.now = later

    @rule()
    def the_clock_looks(self):
        with clock.at(self.now):
            self.lines += mark_overdue(self.now)

    @invariant()
    def what_must_hold(self):
        case = Case.objects.get(pk=self.case.pk)
        events = list(case.events.all())
        assert len(events) == self.lines
        assert (events[-1].to_state, events[-1].due_at) == (case.state, case.due_at)
        assert case.unit_id is not None or case.assignee_id is not None or case.closed_at
        assert (case.closed_at is not None) == (case.state in ERRAND.final)
        assert (case.clock_stopped_at is None) == ERRAND.clock_runs_in(case.state)
        used = case_clock.used(events, case.term_unit, self.now)
        assert used == self.active
        if case.clock_stopped_at is None and case.state not in ERRAND.final:
            promised = case_clock.deadline(case.opened_at, 3, "workdays")
            term = case_clock.elapsed(case.opened_at, promised, "workdays")
            left = case_clock.elapsed(self.now, case.due_at, "workdays")
            late = case_clock.elapsed(case.due_at, self.now, "workdays")
            assert used + left - late == term  # a pause neither gives nor takes time


@pytest.mark.database
class StatefulTest(TestCase):
    def test_any_order_of_steps_keeps_what_must_hold(self):
        run_state_machine_as_test(_Rolled, settings=settings(max_examples=10, stateful_step_count=15))


class _Rolled(Errand):
    """Each example in a transaction of its own that is rolled back."""

    def __init__(self):
        super().__init__()
        self._whole = transaction.atomic()
        self._whole.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self._whole.__exit__(None, None, None)
