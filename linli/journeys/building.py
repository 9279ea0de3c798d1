"""A site found by the life circle becomes a task of the plan: what it serves, which indicators it lifts."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.plans import actions
from linli.plans.models import Task
from linli.reach import rules
from linli.reach.catalogue import sited_in
from linli.reach.models import Run, Scenario

from .lifting import Lift, lifts_of


def words_of(scenario: Scenario, lifts: list[Lift]) -> str:
    """“在 2 处建养老：新增服务 1,240 人；I-XA-18 提高 1.3 个百分点”: people in tens, a few are not told."""
    titles = {row["key"]: row["title"] for row in sited_in(scenario.run.parameters)}
    spots = "；".join(_spot(scenario, number) for number in range(len(scenario.sites)))
    served = _served(scenario, titles)
    told = {"n": len(scenario.sites), "function": "、".join(titles[key] for key in scenario.keys)}
    head = _("在 %(n)s 处补“%(function)s”") % told
    return "。".join(
        [
            f"{head}：{served}",
            *(lift.words for lift in lifts),
            _("点位（WGS 84）：%(spots)s") % {"spots": spots},
        ]
    )


def _spot(scenario: Scenario, number: int) -> str:
    """Where one site is, with the name of the rooms or the ground if it has one."""
    lon, lat = scenario.sites[number]
    chosen = scenario.outcome.get("chosen") or []
    name = chosen[number]["name"] if number < len(chosen) else ""
    return f"{name}（{lon:.5f}, {lat:.5f}）" if name else f"{lon:.5f}, {lat:.5f}"


def _served(scenario: Scenario, titles: dict[str, str]) -> str:
    """Whom the sites serve anew; in a house of several, each function's own people."""
    several = scenario.outcome.get("by_function") or {}
    if len(several) > 1:
        told = [
            (titles[key], rules.rounded(after - before)) for key, (_all, before, after) in several.items()
        ]
        each = [
            _("%(function)s %(n)s 人") % {"function": title, "n": _("不足 10") if n is None else f"{n:,}"}
            for title, n in told
        ]
        return _("新增服务 %(each)s") % {"each": "、".join(each)}
    gained = rules.rounded(scenario.outcome["after"] - scenario.outcome["before"])
    return _("新增服务不足 10 人") if gained is None else _("新增服务 %(n)s 人") % {"n": f"{gained:,}"}


@transaction.atomic
def build_here(scenario: Scenario, *, by, task: Task, units, due_on) -> list:
    """Give the scenario out as parts of a task of the plan; once. ValidationError: it has no outcome yet."""
    scenario = (
        Scenario.objects.select_for_update(of=("self",)).select_related("run__place").get(pk=scenario.pk)
    )
    if not rules.can_plan(by, scenario.run.place):
        raise PermissionDenied
    if scenario.state != "done" or not scenario.sites or scenario.run.state != Run.State.DONE:
        raise ValidationError(_("方案还没有结果，不能变成任务。"))
    if scenario.cases.exists():
        raise ValidationError(_("这个方案已经变成任务了。"))
    made = actions.share_task(
        task, by=by, units=units, part=words_of(scenario, lifts_of(scenario)), due_on=due_on
    )
    scenario.cases.set([share.case for share in made])
    audit.record("reach.scenario_given_out", by=by, thing=scenario, place=scenario.run.place)
    return made
