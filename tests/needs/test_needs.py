"""三项清单: listed → matched | project | unmet stays in sight (XZ-009, XZ-006, PD-003)."""

from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from linli.cases.actions import WrongState, take_step
from linli.cases.models import Case
from linli.measures import Period
from linli.needs import measures
from linli.needs.actions import list_need, offer_resource, set_up_project
from linli.needs.models import Need, Resource
from linli.needs.workflow import NEED, State
from linli.packs import pack_kinds
from linli.packs.reading import read_pack
from tests.factories.people import make_post, make_unit, make_user
from tests.factories.places import make_community

PACK = Path(__file__).parents[2] / "packs" / "needs" / "99.yaml"


class Market:
    """A community with its committee, a resource with one place, a project, a resident, a worker."""

    def __init__(self):
        pack, problems = read_pack(PACK)
        assert problems == []
        pack_kinds["needs"].install(pack)
        self.place = make_community(1)
        self.committee = make_unit(self.place, "居委会", kind="committee")
        self.worker = make_user("王社工")
        make_post(
            self.worker,
            self.place,
            *("need.view", "need.hear", "needs.list", "needs.match"),
            role="needs",
            unit=self.committee,
        )
        self.resident, self.stranger = make_user("钱居民"), make_user("孙路人")
        facts = {"kind": "meals", "place": self.place, "unit": self.committee, "about": "一日两餐"}
        self.resource = offer_resource(by=self.worker, title="社区食堂", capacity=1, **facts)
        self.project = set_up_project(by=self.worker, title="新建食堂", due_on=date(2026, 9, 1), **facts)

    def need(self, at="listed"):
        case = list_need(
            place=self.place, kind="meals", text="中午没人做饭", by=self.worker, reporter=self.resident.person
        )
        walk = {
            "matched": ("match",),
            "project": ("project",),
            "met": ("match", "meet"),
            "dropped": ("drop",),
        }
        for name in walk.get(at, ()):
            case = self.step(case, name)
        return case

    def step(self, case, name, *, by=None, **fields):
        usual = {
            "match": {"resource": self.resource},
            "project": {"project": self.project},
            "sort_out": {"kind": "health"},
            "release": {"note": "不合适"},
            "drop": {"note": "搬走了"},
            "rate": {"by": self.resident, "stars": 5},
        }.get(name, {})
        return take_step(case, name, **{"by": by or self.worker, **usual, **fields})


@pytest.fixture
def market(db):
    return Market()


MATRIX = {
    "sort_out": ({"listed"}, {"worker"}),
    "match": ({"listed"}, {"worker"}),
    "project": ({"listed"}, {"worker"}),
    "meet": ({"matched", "project"}, {"worker", "resident"}),
    "release": ({"matched", "project"}, {"worker", "resident"}),
    "drop": ({"listed"}, {"worker", "resident"}),
    "rate": ({"met"}, {"resident"}),
}


@pytest.mark.parametrize("state", State.values)
def test_a_role_takes_the_steps_of_the_table_and_no_others(market, state):
    case = market.need(state)
    offered = {
        (step.name, role)
        for role in ("worker", "resident", "stranger")
        for step in NEED.steps_for(getattr(market, role), case)
    }
    assert offered == {
        (name, role) for name, (states, roles) in MATRIX.items() if state in states for role in roles
    }


def test_a_need_without_an_answer_stays_in_sight_and_in_nobody_s_name(client, market):
    """XZ-009: an unmet need stays on the public list, as a kind and a street, never as words or a person."""
    market.need()
    page = client.get(reverse("need-lists")).content.decode()
    assert "未满足 1" in page
    assert "中午没人做饭" not in page
    assert "钱居民" not in page
    assert "社区食堂" in client.get(reverse("need-lists") + "?list=resources").content.decode()
    assert "新建食堂" in client.get(reverse("need-lists") + "?list=projects").content.decode()


def test_a_resource_meets_no_more_needs_than_it_can(market):
    """XZ-006: 群众有需求、社区有服务."""
    market.need("matched")
    other = market.need()
    with pytest.raises(WrongState):
        market.step(other, "match")
    with pytest.raises(IntegrityError), transaction.atomic():
        Resource.objects.filter(pk=market.resource.pk).update(taken=2)


def test_a_released_need_is_unmet_again_and_its_place_free(market):
    case = market.step(market.need("matched"), "release", by=market.resident)
    need = Need.objects.get(case=case)
    assert (case.state, need.resource, Resource.objects.get().taken) == ("listed", None, 0)


def test_staff_list_needs_resources_and_projects_on_pages(client, market):
    """PD-003: 问需于民."""
    client.force_login(market.worker)
    assert client.get(reverse("need-new")).status_code == 200
    done = client.post(reverse("need-new"), {"place": market.place.pk, "kind": "health", "text": "想量血压"})
    assert done.status_code == 302
    assert Case.objects.get(kind="need").title == "卫生健康：想量血压"
    facts = {"kind": "health", "place": market.place.pk, "unit": market.committee.pk, "about": "x"}
    assert (
        client.post(reverse("resource-new"), {**facts, "title": "血压角", "capacity": 20}).status_code == 302
    )
    project = {**facts, "title": "健康小屋", "state": "planned", "due_on": "2026-10-01"}
    assert client.post(reverse("project-new"), project).status_code == 302
    assert (
        client.post(reverse("resource-new"), {**facts, "title": "血压角", "capacity": -1}).status_code == 422
    )


def test_needs_are_counted_by_community(market):
    market.need("met")
    market.need()
    march = Period.parse("2026-03")
    assert measures.listed(march)[market.place.code] == 2
    assert measures.met(march)[market.place.code] == 1


class Needs(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.market = Market()
        self.cases = [self.market.need(), self.market.need()]

    @rule(name=st.sampled_from([step.name for step in NEED.steps]), which=st.integers(0, 1))
    def step(self, name, which):
        try:
            self.market.step(self.cases[which], name)
        except WrongState:
            return

    @invariant()
    def what_must_hold(self):
        held = Need.objects.filter(resource=self.market.resource).count()
        assert Resource.objects.get().taken == held <= 1
        for need in Need.objects.select_related("case"):
            assert (need.case.state == "project") <= (need.project_id is not None)
            assert (need.case.state == "matched") <= (need.resource_id is not None)
            assert need.case.closed_at or need.case.unit_id
            if need.case.state == "listed":
                assert (need.resource_id, need.project_id) == (None, None)


class _Rolled(Needs):
    def __init__(self):
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)


@pytest.mark.database
class StatefulTest(TestCase):
    def test_any_order_of_steps_keeps_what_must_hold(self):
        run_state_machine_as_test(_Rolled, settings=settings(max_examples=8, stateful_step_count=12))
