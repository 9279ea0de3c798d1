"""Months are closed when their figures are settled, and opened again only with a reason."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock
from linli.places.models import Place
from linli.plans import rules
from linli.plans.models import FigureLock, FigureReport
from linli.plans.queries.relations import due_month


@transaction.atomic
def lock_month(place: Place, month: int, *, by) -> FigureLock:
    """Close a month for a place and everything in it; nothing may wait for a decision any more."""
    if not rules.can_lock(by, place):
        raise PermissionDenied
    if month >= due_month(clock.today()):
        raise ValidationError(_("这个月还没有结束，不能锁定。"))
    if FigureReport.objects.waiting().within(place).filter(month=month).exists():
        raise ValidationError(_("还有填报的数等待审核，审核完再锁定。"))
    try:
        with transaction.atomic():
            lock = FigureLock.objects.create(place=place, month=month, locked_by=by)
    except IntegrityError:
        raise ValidationError(_("这个月已经锁定了。")) from None
    audit.record("figures.locked", by=by, thing=lock, place=place)
    return lock


@transaction.atomic
def reopen_month(lock: FigureLock, *, by, reason: str) -> FigureLock:
    """Open a closed month again, saying why; the lock stays in the books with the reason."""
    if not reason.strip():
        raise ValidationError({"reason": _("请写明重开的原因。")})
    lock = FigureLock.objects.select_for_update().select_related("place").get(pk=lock.pk)
    if not rules.can_lock(by, lock.place):
        raise PermissionDenied
    if lock.reopened_at is not None:
        raise ValidationError(_("这个月已经重开了。"))
    lock.reopened_by, lock.reopened_at, lock.reason = by, clock.now(), reason.strip()
    lock.save()
    audit.record("figures.reopened", by=by, thing=lock, place=lock.place, purpose=lock.reason)
    return lock
