"""What a survey came to: by community, with how many answered; few answers are not told apart.

The result of the whole is told, so one community that is not could be worked out from the others: then the smallest of
those stays out with it, until what is left out is at least two communities and no few answers together.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Q

from linli.measures.small import small_count
from linli.people.models import Household
from linli.places.models import Place

from .models import SATISFIED, Survey


def frame_of(place: Place) -> dict[str, int]:
    """The households registered in a community: {number: key}."""
    rows = Household.objects.filter(place__path__startswith=place.path)
    return dict(rows.values_list("number", "pk"))


def drawn_by_lot(frame: Mapping[str, int], number: int, seed: str) -> list[int]:
    """Keys of so many households, each set of that size as likely as any other; the same for the same seed.

    A lot is the SHA-256 of the seed and the household's number; the lowest are drawn, in their order.
    """
    lots = sorted(frame, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())
    return [frame[one] for one in lots[:number]]


def percent(part: int, whole: int) -> Decimal:
    """A share in per cent, rounded once to one decimal, one half to the even digit (GB/T 8170)."""
    return Decimal(round(Fraction(1000 * part, whole))).scaleb(-1)


@dataclass(frozen=True)
class Line:
    """One community: sheets sent, valid ones, satisfied ones; `rate` None where it is not to be told."""

    place: Place
    asked: int | None
    valid: int
    satisfied: int
    shown: bool

    @property
    def rate(self) -> Decimal | None:
        return percent(self.satisfied, self.valid) if self.shown else None

    @property
    def response(self) -> Decimal | None:
        return percent(min(self.valid, self.asked), self.asked) if self.asked else None


@dataclass(frozen=True)
class Result:
    """A survey as a whole, by question and by community."""

    survey: Survey
    valid: int
    satisfied: int
    questions: tuple[
        tuple[str, int, int | None], ...
    ]  # text, answers, satisfied ones (None: too few to be told)
    lines: tuple[Line, ...]
    fewest: int  # sheets of a community that is told: as many as were asked for, and no fewer than the packs allow
    small: int  # sheets from which anything is told, as the measures pack of the area says

    @property
    def rate(self) -> Decimal | None:
        return percent(self.satisfied, self.valid) if self.valid >= self.small else None


def result_of(survey: Survey) -> Result:
    """The result of a survey; five queries, whatever the number of communities."""
    good = Count("pk", filter=Q(overall__gte=SATISFIED))
    rows = survey.answers.order_by().values("place").annotate(valid=Count("pk"), good=good)
    counted = {row["place"]: (row["valid"], row["good"]) for row in rows}
    asked = dict(survey.samples.values_list("place", "asked"))
    places = Place.objects.filter(pk__in=counted.keys() | asked.keys()).order_by("path")
    small = small_count(survey.place)
    fewest = max(survey.least_valid, small)
    shown = told_apart({place: valid for place, (valid, _good) in counted.items()}, fewest, small)
    lines = tuple(
        Line(place, asked.get(place.pk), *counted.get(place.pk, (0, 0)), place.pk in shown)
        for place in places
    )
    totals = [sum(pair[side] for pair in counted.values()) for side in (0, 1)]
    return Result(survey, *totals, _by_question(survey, small), lines, fewest, small)


def told_apart(valid: dict[int, int], fewest: int, small: int) -> set[int]:
    """The communities whose result may stand beside that of the whole: of {place: valid answers}, `fewest` of each.

    What is left out of the whole comes to `small` answers together.
    """
    free = sorted(
        (place for place in valid if valid[place] >= fewest), key=lambda place: (valid[place], place)
    )
    hidden = [place for place in valid if 0 < valid[place] < fewest]
    while hidden and free and (len(hidden) < 2 or _sum(valid, hidden) < small):
        hidden.append(free.pop(0))
    return set(free)


def _sum(valid: dict[int, int], places: Iterable[int]) -> int:
    return sum(valid[place] for place in places)


def _by_question(survey: Survey, small: int) -> tuple[tuple[str, int, int | None], ...]:
    """Counted where the sheets lie: a city's do not fit a page's time."""
    asked = {}
    for nr in range(len(survey.questions)):
        asked[f"said{nr}"] = Count("pk", filter=Q(**{f"marks__{nr}__gte": 1}))
        asked[f"good{nr}"] = Count("pk", filter=Q(**{f"marks__{nr}__gte": SATISFIED}))
    found = survey.answers.aggregate(**asked)
    return tuple(
        (text, said, found[f"good{nr}"] if said >= small or not said else None)
        for nr, text in enumerate(survey.questions)
        for said in [found[f"said{nr}"]]
    )
