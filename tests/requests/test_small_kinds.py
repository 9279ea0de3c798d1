"""State × role × step for the kinds beside the request: the whistle, the rectification, the topic."""

import itertools

import pytest
from django.core.exceptions import PermissionDenied

from linli.cases.actions import WrongState, take_step
from linli.cases.actors import TIMER
from linli.cases.models import Case
from linli.cases.steps import workflows
from linli.requests.actions.topics import open_topic
from tests.factories.people import make_post, make_user

pytestmark = pytest.mark.django_db
WHO = ("dispatcher", "worker", "helper", "leader", "caller", "clerk", "resident", "stranger", "timer")
DECIDE = {"uphold_objection", "refuse_objection"}
# Who may take which steps, whatever the state; everybody else in WHO may take none.
MAY = {
    "whistle": {"helper": {"arrive", "reply"}},
    "rectification": {
        "worker": {"take_up", "put_right", "object"},
        "leader": DECIDE,
        "caller": {"send_back", "confirm"},
    },
    "topic": {"dispatcher": {"plan", "finish"}},
}
WALKS = {
    "whistle": {
        "called": (),
        "arrived": (("arrive", "helper", {}),),
        "replied": (("arrive", "helper", {}), ("reply", "helper", {"reply": "好了"})),
    },
    "rectification": {
        "opened": (),
        "working": (("take_up", "worker", {}),),
        "done": (("take_up", "worker", {}), ("put_right", "worker", {"remedy": "改了"})),
        "closed": (
            ("take_up", "worker", {}),
            ("put_right", "worker", {"remedy": "改了"}),
            ("confirm", "caller", {"accepted": True}),
        ),
        "set_aside": (
            ("object", "worker", {"ground": "false", "reason": "误评"}),
            ("uphold_objection", "leader", {}),
        ),
    },
    "topic": {
        "opened": (),
        "working": (("plan", "dispatcher", {"measure": "换灯"}),),
        "done": (
            ("plan", "dispatcher", {"measure": "换灯"}),
            ("finish", "dispatcher", {"outcome": "换完了"}),
        ),
    },
}


def begin(kind, town):
    if kind == "topic":
        for _number in range(5):
            last = town.submit().request
        organiser = make_user("组织者")
        make_post(organiser, town.place.parent, "requests.topics", "topic.view", role="topics")
        return open_topic(town.place, last.category, by=organiser).case
    if kind == "whistle":
        town.step(town.request("working"), "whistle", by=town.worker, units=[town.housing], task="帮忙")
    else:
        town.step(town.request("resolved"), "rate", stars=1)
    return Case.objects.get(kind=kind)


@pytest.mark.parametrize(("kind", "state"), [(kind, state) for kind in WALKS for state in WALKS[kind]])
def test_a_role_takes_the_steps_of_the_table_and_no_others(town, kind, state):
    case = begin(kind, town)
    for name, who, fields in WALKS[kind][state]:
        case = take_step(case, name, by=getattr(town, who), **fields)
    assert case.state == state
    for who, step in itertools.product(WHO, workflows[kind].steps):
        actor = TIMER if who == "timer" else getattr(town, who)
        allowed = step.name in MAY[kind].get(who, ())
        offered = step in workflows[kind].steps_for(actor, case)
        assert offered == (allowed and state in step.from_states), (who, step.name)
        if not offered:
            with pytest.raises(WrongState if allowed else PermissionDenied):
                take_step(case, step.name, by=actor)
    assert Case.objects.get(pk=case.pk).state == state


def test_every_state_a_hand_can_bring_about_is_in_the_matrix():
    missing = {kind: set(workflows[kind].states.values) - set(WALKS[kind]) for kind in WALKS}

    assert missing == {"whistle": {"cancelled"}, "rectification": set(), "topic": set()}
