"""What is looked at once a year: whose grade the rules would raise, who was not trained, how many are to be hired."""

import math
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from linli.kernel import clock
from linli.packs.schema import nearest
from linli.places.models import Place, PopulationFigure
from linli.registers.counting import on_day
from linli.registers.models import Rulebook

from .. import grading
from ..models import Certificate, Enrolment, GradeRecord, Worker
from ..rules import VIEW
from . import gaps, residents_of


@dataclass(frozen=True)
class Regrade:
    """A worker whose approved grade (None: none yet) lies under what the rules give."""

    worker: Worker
    grade: int | None
    standing: grading.Standing


@dataclass(frozen=True)
class Hiring:
    """What a community would need under other numbers; None where nobody said how many live or work there."""

    place: Place
    residents: int | None
    workers: int | None
    needed: int | None
    to_hire: int | None


def working_in_reach(user, permission: str = VIEW) -> QuerySet:
    """Workers in post today, in this person's reach."""
    today = clock.today()
    rows = Worker.objects.filter(
        user.scope(permission, "place"), on_day(today, begins="started_on", ends="left_on")
    )
    return rows.select_related("place").order_by("place__path", "number", "pk")


def to_regrade(user, permission: str = VIEW) -> list[Regrade]:
    """Workers whose grade by the rules is higher than the approved one and for whom no proposal waits."""
    today, books = clock.today(), list(Rulebook.objects.filter(kind="workforce"))
    waiting = GradeRecord.objects.standing().filter(worker=OuterRef("pk"), state=GradeRecord.State.PROPOSED)
    workers = list(working_in_reach(user, permission).filter(~Exists(waiting)))
    keys = [worker.pk for worker in workers]
    approved = GradeRecord.objects.standing().filter(
        worker__in=keys, state=GradeRecord.State.APPROVED, since__lte=today
    )
    grades = dict(approved.order_by("since").values_list("worker", "grade"))
    levels = _best_levels(keys, today)
    found = []
    for worker in workers:
        book = nearest(books, worker.place.ancestor_codes, today)
        if book is None:
            continue
        stands = grading.standing(
            book.body["grades"], track=worker.track, started_on=worker.started_on, degree=worker.degree,
            certificate=levels.get(worker.pk, ""), on=today,
        )  # fmt: skip
        if stands.grade > grades.get(worker.pk, 0):
            found.append(Regrade(worker, grades.get(worker.pk), stands))
    return found


def _best_levels(keys: list[int], day) -> dict[int, str]:
    """The highest certificate of each worker that is good on the day."""
    order = Certificate.Level.values
    good = Certificate.objects.standing().filter(
        Q(valid_until=None) | Q(valid_until__gte=day), worker__in=keys
    )
    found: dict[int, str] = {}
    for worker, level in good.values_list("worker", "level"):
        if worker not in found or order.index(level) > order.index(found[worker]):
            found[worker] = level
    return found


def untrained(user, year: int) -> QuerySet:
    """Workers in post who took part in no course that ends in the year."""
    came = Enrolment.objects.standing().filter(
        worker=OuterRef("pk"), course__ends_on__year=year, course__archived_on=None,
        state__in=[Enrolment.State.ATTENDED, Enrolment.State.PASSED],
    )  # fmt: skip
    return working_in_reach(user).filter(~Exists(came))


def hiring(
    places: QuerySet, *, per_10000: Decimal, growth: Decimal, least: int, households: int | None = None
) -> list[Hiring]:
    """How many each urban community would need: by residents grown by `growth` %, by the most households one
    worker is to look after (None: not counted), and no fewer than `least`."""
    places = list(places)
    keys = [place.pk for place in places]
    residents, homes = residents_of(keys), households_of(keys)
    standing = {gap.place.pk: gap.workers for gap in gaps(Place.objects.filter(pk__in=keys))}

    def one(place: Place) -> Hiring:
        people, workers = residents.get(place.pk), standing[place.pk]
        if people is None:
            return Hiring(place, None, workers, None, None)
        grown = Decimal(100 + growth) / 100
        needed = max(least, math.ceil(people * grown * per_10000 / 10_000))
        if households and place.pk in homes:
            needed = max(needed, math.ceil(homes[place.pk] * grown / households))
        return Hiring(place, people, workers, needed, None if workers is None else max(0, needed - workers))

    return [one(place) for place in places]


def households_of(keys: list[int]) -> dict[int, int]:
    """Households of the newest year that says how many."""
    rows = PopulationFigure.objects.filter(place__in=keys, households__isnull=False).order_by("year")
    return dict(rows.values_list("place", "households"))
