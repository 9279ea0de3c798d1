"""Housing projects: entered with what they owe, followed through the four gates, flagged when late or short."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit

from .. import rules
from ..gaps import required_area
from ..models import Facility, Gate, GateName, HousingProject
from ..standards import standards_at
from .recording import check_day

ORDER = tuple(GateName)


@transaction.atomic
def register_project(*, by, place, code: str, name: str, **facts) -> HousingProject:
    """Enter a project; what it owes is computed by the standards of today and stays as promised."""
    if not rules.can_approve_at(by, place):
        raise PermissionDenied
    duty = standards_at(place).new_housing
    if duty is None:
        raise ValidationError(_("本地的设施标准没有规定新建住宅的配建面积。"))
    project = HousingProject(place=place, code=code, name=name, **facts)
    project.required_m2 = required_area(
        duty, households=project.households, floor_area_m2=project.floor_area_m2
    )
    project.required_by = duty.clause
    project.full_clean()
    project.save()
    audit.record("housing.register", by=by, thing=project, place=place)
    return project


@transaction.atomic
def pass_gate(
    project: HousingProject, gate: str, *, by, housing_on: date, premises_on: date | None = None
) -> Gate:
    """Write the day the housing passed a gate and the day its premises did; a day may be put right later."""
    project = _locked(project, by)
    for day in filter(None, (housing_on, premises_on)):
        check_day(day, field="housing_on")
    passed = {row.name: row for row in project.gates.all()}
    before = ORDER[: ORDER.index(GateName(gate))]
    if missing := [one.label for one in before if one not in passed]:
        raise ValidationError(_("前面的节点还没有登记：%s。") % missing[0])
    if late := [one.label for one in before if passed[one].housing_on > housing_on]:
        raise ValidationError({"housing_on": _("早于前面的节点：%s。") % late[0]})
    row, _made = Gate.objects.update_or_create(
        project=project, name=gate, defaults={"housing_on": housing_on, "premises_on": premises_on}
    )
    audit.record(
        "housing.gate", by=by, thing=project, place=project.place,
        detail={"gate": str(gate), "together": row.is_together},
    )  # fmt: skip
    return row


@transaction.atomic
def record_delivery(
    project: HousingProject, *, by, delivered_m2: Decimal, commerce_m2: Decimal | None = None,
    facility: Facility | None = None,
) -> HousingProject:  # fmt: skip
    """Write how much service area (and commerce) really came, and which facility it became."""
    project = _locked(project, by)
    if not project.gates.filter(name=GateName.HAND_OVER).exists():
        raise ValidationError(_("住宅还没有交付。"))
    project.delivered_m2, project.commerce_m2, project.facility = delivered_m2, commerce_m2, facility
    project.full_clean()
    project.save()
    audit.record(
        "housing.deliver", by=by, thing=project, place=project.place, detail={"short": project.is_short}
    )
    return project


def _locked(project: HousingProject, by) -> HousingProject:
    found = HousingProject.objects.select_for_update(of=("self",)).select_related("place").get(pk=project.pk)
    if not rules.can_approve_at(by, found.place):
        raise PermissionDenied
    return found


def flags_of(project: HousingProject) -> list[str]:
    """What is wrong with a project as it stands: gates passed without its premises, area short."""
    flags = [
        _("%s：配套用房晚于住宅") % gate.get_name_display()
        for gate in project.gates.all()
        if not gate.is_together
    ]
    if project.is_short:
        flags.append(_("少交付 %s ㎡") % (project.required_m2 - project.delivered_m2))
    return flags
