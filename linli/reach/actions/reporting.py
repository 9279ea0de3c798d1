"""Residents say that an outlet is closed, misplaced or missing; a worker looks and answers once."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.facilities.models import Facility
from linli.kernel import clock
from linli.places.models import Place

from .. import rules
from ..models import Report

MOST_WAITING = 20  # of one outlet (or of what a community misses): more would say nothing new


@transaction.atomic
def report_outlet(
    *, by, kind: str, place: Place | None = None, facility: Facility | None = None, said: str = ""
) -> Report:
    """Put a report on the list of the outlet's community; `by` is None for a visitor.

    ValidationError: the outlet is not public, nothing is told of what is missing, or enough wait already.
    """
    if facility is not None:
        if not Facility.objects.visible_to(by or AnonymousUser()).filter(pk=facility.pk).exists():
            raise PermissionDenied
        place = facility.place
    if place is None:
        raise ValidationError(_("请说明是哪个社区。"))
    Place.objects.select_for_update().get(pk=place.pk)
    if Report.objects.waiting().filter(place=place, facility=facility).count() >= MOST_WAITING:
        raise ValidationError(_("已经有人反映过，社区正在核实。"))
    report = Report(
        facility=facility, place=place, kind=kind, said=said.strip(), reported_by=by, reported_at=clock.now()
    )
    report.full_clean(exclude=["reported_by"])
    report.save()
    return report


@transaction.atomic
def answer_report(report: Report, *, by, was_right: bool, answer: str = "") -> Report:
    """Say what was found on the spot, once; the register itself is then put right by its own acts."""
    report = Report.objects.select_for_update(of=("self",)).select_related("place").get(pk=report.pk)
    if not rules.can_answer(by, report):
        raise PermissionDenied
    if report.answered_at is not None:
        raise ValidationError(_("这条线索已经核实过了。"))
    if not was_right and not answer.strip():
        raise ValidationError({"answer": _("不属实要说明看到的情况。")})
    report.was_right, report.answer = was_right, answer.strip()
    report.answered_by, report.answered_at = by, clock.now()
    report.full_clean(exclude=["facility", "place", "reported_by", "answered_by"])
    report.save()
    audit.record(
        "reach.report_answered", by=by, thing=report, place=report.place, detail={"right": was_right}
    )
    return report
