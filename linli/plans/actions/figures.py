"""Figures that people report: entered by a post, decided by a second person, then known for good."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli import audit, jobs
from linli.kernel import clock
from linli.measures import Period
from linli.plans import rules
from linli.plans.formula import Months
from linli.plans.formula.values import RANK, STATUSES, VALUE
from linli.plans.models import FigureReport, MeasureTerm, MeasureValue
from linli.plans.models.figures import Source
from linli.plans.queries.checking import Draft, broken_checks
from linli.plans.queries.relations import due_month, months_of
from linli.plans.queries.reporting import lock_on

from .rolling import forget


@transaction.atomic
def report_figure(
    measure: MeasureTerm, *, by, place, period: Period, value=None, reason="", note="", beside=None
):
    """Enter a figure for a place, or the reason why there is none; it counts once it is approved.

    `value` is a Decimal in the measure's unit; `reason` a status of formula.values; `beside` are the other
    drafts of the same sheet, for conditions between figures. ValidationError tells what is wrong with the
    figure, PermissionDenied that the post does not reach the place.
    """
    if not rules.can_report(by, place):
        raise PermissionDenied
    month, span = _time(measure, period)
    refuse_locked(place, months_of(period))
    status = reason or VALUE
    scaled = _scaled(measure, value, reason)
    broken = broken_checks(
        place, months_of(period), {measure.code: Draft(month, span, scaled, status), **(beside or {})}
    )
    if broken:
        raise ValidationError({"value": [check.says for check in broken]})
    try:
        with transaction.atomic():
            report = FigureReport.objects.create(
                measure=measure.code, place=place, month=month, span=span, note=note, entered_by=by,
                value=scaled, status=RANK[status],
            )  # fmt: skip
    except IntegrityError:
        raise ValidationError(_("这个数已经填报，正在等待审核。")) from None
    audit.record("figure.reported", by=by, thing=report, place=place)
    return report


@transaction.atomic
def report_sheet(entries, *, by, place, period: Period) -> list[FigureReport]:
    """Enter several figures of a place at once: all of them or, with every mistake named, none.

    `entries` are (measure, value or None, reason or ""); ValidationError maps measure codes to sentences.
    """
    drafts, wrong = {}, {}
    for measure, value, reason in entries:
        try:
            month, span = _time(measure, period)
            drafts[measure.code] = Draft(month, span, _scaled(measure, value, reason), reason or VALUE)
        except ValidationError as refused:
            wrong[measure.code] = refused.messages
    made = []
    for measure, value, reason in entries:
        if measure.code in wrong:
            continue
        try:
            with transaction.atomic():
                made.append(
                    report_figure(
                        measure, by=by, place=place, period=period, value=value, reason=reason, beside=drafts
                    )
                )
        except ValidationError as refused:
            wrong[measure.code] = refused.messages
    if wrong:
        raise ValidationError(wrong)
    return made


def refuse_locked(place, months):
    lock = lock_on(place, months)
    if lock is not None:
        told = {"place": lock.place.name, "year": lock.month // 12, "month": lock.month % 12 + 1}
        raise ValidationError(
            _("%(place)s %(year)s年%(month)s月的数据已经锁定；要更正，请锁定的单位写明原因重开。") % told
        )


def _time(measure, period):
    months = months_of(period)
    if months.first > due_month(clock.today()):
        raise ValidationError({"period": _("这个时期还没有开始。")})
    if measure.kind in ("stock", "ratio"):
        return months.last, 1
    if measure.kind == "ytd" and len(months) > 1:
        raise ValidationError({"period": _("年内累计数按月填报。")})
    return months.last, len(months)


def _scaled(measure, value, reason):
    if (value is None) == (not reason):
        raise ValidationError({"value": _("请填一个数，或选择没有数的原因。")})
    if reason:
        if reason not in STATUSES[1:]:
            raise ValidationError({"reason": _("不认识的原因。")})
        return None
    scaled = value.scaleb(measure.decimals)
    if scaled != scaled.to_integral_value():
        raise ValidationError({"value": _("最多 %(n)s 位小数。") % {"n": measure.decimals}})
    if scaled < 0:
        raise ValidationError({"value": _("不能是负数。")})
    if scaled >= 10**15:
        raise ValidationError({"value": _("这个数太大，请检查单位。")})
    return int(scaled)


@transaction.atomic
def approve_figure(report: FigureReport, *, by) -> MeasureValue:
    """Accept a reported figure: what was known before is closed, this is known from now on."""
    refuse_locked(report.place, Months(report.month - report.span + 1, report.month))
    report = _decide(report, FigureReport.Decision.APPROVED, by=by)
    now = clock.now()
    key = {
        "measure": report.measure,
        "place": report.place,
        "month": report.month,
        "span": report.span,
        "source": Source.REPORTED,
    }
    MeasureValue.objects.filter(**key, known_to=None).update(known_to=now)
    spans = forget([report.measure], from_month=report.month - report.span + 1, path=report.place.path)
    for first, last in sorted(spans):  # before anybody asks: the places above show the new number at once
        jobs.defer("plans.refill", once=f"plans.refill {first} {last}", first=first, last=last)
    return MeasureValue.objects.create(**key, value=report.value, status=report.status, known_from=now)


@transaction.atomic
def return_figure(report: FigureReport, *, by, reason: str) -> FigureReport:
    """Send a reported figure back, saying why."""
    if not reason.strip():
        raise ValidationError({"reason": _("请写明退回的原因。")})
    return _decide(report, FigureReport.Decision.RETURNED, by=by, reason=reason.strip())


def _decide(report, decision, *, by, reason=""):
    report = FigureReport.objects.select_for_update().select_related("place").get(pk=report.pk)
    if not rules.can_decide(by, report):
        raise PermissionDenied
    if report.decision != FigureReport.Decision.WAITING:
        raise ValidationError(_("这个数已经有人审核过了。"))
    report.decision, report.decided_by, report.decided_at = decision, by, clock.now()
    report.reason = reason
    report.save()
    audit.record(f"figure.{decision}", by=by, thing=report, place=report.place)
    return report
