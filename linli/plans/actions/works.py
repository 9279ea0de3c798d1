"""The yearly livelihood projects, pilots and methods: entered, told about, assessed, taken over."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock
from linli.plans import rules
from linli.plans.models import Adoption, LivelihoodProject, MethodCard, Pilot


@transaction.atomic
def enter_project(*, by, place, **fields) -> LivelihoodProject:
    """Put a project on the area's list of its year; ValidationError when the number is taken."""
    made = LivelihoodProject(place=place, entered_by=by, **fields)
    return _enter(made, by, place, "plans.project_entered", _("这一年的这个序号已经有了。"))


@transaction.atomic
def tell_project(project: LivelihoodProject, *, by, done: int, told: str) -> LivelihoodProject:
    """How far a project is; it is finished once its goal is reached, and open again when less is told."""
    held = (
        LivelihoodProject.objects.select_for_update(of=("self",)).select_related("place").get(pk=project.pk)
    )
    _check(by, held.place)
    held.done, held.told, held.told_on = done, told, clock.today()
    held.finished_on = (held.finished_on or clock.today()) if done >= held.goal else None
    held.full_clean(validate_unique=False)
    held.save()
    held.log.create(done=done, told=told)
    audit.record("plans.project_told", by=by, thing=held, place=held.place, detail={"done": done})
    return held


@transaction.atomic
def begin_pilot(*, by, place, **fields) -> Pilot:
    """Register something that is tried in a place for a time."""
    return _enter(Pilot(place=place, entered_by=by, **fields), by, place, "plans.pilot_begun", "")


@transaction.atomic
def assess_pilot(pilot: Pilot, *, by, result: str, findings: str) -> Pilot:
    """Say what came of a pilot, once; ValidationError when that was said already."""
    held = Pilot.objects.select_for_update(of=("self",)).select_related("place").get(pk=pilot.pk)
    _check(by, held.place)
    if held.closed_on is not None:
        raise ValidationError(_("这项试点已经评估过了。"))
    held.result, held.findings, held.closed_on = result, findings, clock.today()
    held.full_clean()
    held.save()
    audit.record("plans.pilot_assessed", by=by, thing=held, place=held.place, detail={"result": result})
    return held


@transaction.atomic
def publish_method(pilot: Pilot, *, by, **fields) -> MethodCard:
    """Write what worked as a card that others can follow; ValidationError for a pilot that did not work."""
    held = Pilot.objects.select_for_update(of=("self",)).select_related("place").get(pk=pilot.pk)
    if held.result not in (Pilot.Result.WORKED, Pilot.Result.PARTLY):
        raise ValidationError(_("评估为有效或部分有效的试点才能形成经验方法。"))
    made = MethodCard(pilot=held, **fields)
    return _enter(made, by, held.place, "plans.method_published", _("这项试点已经有经验方法了。"))


@transaction.atomic
def adopt_method(card: MethodCard, *, by, place, note: str, adopted_on: date | None = None) -> Adoption:
    """Count a place that took the method over; ValidationError when it is counted already."""
    made = Adoption(card=card, place=place, entered_by=by, note=note, adopted_on=adopted_on or clock.today())
    return _enter(made, by, place, "plans.method_adopted", _("这个地方已经采用了这个方法。"))


def _check(by, place) -> None:
    if not rules.can_assign(by, place):
        raise PermissionDenied


def _enter(made, by, place, act: str, taken: str):
    _check(by, place)
    made.full_clean(validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise ValidationError(taken or _("日期前后不对。")) from None
    audit.record(act, by=by, thing=made, place=place)
    return made
