"""Who is to be visited when: planned ahead without doubling, opened day by day, planned anew after a change."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Upper
from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from linli import audit
from linli.cases.actions import WrongState, open_case, take_step
from linli.cases.actors import TIMER
from linli.cases.models import Case
from linli.cases.steps import TermUnit
from linli.kernel import clock
from linli.kernel.masking import mask_name

from ..models import CarePerson, Due, Pause, Visit, VisitPlan
from ..queries import OPEN_STATES, rules_at, unit_of
from ..rhythm import stretches

BATCH = 2000
DAY = timedelta(days=1)


@transaction.atomic
def start_plan(community, *, by) -> VisitPlan:
    """From today on the community visits those on its list; IntegrityError when it already does."""
    plan = VisitPlan.objects.create(
        community=community, rules=rules_at(community), since=clock.today(), decided_by=by
    )
    audit.record("care.start_plan", by=by, thing=plan, place=community)
    plan_ahead(plan)
    return plan


@transaction.atomic
def end_plan(plan: VisitPlan, *, by) -> None:
    """The community plans nothing further; what is already open stays to be done."""
    plan.ended_on = clock.today()
    plan.save(update_fields=["ended_on"])
    people = CarePerson.objects.within(plan.community)
    Due.objects.filter(care_person__in=people, visit=None, during__startswith__gt=clock.today()).delete()
    audit.record("care.end_plan", by=by, thing=plan, place=plan.community)


@transaction.atomic
def plan_ahead(plan: VisitPlan, *, people=None) -> int:
    """Store what is due in the coming days of the rules, from where each person's plan ends; how many were new.

    Run twice, or by two at once, nothing stands double: the database refuses two stretches on a day.
    """
    rules, today = plan.rules.rules, clock.today()
    until = today + timedelta(days=rules.limits.plan_days)
    chosen = CarePerson.objects.active().within(plan.community) if people is None else people
    known = Due.objects.filter(care_person__in=chosen, after_change=False)
    planned = dict(known.values_list("care_person").annotate(last=Max(Upper("during"))))
    wanted, before = [], known.count()
    for key, rhythm, since in chosen.values_list("pk", "rhythm", "since"):
        start = max(planned.get(key) or since, since, today if key not in planned else since)
        shortest = 0 if key in planned else rules.rhythm(rhythm).shortest_days
        for first, after in stretches(start, until, rhythm, shortest_days=shortest):
            wanted.append(Due(care_person_id=key, during=DateRange(first, after), rhythm=rhythm))
        if len(wanted) >= BATCH:
            _store(wanted)
            wanted = []
    _store(wanted)
    return known.count() - before


def _store(wanted: list[Due]) -> None:
    """Insert what nobody has stored meanwhile."""
    Due.objects.bulk_create(wanted, batch_size=BATCH, ignore_conflicts=True)


@transaction.atomic
def replan(care_person: CarePerson) -> None:
    """After a change of rhythm: what has begun stays, the days to come are planned anew.

    A stretch that runs today ends where the new rhythm would begin the next one, when that is sooner.
    """
    today = clock.today()
    care_person.dues.filter(visit=None, after_change=False, during__startswith__gt=today).delete()
    if care_person.ended_on is not None:
        return
    plan = plan_of(care_person)
    if plan is None:
        return
    running = care_person.dues.filter(after_change=False, during__contains=today).first()
    if running is not None:
        boundary = next(stretches(today, today + DAY, care_person.rhythm, shortest_days=0))[1]
        if boundary < running.during.upper:
            running.during = DateRange(running.during.lower, boundary)
            running.save(update_fields=["during"])
    plan_ahead(plan, people=CarePerson.objects.filter(pk=care_person.pk))


def plan_of(care_person: CarePerson) -> VisitPlan | None:
    """The plan of the community where the person lives, while it runs."""
    codes = care_person.person.home.ancestor_codes
    return VisitPlan.objects.filter(community__code__in=codes, ended_on=None).select_related("rules").first()


@transaction.atomic
def report_change(care_person: CarePerson, *, by) -> Case:
    """A major change (illness, a death in the family): somebody comes by within the hours of the rules."""
    rules = rules_at(care_person.person.home)
    waiting = care_person.visits.filter(due__after_change=True, case__closed_at=None).first()
    if waiting is not None:
        return waiting.case
    due = Due.objects.create(
        care_person=care_person,
        during=DateRange(clock.today(), clock.today() + 2 * DAY),
        rhythm=care_person.rhythm,
        after_change=True,
    )
    hours = rules.rules.limits.change_hours
    return open_visit(care_person, due=due, rules=rules, term=hours, unit=TermUnit.HOURS, by=by)


def open_visit(care_person, *, due, rules, term, unit, by=None) -> Case:
    """A visit somebody has to make; its title tells nothing but the masked name."""
    home = care_person.person.home
    case = open_case(
        kind="visit",
        title=_("探访 %(name)s") % {"name": mask_name(care_person.person.name)},
        place=home,
        reporter=care_person.person,
        unit=unit_of(home),
        assignee=care_person.visitor,
        term=term,
        term_unit=unit,
        by=by,
    )
    Visit.objects.create(case=case, care_person=care_person, due=due, rules=rules)
    return case


def open_due(today) -> int:
    """Open the visits whose stretch has begun, each in a transaction of its own; how many.

    Nobody is visited while he is away, in hospital or does not want it; a stretch that ends so is no miss.
    """
    paused = Pause.objects.filter(during__contains=today).values("care_person")
    waiting = Due.objects.filter(visit=None, after_change=False, during__contains=today)
    waiting = waiting.filter(care_person__ended_on=None, care_person__person__died_on=None)
    keys = list(waiting.exclude(care_person__in=paused).order_by("pk").values_list("pk", flat=True))
    return sum(_open(key, today) for key in keys)


@transaction.atomic
def _open(key, today) -> bool:
    due = (
        Due.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("care_person__person__home", "care_person__visitor")
        .filter(pk=key, visit=None)
        .first()
    )
    if due is None:  # another worker was faster
        return False
    cared = due.care_person
    for case in Case.objects.filter(visit__care_person=cared, state="due", visit__due__after_change=False):
        _lapse(case)
    days = (due.during.upper - DAY - today).days
    rules = rules_at(cared.person.home)
    open_visit(cared, due=due, rules=rules, term=days, unit=TermUnit.DAYS)
    return True


def _lapse(case) -> None:
    try:
        take_step(case, "lapse", by=TIMER)
    except WrongState:  # visited while we looked
        return


def stop_visits(care_person: CarePerson, *, by, note="") -> None:
    """Cancel what is open for somebody who is away or no longer on the list."""
    for case in Case.objects.filter(visit__care_person=care_person, state__in=OPEN_STATES):
        take_step(case, "cancel", by=TIMER, note=note)


def plan_everybody() -> int:
    """Plan ahead in every community that visits; how many stretches were new."""
    standing = VisitPlan.objects.filter(ended_on=None).select_related("rules", "community")
    return sum(plan_ahead(plan) for plan in standing)
