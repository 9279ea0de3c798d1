"""Changes of the register: entries, their use, corrections."""

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.calendar.queries import due_after
from linli.kernel import clock
from linli.ui.straight import read

from . import rules
from .models import Correction, Entry, Use
from .owners import owners

CORRECTION_WORKDAYS = 10  # 政务数据共享条例: national law, the same everywhere, hence no pack


@transaction.atomic
def register_entry(*, by, code: str, **stated) -> Entry:
    """Enter a way of exchange, or restate it under its code; `by` None is the installation itself."""
    if by is not None and not rules.can_register(by):
        raise PermissionDenied
    entry = Entry.objects.select_for_update().filter(code=code).first() or Entry(code=code)
    for field, value in stated.items():
        setattr(entry, field, value)
    entry.full_clean()
    entry.save()
    return entry


def require_registered(code: str) -> Entry:
    """The entry that holds today; PermissionDenied when there is none. For acts outside a transaction."""
    entry = Entry.objects.current().filter(code=code).first()
    if entry is None:
        raise PermissionDenied(_("“%s”没有登记或已过期，不能交换数据。") % code)
    return entry


@transaction.atomic
def log_use(code: str, act: str, *, by, row_count: int, purpose: str = "") -> Use:
    """Write that the entry was used; stands in the transaction of the use. Nothing unregistered is used."""
    entry = require_registered(code)
    return Use.objects.create(
        entry=entry, act=act, by=by, row_count=row_count, purpose=purpose, at=clock.now()
    )


_COUNT = """
    INSERT INTO exchange_dailyuse AS d (entry_id, act, "on", use_count, row_count, last_at)
    SELECT id, %(act)s::text, %(on)s::date, 1, %(rows)s::bigint, %(at)s::timestamptz FROM exchange_entry
    WHERE code = %(code)s::text AND valid_from <= %(on)s::date
        AND (valid_to IS NULL OR valid_to >= %(on)s::date)
    ON CONFLICT (entry_id, act, "on") DO UPDATE SET use_count = d.use_count + 1,
        row_count = d.row_count + excluded.row_count, last_at = greatest(d.last_at, excluded.last_at)
    RETURNING id
"""


def count_use(code: str, act: str, *, row_count: int) -> None:
    """Count one use of a feed that many ask all day: a row for each entry, act and day instead of one for each use.

    PermissionDenied where the entry has ended, and in production where there is none: nothing unregistered is
    given out. A development database has no entries before its packs are installed; nothing is counted there.
    """
    moment = clock.now()
    told = {"code": code, "act": act, "rows": row_count, "at": moment, "on": clock.today()}
    counted = bool(read(_COUNT, told))
    if not counted and (settings.PRODUCTION or Entry.objects.filter(code=code).exists()):
        require_registered(code)


@transaction.atomic
def report_error(entry: Entry, *, by, subject: str, field: str, stated: str, proposed: str) -> Correction:
    """Somebody says a fact is wrong; an answer is due in ten working days."""
    moment = clock.now()
    correction = Correction(
        entry=entry,
        subject=subject,
        field=field,
        stated=stated,
        proposed=proposed,
        by=by,
        opened_at=moment,
        term_workdays=CORRECTION_WORKDAYS,
        due_at=due_after(moment, CORRECTION_WORKDAYS),
    )
    correction.full_clean()
    correction.save()
    return correction


@transaction.atomic
def answer_correction(correction: Correction, *, by, outcome: str, answer: str) -> Correction:
    """Answer a report, once; ValidationError when somebody answered before.

    “Corrected” puts the fact itself right where an app of ours owns it, in the same transaction; a fact that a
    partner owns is passed on.
    """
    correction = (
        Correction.objects.select_for_update(of=("self",)).select_related("entry").get(pk=correction.pk)
    )
    if not rules.can_answer(by, correction):
        raise PermissionDenied
    if correction.answered_at is not None:
        raise ValidationError(_("这条更正已经答复过了。"))
    correction.outcome, correction.answer = outcome, answer
    correction.answered_by, correction.answered_at = by, clock.now()
    correction.full_clean()
    if outcome == Correction.Outcome.CORRECTED:
        _put_right(correction, by=by)
    correction.save()
    audit.record("exchange.answer_correction", by=by, thing=correction, detail={"outcome": outcome})
    return correction


def _put_right(correction: Correction, *, by) -> None:
    correct = owners.get(correction.entry.code)
    if correct is None:
        raise ValidationError(
            {"outcome": _("这项数据由“%s”提供，请选择“已转数据提供部门”。") % correction.entry.owner}
        )
    correct(correction.subject, correction.field, correction.proposed, by=by)


@transaction.atomic
def hand_over(entry: Entry, *, by) -> list[Correction]:
    """The reports about an entry that wait to go to the owner of the fact, now marked as gone; logged as a use."""
    waiting = list(
        Correction.objects.to_answer_by(by).to_hand_over().filter(entry=entry).select_for_update(of=("self",))
    )
    if waiting:
        Correction.objects.filter(pk__in=[one.pk for one in waiting]).update(handed_over_at=clock.now())
        log_use(entry.code, "exported", by=by, row_count=len(waiting), purpose=_("数据更正转提供部门"))
        audit.record("exchange.hand_over", by=by, thing=entry, detail={"rows": len(waiting)})
    return waiting
