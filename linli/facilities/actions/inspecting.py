"""Looking at the quality of a facility: scored point by point, and what is to be put right."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli.files.models import StoredFile

from .. import rules
from ..models import Facility, Inspection
from ..standards import standards_at
from .furnishing import add_photo
from .recording import check_day, locked, written


@transaction.atomic
def inspect(
    facility: Facility,
    *,
    by,
    on: date,
    scores: dict[str, int],
    to_fix: str = "",
    photo: StoredFile | None = None,
) -> Inspection:
    """Score a facility on every point of the standards that hold there, 1 to 5; with a picture of what was found.

    ValidationError: a point is missing or none of the standards', or a point of 1 or 2 without what is to be
    put right.
    """
    facility = locked(facility)
    if not rules.can_approve(by, facility):
        raise PermissionDenied
    check_day(on)
    standards = standards_at(facility.place)
    points = {line.code: line.name for line in standards.points_for(outlet=facility.kind.outlet)}
    if scores.keys() != points.keys() or not all(1 <= score <= 5 for score in scores.values()):
        raise ValidationError(_("每一项都要打分，1 到 5 分。"))
    low = [points[code] for code, score in scores.items() if score <= 2]
    if low and not to_fix.strip():
        raise ValidationError({"to_fix": _("“%s”得分低，请写明要整改什么。") % "、".join(low)})
    made = Inspection.objects.create(facility=facility, on=on, scores=scores, to_fix=to_fix.strip(), by=by)
    if photo is not None:
        add_photo(facility, by=by, file=photo, caption=_("检查时拍摄"), inspection=made)
    written(facility, "inspect", by=by, note=to_fix.strip()[:300])
    return made


@transaction.atomic
def fix(facility: Facility, *, by, on: date) -> Inspection:
    """What the last inspection asked for is put right."""
    facility = locked(facility)
    if not rules.can_edit(by, facility):
        raise PermissionDenied
    check_day(on)
    open_ = facility.inspections.select_for_update().exclude(to_fix="").filter(fixed_on=None).first()
    if open_ is None:
        raise ValidationError(_("没有待整改的检查。"))
    if on < open_.on:
        raise ValidationError({"on": _("整改不早于检查。")})
    open_.fixed_on = on
    open_.save(update_fields=["fixed_on"])
    written(facility, "fix", by=by, note=open_.to_fix[:300])
    return open_
