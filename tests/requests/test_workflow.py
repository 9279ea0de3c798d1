"""The tables: every state reaches an end, every step is somebody's, every notice has its text."""

import itertools

import pytest
from django.core.exceptions import PermissionDenied

from linli.cases.actions import WrongState, take_step
from linli.cases.actors import TIMER
from linli.cases.models import Case
from linli.cases.steps import STAY, workflows
from linli.kernel.permissions import permissions
from linli.packs.reading import read_pack
from linli.requests import workflow as tables
from tests.factories.requests import PACK

KINDS = ("request", "whistle", "rectification")
STATES = [state.value for state in tables.State if state != "merged"]
WHO = ("dispatcher", "worker", "helper", "leader", "caller", "clerk", "resident", "stranger", "timer")
# Who may take which steps of a request that lies with the city-management bureau, whatever its state.
MAY = {
    "dispatcher": {
        *(
            "dispatch",
            "answer_now",
            "reject",
            "absorb",
            "unmerge",
            "recategorise",
            "recall",
            "remark",
            "publish",
        ),
    },
    "worker": {
        *(
            "take_up",
            "answer_now",
            "sign",
            "give_back",
            "assign",
            "contact",
            "resolve",
            "wait",
            "supply",
            "whistle",
        ),
        *("ask_extension", "ask_exclusion", "remark"),
    },
    "helper": set(),
    "leader": {
        *(
            "approve_extension",
            "refuse_extension",
            "approve_exclusion",
            "refuse_exclusion",
            "supervise",
            "remark",
        ),
    },
    "caller": {
        "supply",
        "withdraw",
        "rate",
        "reopen",
        "call_back",
        "send_back",
        "close",
        "remark",
        "publish",
    },
    "clerk": {"supply", "withdraw", "reopen"},
    "resident": {"supply", "withdraw", "rate", "reopen"},
    "stranger": set(),
    "timer": {"escalate", "close"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_leads_to_an_end(kind):
    workflow = workflows[kind]
    ends = set(workflow.final)
    for _step in workflow.states:
        ends |= {
            state
            for step in workflow.steps
            for state in step.from_states
            if step.to_state in ends and step.to_state != STAY
        }
    assert ends == set(workflow.states.values)


def test_no_kind_has_more_than_nine_states():
    assert {kind: len(workflows[kind].states) for kind in KINDS} == {
        "request": 9,
        "whistle": 4,
        "rectification": 5,
    }


def test_permissions_are_declared_for_every_kind():
    assert {f"{kind}.{verb}" for kind in KINDS for verb in ("view", "hear")} <= permissions.keys()


def actors(town):
    return {name: TIMER if name == "timer" else getattr(town, name) for name in WHO}


@pytest.mark.django_db
@pytest.mark.parametrize("who", WHO)
def test_who_may_take_which_step(town, who):
    case = town.request("working")

    found = {step.name for step in workflows["request"].steps if step.allowed(actors(town)[who], case)}

    assert found == MAY[who]


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_state_role_and_step_agree_with_the_table(town, state):
    """From each state each role is offered its steps of that state, and every other step is refused in words."""
    case = town.request(state)
    unit = case.unit
    Case.objects.filter(pk=case.pk).update(unit=town.city_management)
    case.refresh_from_db()
    for (who, actor), step in itertools.product(actors(town).items(), workflows["request"].steps):
        offered = step in workflows["request"].steps_for(actor, case)
        assert offered == (step.name in MAY[who] and state in step.from_states), (who, step.name)
        if not offered:
            refusal = WrongState if step.name in MAY[who] else PermissionDenied
            with pytest.raises(refusal):
                take_step(case, step.name, by=actor)
    case.refresh_from_db()
    assert (case.state, case.version > 0, unit is not None) == (state, True, True)


def test_the_pack_of_the_demonstration_city_is_sound():
    pack, problems = read_pack(PACK)

    assert (problems, len(pack.categories), pack.limits.returns) == ([], 18, 2)
