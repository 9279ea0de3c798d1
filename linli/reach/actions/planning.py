"""Circles set by hand, and scenarios: drawn on the map or found by a siting run."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.jobs.queue import defer
from linli.kernel import clock
from linli.places.models import Place
from linli_compute.errors import InputError

from .. import rules
from ..effects import effect_of, site
from ..models import CircleRule, Run, Scenario


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
def ask_siting(
    run: Run,
    *,
    by,
    title: str,
    function: str,
    group: str,
    count: int | None = None,
    percent: int | None = None,
    floor: int | None = None,
) -> Scenario:
    """Queue a siting run: most people with `count` sites, or `percent` of them with the fewest sites.

    `floor`: per cent of each community's people to be within the band in the end.
    """
    _check(run, by)
    if (count is None) == (percent is None):
        raise ValidationError(_("请填新建几处，或者目标覆盖率，只填一项。"))
    method = Scenario.Method.MOST if percent is None else Scenario.Method.CHEAPEST
    asked = {"count": count} if percent is None else {"percent": percent}
    if floor is not None:
        asked["floor"] = floor
    scenario = _kept(
        Scenario(run=run, title=title.strip(), function=function, group=group, method=method, asked=asked), by
    )
    defer("reach.site", scenario_id=scenario.pk)
    return scenario


@transaction.atomic
def compute_scenario(scenario_id: int) -> Scenario:
    """Find the sites of a waiting scenario; one that cannot be answered says why."""
    scenario = Scenario.objects.select_for_update(of=("self",)).select_related("run").get(pk=scenario_id)
    if scenario.state != "waiting":
        return scenario
    asked = scenario.asked
    shares = {
        name: asked[given] / 100
        for name, given in (("share", "percent"), ("floor", "floor"))
        if asked.get(given) is not None
    }
    try:
        spots, effect = site(
            scenario.run, scenario.function, scenario.group, count=asked.get("count"), **shares
        )
    except InputError as wrong:
        scenario.trouble = str(wrong)[:300]
    else:
        scenario.sites, scenario.outcome = [list(spot) for spot in spots], effect.told()
    scenario.save(update_fields=["sites", "outcome", "trouble"])
    return scenario


def _check(run: Run, by) -> None:
    if not rules.can_plan(by, run.place):
        raise PermissionDenied
    if run.state != Run.State.DONE:
        raise ValidationError(_("这次研究还没有算完。"))


def _kept(scenario: Scenario, by) -> Scenario:
    scenario.made_by, scenario.made_at = by, clock.now()
    scenario.full_clean(exclude=["run", "made_by", "outcome", "asked", "sites"])
    scenario.save()
    audit.record("reach.scenario_made", by=by, thing=scenario, place=scenario.run.place)
    return scenario
