"""走访 of ordinary households: planned by building or grid, made, left alone where they wish it (XZ-049)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.cases.actions import assign as give_to
from linli.cases.actions import open_case, refer, take_step
from linli.cases.actors import account_of
from linli.cases.models import Case
from linli.cases.steps import TermUnit
from linli.kernel import clock
from linli.people.models import Household

from .. import rules
from ..models import HouseholdVisit, UnwillingHousehold
from ..queries import rules_at, unit_of
from ..walks import unvisited_at

MOST_AT_ONCE = 500  # households of one plan: a building or a grid, not a city


@transaction.atomic
def plan_walks(place, *, by, visitor) -> int:
    """A visit for each household at the place that nobody came by at for the months of the rules; how many were new.

    Run twice, or by two at once, nothing stands double. PermissionDenied; ValidationError: the visitor has no post
    there, or it is too much for one plan.
    """
    if not by.may(rules.PLAN, at=place):
        raise PermissionDenied
    if not visitor.may(rules.VISIT, at=place):
        raise ValidationError({"visitor": _("这位工作人员没有在当地探访的岗位。")})
    line = rules_at(place).rules.households
    keys = list(unvisited_at(place, months=line.months).values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if len(keys) > MOST_AT_ONCE:
        raise ValidationError(
            _("一次最多安排 %(most)s 户，请按网格或者楼栋分开安排。") % {"most": MOST_AT_ONCE}
        )
    made = sum(_open(key, by=by, visitor=visitor, days=line.days)[1] for key in keys)
    audit.record("care.plan_walks", by=by, thing=place, place=place, detail={"count": made})
    return made


@transaction.atomic
def start_walk(household: Household, *, by) -> Case:
    """Whoever stands at the door: the visit that waits there, or one opened now. PermissionDenied."""
    if not by.may(rules.VISIT, at=household.place):
        raise PermissionDenied
    days = rules_at(household.place).rules.households.days
    case, _new = _open(household.pk, by=by, visitor=by, days=days)
    if case.assignee_id != by.pk:
        case = take_step(case, "assign", by=by, assignee=by)
    return case


def _open(key, *, by, visitor, days: int) -> tuple[Case, bool]:
    """The visit that waits at a household, made if none does; the lock keeps two at once from making two."""
    household = Household.objects.select_for_update(of=("self",)).select_related("place").get(pk=key)
    waiting = household.visits.filter(settled_at=None).select_related("case__place").first()
    if waiting is not None:
        return waiting.case, False
    case = open_case(
        kind="homevisit",
        title=_("走访 %(place)s%(room)s") % {"place": household.place.name, "room": household.room},
        place=household.place,
        reporter=None,
        unit=unit_of(household.place),
        assignee=visitor,
        term=days,
        term_unit=TermUnit.DAYS,
        by=by,
    )
    HouseholdVisit.objects.create(case=case, household=household)
    return case, True


def record(case, *, by, tone, words="", needs=()) -> None:
    """Effect: somebody was at home; what is wished for goes on as a case of its own."""
    visit = case.homevisit
    visit.tone, visit.words, visit.recorded_by = tone, words, account_of(by)
    visit.happened_at = visit.settled_at = clock.now()
    visit.save()
    UnwillingHousehold.objects.filter(household=visit.household).delete()
    for kind, text in needs:
        refer(case, to_kind=kind, by=by, text=text)


def decline(case, *, by) -> None:
    """Effect: the household does not want it; nobody is sent there again until it says otherwise."""
    visit = case.homevisit
    told = {"since": clock.today(), "by": account_of(by)}
    UnwillingHousehold.objects.get_or_create(household=visit.household, defaults=told)
    settle(case, by=by)


def settle(case, *, by) -> None:
    """Effect: nothing waits at this household any longer."""
    HouseholdVisit.objects.filter(case=case).update(settled_at=clock.now())


def assign(case, *, by, assignee) -> None:
    """Effect: who comes by."""
    give_to(case, by=by, assignee=assignee)
