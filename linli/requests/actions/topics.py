"""未诉先办: what comes up again and again in a community becomes a matter of its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from linli.cases.actions import WrongState, assign, open_case
from linli.cases.steps import TermUnit
from linli.kernel import clock
from linli.places.models import Place

from ..models import Category, Request, Topic
from ..suggest import NoRules, desk_for, rulebook_at


@dataclass(frozen=True)
class Frequent:
    """A category that came up so often in a community lately."""

    place: Place
    category: Category
    count: int
    since: datetime


def frequent(places) -> list[Frequent]:
    """What the rules of each community call frequent and nobody works on yet; the most frequent first."""
    found = []
    for place, line in _rules_of(places):
        now = clock.now()
        since = now - timedelta(days=line.days)
        busy = Topic.objects.filter(case__place=place, case__closed_at=None).values("category")
        rows = Request.objects.filter(
            case__place__path__startswith=place.path, case__opened_at__range=(since, now)
        ).exclude(category__in=busy)
        counted = rows.values_list("category").annotate(n=Count("pk")).filter(n__gte=line.count)
        kinds = Category.objects.in_bulk([key for key, _n in counted])
        found += [Frequent(place, kinds[key], count, since) for key, count in counted]
    return sorted(found, key=lambda one: (-one.count, one.place.path, one.category.code))


def _rules_of(places):
    for place in places:
        try:
            line = rulebook_at(place).rules.topics
        except NoRules:
            continue
        if line is not None:
            yield place, line


@transaction.atomic
def open_topic(place: Place, category: Category, *, by) -> Topic:
    """A case of its own for the desk of the place; WrongState when it is not frequent or is worked on."""
    found = [one for one in frequent([place]) if one.category == category]
    if not found:
        raise WrongState(_("这一类诉求还不够多，或者已经立题。"))
    book = rulebook_at(place)
    term = book.rules.topics.term
    case = open_case(
        kind="topic",
        title=_("%(place)s：%(category)s") % {"place": place.name, "category": category.name},
        place=place,
        reporter=None,
        unit=desk_for(place, book.rules),
        term=term.count if term else None,
        term_unit=term.unit if term else TermUnit.WORKDAYS,
        by=by,
    )
    return Topic.objects.create(case=case, category=category, since=found[0].since, count=found[0].count)


def plan(case, *, by, measure, unit=None) -> None:
    """Effect: how the matter is put right as a whole, and by which unit."""
    case.topic.measure = measure
    case.topic.save(update_fields=["measure"])
    assign(case, by=by, unit=unit)


def finish(case, *, by, outcome) -> None:
    """Effect: what came of it."""
    case.topic.outcome = outcome
    case.topic.save(update_fields=["outcome"])
