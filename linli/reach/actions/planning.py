"""Circles set by hand, and scenarios: drawn on the map or found by a siting run."""

import time

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.jobs.queue import defer
from linli.kernel import clock
from linli.places.models import Place
from linli_compute.errors import InputError

from .. import rules
from ..catalogue import house_in, sited_in
from ..effects import effect_of
from ..models import CircleRule, Run, Scenario
from ..queries.options import options_of
from ..siting import Wish, find_sites, wish_of


@transaction.atomic
def set_circle(
    place: Place, *, by, radius_m: int, reason: str, lon: float | None = None, lat: float | None = None
) -> CircleRule:
    """Give a community another radius (and middle) than the plan's 1.2 km, with the reason.

    The next run uses it; runs that are there keep theirs.
    """
    if not rules.can_plan(by, place):
        raise PermissionDenied
    rule = CircleRule.objects.select_for_update().filter(place=place).first() or CircleRule(place=place)
    rule.radius_m, rule.reason, rule.lon, rule.lat = radius_m, reason.strip(), lon, lat
    rule.decided_by, rule.decided_at = by, clock.now()
    rule.full_clean(exclude=["place", "decided_by"], validate_unique=False)
    rule.save()
    audit.record("reach.circle_set", by=by, thing=rule, place=place, purpose=rule.reason)
    return rule


@transaction.atomic
def save_scenario(run: Run, *, by, title: str, function: str, group: str, sites: list) -> Scenario:
    """Keep sites drawn by hand with what they change; ValidationError tells what is wrong with them."""
    _check(run, by)
    try:
        effect = effect_of(run, function, group, [tuple(spot) for spot in sites])
    except InputError as wrong:
        raise ValidationError(str(wrong))
    return _kept(
        Scenario(
            run=run, title=title.strip(), function=function, group=group, method=Scenario.Method.BY_HAND,
            sites=[list(spot) for spot in sites], outcome=effect.told(),
        ),
        by,
    )  # fmt: skip


@transaction.atomic
def ask_siting(run: Run, *, by, title: str, wish: Wish) -> Scenario:
    """Queue a siting run. ValidationError: what is asked cannot be asked of this run."""
    _check(run, by)
    _check_wish(run, wish)
    scenario = Scenario(
        run=run, title=title.strip(), function=wish.functions[0], functions=list(wish.functions),
        group=wish.group, method=wish.method, asked=wish.told(),
    )  # fmt: skip
    scenario = _kept(scenario, by)
    defer("reach.site", scenario_id=scenario.pk)
    return scenario


def _check_wish(run: Run, wish: Wish) -> None:
    known = {row["key"] for row in sited_in(run.parameters)}
    if (
        not wish.functions
        or not set(wish.functions) <= known
        or len(set(wish.functions)) < len(wish.functions)
    ):
        raise ValidationError(_("请至少选一项这次研究里有的功能。"))
    if wish.method == Scenario.Method.WALK and (wish.by_places or wish.floor is not None):
        raise ValidationError(_("“总步行时间最短”不能同时要求容量或每个社区的下限。"))
    if wish.house:
        _check_house(run, wish)


def _check_house(run: Run, wish: Wish) -> None:
    house = house_in(run.parameters)
    if house is None:
        raise ValidationError(_("这次研究还没有综合体的规则，请先重新做一次研究。"))
    core = set(house["core"]) & set(wish.functions)
    if len(wish.functions) < house["least_functions"] or len(core) < house["least_core"]:
        names = "、".join(row["title"] for row in house["services"] if row["key"] in house["core"])
        raise ValidationError(
            _("综合体至少要 %(n)s 项功能，其中%(names)s至少 %(m)s 项。")
            % {"n": house["least_functions"], "names": names, "m": house["least_core"]}
        )


def compute_scenario(scenario_id: int) -> Scenario:
    """Find the sites of a waiting scenario; one that cannot be answered says why.

    Not one transaction: whoever waits sees how far it is. Computed twice it says the same, and is kept once.
    """
    scenario = Scenario.objects.select_related("run__place").defer("run__inputs").get(pk=scenario_id)
    if scenario.state != "waiting":
        return scenario
    wish = wish_of(scenario)
    try:
        found = find_sites(
            scenario.run, wish, options_of(scenario.run, wish), tell=_listener(scenario.pk, wish.seconds)
        )
    except InputError as wrong:
        return _settled(scenario.pk, trouble=str(wrong)[:300])
    sites = [[option.lon, option.lat] for option in found.chosen]
    return _settled(scenario.pk, sites=sites, outcome=found.told())


@transaction.atomic
def _settled(scenario_id: int, **facts) -> Scenario:
    scenario = Scenario.objects.select_for_update(of=("self",)).select_related("run").get(pk=scenario_id)
    if scenario.state != "waiting":
        return scenario
    scenario.progress = None
    for name, value in facts.items():
        setattr(scenario, name, value)
    scenario.save(update_fields=["progress", *facts])
    return scenario


def _listener(scenario_id: int, seconds: int):
    """Writes value and bound down about once a second; True once somebody said enough, or time is over."""
    started = last = time.monotonic()

    def tell(value: float, bound: float) -> bool:
        nonlocal last
        now = time.monotonic()
        if now - last < 1.0:
            return False
        last = now
        told = {"value": _number(value), "bound": _number(bound), "seconds": round(now - started)}
        waiting = Scenario.objects.filter(pk=scenario_id)
        waiting.update(progress=told)
        return now - started > seconds or waiting.filter(enough=True).exists()

    return tell


def _number(value: float) -> float | None:
    return round(value, 1) if abs(value) < 1e15 else None


@transaction.atomic
def take_the_best_so_far(scenario: Scenario, *, by) -> Scenario:
    """Tell a siting run that is under way to stop: its best sites so far count, with their bound."""
    found = Scenario.objects.select_for_update(of=("self",)).select_related("run__place")
    scenario = found.get(pk=scenario.pk)
    if not rules.can_plan(by, scenario.run.place):
        raise PermissionDenied
    if scenario.state == "waiting" and not scenario.enough:
        scenario.enough = True
        scenario.save(update_fields=["enough"])
        audit.record("reach.siting_stopped", by=by, thing=scenario, place=scenario.run.place)
    return scenario


def _check(run: Run, by) -> None:
    if not rules.can_plan(by, run.place):
        raise PermissionDenied
    if run.state != Run.State.DONE:
        raise ValidationError(_("这次研究还没有算完。"))


def _kept(scenario: Scenario, by) -> Scenario:
    scenario.made_by, scenario.made_at = by, clock.now()
    scenario.full_clean(exclude=["run", "made_by", "outcome", "asked", "sites", "functions", "progress"])
    scenario.save()
    audit.record("reach.scenario_made", by=by, thing=scenario, place=scenario.run.place)
    return scenario
