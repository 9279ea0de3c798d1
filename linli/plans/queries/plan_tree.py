"""Plans above and below: which lower target stands under which upper one, and whether it holds up in value and date."""

from dataclasses import dataclass
from decimal import Decimal

from linli.places.models import Place
from linli.plans.formula import ir
from linli.plans.formula.shortfalls import is_additive
from linli.plans.models import Indicator, Plan, Target

LOOSER, LATER, RIGHT = "looser", "later", "right"


@dataclass(frozen=True)
class LowerTarget:
    """The last target of an indicator in a plan below, and how it stands to the one above."""

    plan: Plan
    indicator: Indicator
    target: Target
    verdict: str


@dataclass(frozen=True)
class Linked:
    """An indicator with what plans below want of the same formula; of a total, what they add up to."""

    indicator: Indicator
    target: Target
    lower: tuple[LowerTarget, ...]
    total: Decimal | None  # None where the targets do not add up

    @property
    def less(self) -> Decimal | None:
        """How much the sum of the targets below is short of the one above; None when it is enough, or no sum."""
        if self.total is None or self.total >= self.target.low:
            return None
        return self.target.low - self.total


@dataclass(frozen=True)
class PlanTree:
    """A plan with the one above it, those right below it, and how their targets meet."""

    plan: Plan
    upper: Plan | None
    lower: tuple[Plan, ...]
    links: tuple[Linked, ...]  # of this plan with those below
    up: tuple[Linked, ...]  # of the plan above with this one


def plan_tree(plan: Plan) -> PlanTree:
    """The plan among the standing ones of the same years; four queries, whatever their number."""
    plans = list(Plan.objects.standing().filter(valid_to__gte=plan.valid_from, valid_from__lte=plan.valid_to))
    paths = dict(Place.objects.filter(code__in={one.area for one in plans}).values_list("code", "path"))
    upper = _upper(plan, plans, paths)
    lower = tuple(one for one in plans if _upper(one, plans, paths) == plan)
    wanted = _targets([plan, *lower, *([upper] if upper else [])])
    return PlanTree(
        plan, upper, lower, _links(plan, lower, wanted), _links(upper, (plan,), wanted) if upper else ()
    )


def _upper(plan, plans, paths) -> Plan | None:
    """The standing plan of the nearest area that holds this one's."""
    own = paths.get(plan.area, "")
    above = [one for one in plans if (path := paths.get(one.area)) and own.startswith(path) and path != own]
    return max(above, key=lambda one: (len(paths[one.area]), one.valid_to, one.code), default=None)


def _targets(plans) -> dict[int, dict[tuple[str, str], tuple[Indicator, Target]]]:
    """Plan → (formula, direction) → the indicator with its last target."""
    rows = (
        Indicator.objects.filter(plan__in=plans, retired_on=None)
        .exclude(digest="")
        .prefetch_related("targets")
    )
    found: dict[int, dict] = {plan.pk: {} for plan in plans}
    for one in rows:
        last = max(one.targets.all(), key=lambda target: target.by, default=None)
        if last is not None:
            found[one.plan_id].setdefault((one.digest, one.direction), (one, last))
    return found


def _links(upper, lower, wanted) -> tuple[Linked, ...]:
    links = []
    for key, (indicator, target) in wanted[upper.pk].items():
        mine = [(plan, *wanted[plan.pk][key]) for plan in lower if key in wanted[plan.pk]]
        adds = indicator.direction == "at_least" and is_additive(ir.from_json(indicator.expression))
        told = tuple(
            LowerTarget(plan, one, theirs, _verdict(indicator.direction, target, theirs, adds=adds))
            for plan, one, theirs in mine
        )
        total = sum((one.target.low for one in told), Decimal(0)) if adds and told else None
        links.append(Linked(indicator, target, told, total))
    return tuple(sorted(links, key=lambda link: (not link.lower, link.indicator.order)))


def _verdict(direction, above: Target, below: Target, *, adds: bool) -> str:
    """A total is a part of the one above: its value alone says nothing. A date may never be later."""
    if below.by > above.by:
        return LATER
    looser = {
        "at_least": below.low < above.low, "at_most": below.high > above.high,
        "range": below.low < above.low or below.high > above.high,
    }.get(direction, below.low != above.low)  # fmt: skip
    return LOOSER if looser and not adds else RIGHT
