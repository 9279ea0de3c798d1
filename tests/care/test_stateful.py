"""Any order of steps, waits and crashes keeps what must hold of a visit and its ladder."""

import contextlib
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from linli.care.actions.planning import open_due, plan_everybody
from linli.care.actions.visiting import climb_ladders
from linli.care.ladder import lines_of, replay
from linli.care.models import Due, Visit
from linli.care.workflow import VISIT
from linli.cases.actions import WrongState
from linli.cases.models import Case
from linli.kernel import clock
from tests.conftest import TEST_DAY
from tests.factories.care import Village

NAMES = [step.name for step in VISIT.steps]


class Crash(Exception):
    """The worker dies after the step, before the commit."""


class Visits(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.now = TEST_DAY
        with clock.at(self.now):
            self.village = Village()
            self.first = self.village.visit()

    @rule(name=st.sampled_from(NAMES))
    def step(self, name):
        with clock.at(self.now):
            for case in Case.objects.open().filter(kind="visit"):
                with contextlib.suppress(WrongState):
                    self.village.step(case, name)

    @rule(name=st.sampled_from(NAMES))
    def step_and_crash(self, name):
        with clock.at(self.now):
            try:
                with transaction.atomic():
                    self.village.step(self.first, name)
                    raise Crash
            except (Crash, WrongState):
                pass

    @rule(hours=st.sampled_from([1, 3, 12, 24, 24 * 20]))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)

    @rule()
    def the_jobs_run(self):
        with clock.at(self.now):
            plan_everybody()
            open_due(clock.today())
            climb_ladders(clock.now())

    @invariant()
    def what_must_hold(self):
        cases = Case.objects.filter(kind="visit").select_related("visit__rules")
        for case in cases:
            assert case.closed_at or case.unit_id or case.assignee_id
            assert (case.closed_at is not None) == (case.state in VISIT.final)
            told = replay(case.events.all(), case.visit.rules.rules)
            kept = case.visit.rungs.order_by("level").values_list("level", "code", "at", "ended_at")
            assert [(r.level, r.code, r.at, r.ended_at) for r in told] == list(kept)
            if case.state in VISIT.final:
                assert all(rung.ended_at for rung in told)
            if case.state == "done":
                assert case.visit.happened_at is not None
            assert len(told) <= len(lines_of(case.visit.rules.rules))
        assert cases.filter(state="due").count() <= 1
        assert Visit.objects.exclude(due=None).values("due").distinct().count() == Visit.objects.count()
        spans = list(Due.objects.order_by("during").values_list("during", flat=True))
        assert [one.upper for one in spans[:-1]] == [two.lower for two in spans[1:]]


@pytest.mark.database
class StatefulTest(TestCase):
    def test_any_order_of_steps_keeps_what_must_hold(self):
        run_state_machine_as_test(_Rolled, settings=settings(max_examples=5, stateful_step_count=8))


class _Rolled(Visits):
    """Each example in a transaction of its own that is rolled back."""

    def __init__(self):
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)
