"""Whoever keeps a register is reminded before an answer is due, and once more when it is overdue."""

from itertools import chain

from django.db import transaction
from django.urls import reverse

from linli import audit
from linli.kernel import clock
from linli.notices.actions import notify
from linli.people.models import Person

from .asking import asked_of
from .changing import changeable
from .correcting import keepers_near
from .models import AskedOfAKeeper, ChangeRequest, Proposal
from .terms import is_marked, kind_of, name_of, with_terms

PAGES = {"change": "change-answer", "proposal": "ask-answer"}


def remind_keepers() -> int:
    """Tell those who keep what waits, each of its two marks once; how many were told of."""
    waiting = list(chain.from_iterable(
        model.objects.filter(decided_at=None).select_related("place") for model in (ChangeRequest, Proposal)
    ))  # fmt: skip
    return sum(_remind(asked, mark) for asked in with_terms(waiting) if (mark := mark_of(asked)))


def mark_of(asked: AskedOfAKeeper) -> str:
    """What has to be said of it today: "reminded", "overdue", or nothing."""
    if asked.term is None:
        return ""
    if asked.term.due_at < clock.now():
        return "overdue"
    return "reminded" if asked.term.left <= asked.term.remind_workdays else ""


@transaction.atomic
def _remind(asked: AskedOfAKeeper, mark: str) -> bool:
    """Once: two jobs at a time wait for each other's row, and what was answered meanwhile is left alone."""
    row = type(asked).objects.select_for_update(of=("self",)).filter(pk=asked.pk, decided_at=None).first()
    title, keep = _kept(asked)
    if row is None or not keep or is_marked(asked, mark):
        return False
    audit.record(f"{kind_of(asked)}.{mark}", by=None, thing=asked, place=asked.place)
    page = reverse(PAGES[kind_of(asked)], args=[asked.pk])
    for person in Person.objects.filter(pk__in=keepers_near(keep, asked.place, but=asked.asked_by)).order_by(
        "pk"
    ):
        notify(
            person, f"answer-{mark}", needs=keep, at=asked.place, title=title, place=asked.place.name,
            left=max(asked.term.left, 0), path=page,
        )  # fmt: skip
    return True


def _kept(asked: AskedOfAKeeper) -> tuple[str, str]:
    """(what it is about, the right of those who answer); nothing where the register is not there any more."""
    name = name_of(asked)
    if isinstance(asked, ChangeRequest):
        kind = changeable(name)
        return (str(kind.title), kind.keep) if kind else ("", "")
    found = asked_of.get(name)
    return (str(found.title), found.kept.edit) if found else ("", "")
