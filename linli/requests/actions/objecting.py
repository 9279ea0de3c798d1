"""An objection to a rating: a unit says it is false or mistaken, somebody else looks; the rating itself stays."""

from django.utils.translation import gettext as _

from linli.cases.actions import WrongState, attach
from linli.cases.actors import account_of
from linli.kernel import clock

from ..models import Ask
from .working import decide


def waits(rating) -> bool:
    """Whether somebody objected and nobody has decided yet."""
    return Ask.objects.filter(rating=rating, decided_at=None).exists()


def object_to_rating(case, *, by, ground, reason, files=()) -> None:
    """Effect of the rectification: why the rating is no fair one, with evidence for staff; once for a rating.

    The work goes on meanwhile and so does its clock: an objection gains nobody time.
    """
    rating = case.rectification.rating
    if Ask.objects.filter(rating=rating).exists():
        raise WrongState(_("对这条评价已经提过异议，不能再提。"))
    Ask.objects.create(
        request=rating.case.request,
        kind=Ask.Kind.OBJECTION,
        rating=rating,
        ground=ground,
        reason=reason,
        asked_by=account_of(by),
        asked_at=clock.now(),
    )
    attach(case, files=files, kind="evidence", by=by, public=False)


def uphold_objection(case, *, by) -> None:
    """Effect: the rating is marked and no rate counts it; it is not deleted, and nothing is left to put right."""
    rating = case.rectification.rating
    _decide(rating, by=by, approved=True)
    rating.set_aside_at = rating.loop_closed_at = clock.now()
    rating.save(update_fields=["set_aside_at", "loop_closed_at"])


def refuse_objection(case, *, by) -> None:
    """Effect: the rating counts as it was given."""
    _decide(case.rectification.rating, by=by, approved=False)


def _decide(rating, *, by, approved: bool) -> None:
    if not waits(rating):
        raise WrongState(_("没有等待审批的申请。"))
    decide(rating.case.request, by=by, kind=Ask.Kind.OBJECTION, approved=approved)
