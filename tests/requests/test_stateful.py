"""Any order of people, steps, helpers, merges, ratings, late jobs and crashes keeps what must hold of requests."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from linli.cases import clock as case_clock
from linli.cases.actions import WrongState, mark_overdue, take_step
from linli.cases.models import Case, CaseLink, Rating
from linli.cases.queries import open_helpers
from linli.kernel import clock
from linli.requests.actions.judging import climb, close_unrated
from linli.requests.models import Escalation, Return
from tests.conftest import TEST_DAY
from tests.factories.requests import Town

WORKED = (
    "sign",
    "give_back",
    "resolve",
    "wait",
    "supply",
    "contact",
    "take_up",
    "put_right",
    "arrive",
    "reply",
)
OBJECTED = ("object", "uphold_objection", "refuse_objection")
FIELDS = {
    "resolve": {"outcome": "好了。", "result": "solved"},
    "answer_now": {"outcome": "好了。", "result": "explained"},
    "put_right": {"remedy": "改了"},
    "reply": {"reply": "好了"},
    "confirm": {"accepted": True},
    "reject": {"reason": "no-new-facts"},
    "call_back": {"reached": True, "solved": True, "satisfied": 4},
}


class Crash(Exception):
    """The worker dies before the commit."""


class Requests(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self._whole = transaction.atomic()
        self._whole.__enter__()
        self.now, self.town = TEST_DAY, Town()
        self.cases = [self.town.submit().request.case for _number in range(3)]

    def teardown(self):
        if hasattr(self, "_whole"):
            transaction.set_rollback(True)
            self._whole.__exit__(None, None, None)

    def try_step(self, case, name, by, crash=False, **fields):
        try:
            with clock.at(self.now), transaction.atomic():
                take_step(case, name, by=by, **{**FIELDS.get(name, {}), **fields})
                if crash:
                    raise Crash
        except (WrongState, PermissionDenied, Crash):
            pass

    def pick(self, number):
        found = list(Case.objects.order_by("pk"))
        return found[number % len(found)]

    @rule(number=st.integers(0, 9), name=st.sampled_from(WORKED), who=st.booleans(), crash=st.booleans())
    def work(self, number, name, who, crash):
        case = self.pick(number)
        if name not in {step.name for step in case.workflow.steps}:
            return
        by = self.town.worker if case.unit_id == self.town.city_management.pk else self.town.power_worker
        self.try_step(case, name, by if who else self.town.dispatcher, crash)

    @rule(number=st.integers(0, 2), to_power=st.booleans(), crash=st.booleans())
    def dispatch(self, number, to_power, crash):
        unit = self.town.power if to_power else self.town.city_management
        self.try_step(self.cases[number], "dispatch", self.town.dispatcher, crash, unit=unit)

    @rule(number=st.integers(0, 2), crash=st.booleans())
    def whistle(self, number, crash):
        self.try_step(
            self.cases[number], "whistle", self.town.worker, crash, units=[self.town.housing], task="帮忙"
        )

    @rule(lead=st.integers(0, 2), other=st.integers(0, 2), crash=st.booleans())
    def absorb(self, lead, other, crash):
        self.try_step(self.cases[lead], "absorb", self.town.dispatcher, crash, duplicates=[self.cases[other]])

    @rule(number=st.integers(0, 2), name=st.sampled_from(("reject", "answer_now", "unmerge")))
    def desk(self, number, name):
        self.try_step(self.cases[number], name, self.town.dispatcher)

    @rule(number=st.integers(0, 2), name=st.sampled_from(("withdraw", "reopen", "supply")))
    def requester(self, number, name):
        self.try_step(self.cases[number], name, self.town.resident)

    @rule(number=st.integers(0, 2), stars=st.integers(1, 5), crash=st.booleans())
    def rate(self, number, stars, crash):
        self.try_step(self.cases[number], "rate", self.town.resident, crash, stars=stars)

    @rule(number=st.integers(0, 9), crash=st.booleans(), name=st.sampled_from(OBJECTED))
    def object(self, number, crash, name):
        case = self.pick(number)
        if case.kind == "rectification":
            unit = (
                self.town.worker if case.unit_id == self.town.city_management.pk else self.town.power_worker
            )
            by, fields = (
                (unit, {"ground": "false", "reason": "误评"}) if name == "object" else (self.town.leader, {})
            )
            self.try_step(case, name, by, crash, **fields)

    @rule(number=st.integers(0, 9), name=st.sampled_from(("call_back", "send_back", "confirm", "close")))
    def call(self, number, name):
        case = self.pick(number)
        if name in {step.name for step in case.workflow.steps}:
            self.try_step(case, name, self.town.caller)

    @rule(hours=st.integers(1, 120))
    def time_passes_and_the_jobs_run(self, hours):
        self.now += timedelta(hours=hours)
        with clock.at(self.now):
            for job in (mark_overdue, climb, close_unrated):
                job(self.now)

    @invariant()
    def what_must_hold(self):
        for case in Case.objects.order_by("pk"):
            self.check(case)
        assert Return.objects.count() <= 2 * len(self.cases)
        assert Escalation.objects.values("case", "level").distinct().count() == Escalation.objects.count()
        bad = Rating.objects.filter(stars__lte=2).count()
        assert Case.objects.filter(kind="rectification").count() == bad
        aside = Case.objects.filter(kind="rectification", state="set_aside").count()
        assert (
            Rating.objects.filter(set_aside_at__isnull=False, loop_closed_at__isnull=False).count() == aside
        )

    def check(self, case):
        workflow, events = case.workflow, list(case.events.all())
        assert case.closed_at or case.unit_id or case.assignee_id
        assert (case.closed_at is not None) == (case.state in workflow.final)
        assert (case.clock_stopped_at is None) == workflow.clock_runs_in(case.state)
        assert events[-1].to_state == case.state
        assert case_clock.used(events, case.term_unit, self.now) >= timedelta(0)
        if case.kind == "request":
            standing = CaseLink.objects.filter(result=case, kind="merge", ended_at=None).count()
            assert standing == 1 if case.state == "merged" else True
            if case.state in ("resolved", "rejected", "withdrawn"):
                assert not open_helpers(case).exists()
                led = CaseLink.objects.filter(
                    origin=case, kind="merge", ended_at=None, result__state="merged"
                )
                assert not led.exists()


@pytest.mark.database
class StatefulTest(TestCase):
    def test_any_order_keeps_what_must_hold(self):
        run_state_machine_as_test(Requests, settings=settings(max_examples=6, stateful_step_count=25))
