"""What a unit asks for and somebody else decides, whatever the kind: an exclusion from the figures, a second look at a
rating. A kind says that it has them by the rows it adds to its table.
"""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.kernel import clock

from .actions import WrongState, attach
from .actors import account_of
from .forms import ExclusionForm, ReasonForm
from .models import Ask
from .steps import STAY, Step

EXCLUSION_STEPS = frozenset({"ask_exclusion", "approve_exclusion", "refuse_exclusion"})


def ask(case, *, by, kind, reason="", **more) -> Ask:
    """Effect: something is asked for; one of a kind waits at a time."""
    if case.asks.filter(kind=kind, decided_at=None).exists():
        raise WrongState(_("已有一份申请在等审批。"))
    return Ask.objects.create(
        case=case, kind=kind, reason=reason, asked_by=account_of(by), asked_at=clock.now(), **more
    )


def decide(case, *, by, kind, approved: bool) -> Ask:
    """Somebody else than who asked decides; WrongState when nothing waits or he asked it himself."""
    waiting = case.asks.filter(kind=kind, decided_at=None).first()
    if waiting is None:
        raise WrongState(_("没有等待审批的申请。"))
    if waiting.asked_by_id == by.pk:
        raise WrongState(_("不能审批自己提出的申请。"))
    waiting.decided_by, waiting.decided_at, waiting.approved = by, clock.now(), approved
    waiting.save(update_fields=["decided_by", "decided_at", "approved"])
    return waiting


# --- Exclusion ---------------------------------------------------------------------------------------


def ask_exclusion(case, *, by, reason) -> None:
    """Effect: the case is not to count in the figures; once it does not, there is nothing left to ask."""
    if case.asks.filter(kind=Ask.Kind.EXCLUSION, approved=True).exists():
        raise WrongState(_("已经同意剔除，不用再申请。"))
    ask(case, by=by, kind=Ask.Kind.EXCLUSION, reason=reason)


def approve_exclusion(case, *, by) -> None:
    decide(case, by=by, kind=Ask.Kind.EXCLUSION, approved=True)


def refuse_exclusion(case, *, by) -> None:
    decide(case, by=by, kind=Ask.Kind.EXCLUSION, approved=False)


def excluded(case: str = "case") -> Exists:
    """The condition that the case a row points to by `case` was left out of the figures."""
    return Exists(Ask.objects.filter(case=OuterRef(case), kind=Ask.Kind.EXCLUSION, approved=True))


def exclusion_steps(states, may_ask, may_decide, *, approve=approve_exclusion) -> tuple[Step, ...]:
    """The three rows of a kind whose cases may be left out of its figures, once they stand in `states`."""
    return (
        Step(
            "ask_exclusion", gettext_lazy("申请剔除考核"), states, STAY, may_ask, ask_exclusion, ExclusionForm
        ),
        Step("approve_exclusion", gettext_lazy("同意剔除"), states, STAY, may_decide, approve, ReasonForm),
        Step(
            "refuse_exclusion",
            gettext_lazy("不同意剔除"),
            states,
            STAY,
            may_decide,
            refuse_exclusion,
            ReasonForm,
        ),
    )  # fmt: skip — one row for each step


# --- Objection to a rating ---------------------------------------------------------------------------


def waits(rating) -> bool:
    """Whether somebody objected and nobody has decided yet."""
    return Ask.objects.filter(rating=rating, decided_at=None).exists()


def object_to(rating, *, case, by, ground, reason, files=()) -> None:
    """Why the rating is no fair one, with evidence for staff at `case`; once for a rating.

    The work goes on meanwhile and so does its clock: an objection gains nobody time.
    """
    if Ask.objects.filter(rating=rating).exists():
        raise WrongState(_("对这条评价已经提过异议，不能再提。"))
    ask(rating.case, by=by, kind=Ask.Kind.OBJECTION, reason=reason, rating=rating, ground=ground)
    attach(case, files=files, kind="evidence", by=by, public=False)


def uphold(rating, *, by) -> None:
    """The rating is marked and no rate counts it; it is not deleted."""
    _decide_on(rating, by=by, approved=True)
    rating.set_aside_at = rating.loop_closed_at = clock.now()
    rating.save(update_fields=["set_aside_at", "loop_closed_at"])


def refuse(rating, *, by) -> None:
    """The rating counts as it was given."""
    _decide_on(rating, by=by, approved=False)


def _decide_on(rating, *, by, approved: bool) -> None:
    if not waits(rating):
        raise WrongState(_("没有等待审批的申请。"))
    decide(rating.case, by=by, kind=Ask.Kind.OBJECTION, approved=approved)
