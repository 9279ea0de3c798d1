"""Upgrade projects: a gap that the standards show is written down, and closed step by step."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock
from linli.places.models import Place

from .. import rules
from ..facts import facts_of_communities
from ..gaps import finding, fits
from ..models import Facility, UpgradeEvent, UpgradeProject, Way
from ..standards import standards_at
from ..states import UPGRADE_STEPS, State, UpgradeState
from .recording import check_day, facts_of, locked, written

STANDING = (State.BUILT, State.ACCEPTED, State.OPEN, State.SUSPENDED)


class MovedOn(Exception):
    """Somebody was faster: the project is no longer in a state from which the step leads."""

    def __init__(self, project: UpgradeProject):
        super().__init__(_("这个项目现在是“%s”，不能做这一步。") % project.get_state_display())
        self.project = project


@transaction.atomic
def find_gap(place: Place, standard: str, *, by, note: str = "") -> UpgradeProject:
    """Write down the gap of a community to a standard as it is today.

    ValidationError: the community reaches the standard, not enough is known to say, or a project for it
    is under way. The gap, the standard's name and its clause stay as they are today.
    """
    if not rules.can_add(by, place):
        raise PermissionDenied
    place = Place.objects.select_for_update().get(pk=place.pk)  # the queue of numbers of this community
    pack = standards_at(place)
    line = next((one for one in pack.standards if one.code == standard), None)
    if line is None or line.where not in ("all", "urban" if place.is_urban else "rural"):
        raise ValidationError({"standard": _("这个社区不适用这条标准。")})
    found = finding(line, facts_of_communities(Place.objects.filter(pk=place.pk), clock.today())[place.pk])
    if found.met is None:
        raise ValidationError({"standard": _("资料不全，还不知道缺多少：%s。") % "、".join(found.lacks)})
    if not found.gap_m2:
        raise ValidationError({"standard": _("对照这条标准没有面积缺口。")})
    if place.upgrade_projects.filter(standard=standard).exclude(state__in=CLOSED).exists():
        raise ValidationError({"standard": _("这条缺口已经有项目在办。")})
    project = UpgradeProject(
        code=_free_code(place), place=place, state=UpgradeState.FOUND, standard=line.code,
        standard_name=line.name, clause=line.clause, gap_m2=found.gap_m2, found_on=clock.today(),
    )  # fmt: skip
    return _written(project, "find", by=by, on=clock.today(), note=note)


CLOSED = (UpgradeState.ACCEPTED, UpgradeState.DROPPED)


def _free_code(place: Place) -> str:
    prefix = f"{place.code}U"
    taken = UpgradeProject.objects.filter(code__startswith=prefix).values_list("code", flat=True)
    return f"{prefix}{max((int(code[len(prefix) :]) for code in taken), default=0) + 1:03}"


@transaction.atomic
def take_upgrade_step(
    project: UpgradeProject, step: str, *, by, on: date, note: str = "", **facts
) -> UpgradeProject:
    """Take a step of the table as of the day `on`, with what that step has to say.

    MovedOn: the project is elsewhere by now. ValidationError: by field what is missing or contradicts.
    """
    project = _locked(project)
    row = UPGRADE_STEPS[step]
    if not by.may(row.permission, at=project.place):
        raise PermissionDenied
    if project.state not in row.from_states:
        raise MovedOn(project)
    check_day(on)
    if (last := project.events.order_by("-on").first()) and on < last.on:
        raise ValidationError({"on": _("早于上一步的日期 %s。") % last.on})
    if row.asks_why and not note.strip():
        raise ValidationError({"note": _("请写明原因。")})
    EFFECTS.get(step, _nothing)(project, on, by, **facts)
    project.state = row.to_state
    return _written(project, step, by=by, on=on, note=note)


def _locked(project: UpgradeProject) -> UpgradeProject:
    return (
        UpgradeProject.objects.select_for_update(of=("self",))
        .select_related("place", "facility")
        .get(pk=project.pk)
    )


def _nothing(project: UpgradeProject, on: date, by) -> None:
    """Ending a project changes the state alone."""


def _choose(
    project: UpgradeProject, on: date, by, *, way: str, area_m2: Decimal, budget_yuan: Decimal | None = None
) -> None:
    figure = next((s.figure for s in standards_at(project.place).standards if s.code == project.standard), "")
    if way not in Way.values or (figure and not fits(way, figure)):
        raise ValidationError({"way": _("这种方式补不上这条缺口。")})
    if area_m2 <= 0:
        raise ValidationError({"area_m2": _("面积应大于 0。")})
    project.way, project.area_m2, project.budget_yuan = way, area_m2, budget_yuan


def _fund(
    project: UpgradeProject, on: date, by, *, funded_yuan: Decimal, fund_source: str,
    match_yuan: Decimal | None = None, programme: str = "",
) -> None:  # fmt: skip
    if match_yuan is not None and match_yuan > funded_yuan:
        raise ValidationError({"match_yuan": _("上级配套不能多于落实的资金。")})
    project.funded_yuan, project.fund_source, project.funded_on = funded_yuan, fund_source.strip(), on
    project.match_yuan, project.programme = match_yuan, programme.strip()


def _begin(project: UpgradeProject, on: date, by, *, due_on: date | None = None) -> None:
    if due_on is not None and due_on < on:
        raise ValidationError({"due_on": _("计划完工早于开工。")})
    project.begun_on, project.due_on = on, due_on


def _accept(project: UpgradeProject, on: date, by, *, facility: Facility, accepted_m2: Decimal) -> None:
    """What was accepted stands in the register: an extension enlarges its facility, else it is there already."""
    facility = locked(facility)
    if facility.place_id != project.place_id or facility.state not in STANDING:
        raise ValidationError({"facility": _("请填本社区已建成或在用的设施编号；新的设施请先登记。")})
    if accepted_m2 <= 0:
        raise ValidationError({"accepted_m2": _("面积应大于 0。")})
    if project.way == Way.EXTEND:
        if facility.area_m2 is None:
            raise ValidationError({"facility": _("这处设施的建筑面积还没有填，请先补上原来的面积。")})
        before = facts_of(facility, ("area_m2",))
        facility.area_m2 += accepted_m2
        written(facility, "upgrade", by=by, before=before, note=project.code)
    project.facility, project.accepted_on, project.accepted_m2 = facility, on, accepted_m2


EFFECTS: dict[str, Callable] = {"choose": _choose, "fund": _fund, "begin": _begin, "accept": _accept}


def _written(project: UpgradeProject, act: str, *, by, on: date, note: str) -> UpgradeProject:
    project.full_clean(exclude=["place", "facility"])
    project.save()
    UpgradeEvent.objects.create(project=project, act=act, on=on, note=note.strip(), by=by, at=clock.now())
    audit.record(f"upgrade.{act}", by=by, thing=project, place=project.place, detail={"state": project.state})
    return project
