"""入驻申请: an owner asks to be listed; a worker lists the outlet in the register or says why not, once."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.facilities.actions.keeping import register_facility
from linli.facilities.actions.living import set_hours
from linli.facilities.hours import WrongHours, parse_hours
from linli.kernel import clock
from linli.places.models import Place

from .. import rules
from ..models import Entry
from ..outlet_rules import outlet_rules_at

MOST_WAITING = 20  # in one community, from everybody who is not signed in


@transaction.atomic
def ask_entry(*, by, place: Place, **facts) -> Entry:
    """Put an application on the list of the community; `by` is None for a visitor.

    ValidationError: hours that nobody can read, an unknown kind, or too many wait already.
    """
    Place.objects.select_for_update().get(pk=place.pk)
    if Entry.objects.waiting().filter(place=place).count() >= MOST_WAITING:
        raise ValidationError(_("这个社区等待处理的申请太多，请直接联系社区。"))
    agreed = outlet_rules_at(place).code  # the form asks for it; the row keeps which edition
    entry = Entry(place=place, asked_by=by, asked_at=clock.now(), agreed_code=agreed, **facts)
    entry.full_clean(exclude=["place", "asked_by"])
    _periods(entry)
    entry.save()
    return entry


@transaction.atomic
def answer_entry(entry: Entry, *, by, accepted: bool, answer: str = "") -> Entry:
    """List the outlet (open, without a point: the next walk-through gives it one) or tell why not."""
    entry = Entry.objects.select_for_update(of=("self",)).select_related("place", "kind").get(pk=entry.pk)
    if not rules.can_answer_entry(by, entry):
        raise PermissionDenied
    if entry.answered_at is not None:
        raise ValidationError(_("这份申请已经处理过了。"))
    if accepted:
        entry.facility = register_facility(
            by=by, place=entry.place, state="open", name=entry.name, kind=entry.kind, address=entry.address,
            phone=entry.phone, opened_on=clock.today(),
        )  # fmt: skip
        if periods := _periods(entry):
            set_hours(entry.facility, by=by, periods=periods)
    elif not answer.strip():
        raise ValidationError({"answer": _("不接收要说明原因。")})
    entry.answer, entry.answered_by, entry.answered_at = answer.strip(), by, clock.now()
    entry.full_clean(exclude=["place", "kind", "facility", "asked_by", "answered_by"])
    entry.save()
    audit.record("reach.entry_answered", by=by, thing=entry, place=entry.place, detail={"listed": accepted})
    return entry


def _periods(entry: Entry) -> list:
    try:
        return parse_hours(entry.hours)
    except WrongHours as wrong:
        raise ValidationError({"hours": str(wrong)})
