"""What a survey came to: by community, with how many answered; few answers are not told apart."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Q

from linli.places.models import Place

from .models import SATISFIED, Answer, Survey
from .rules import SMALL


def percent(part: int, whole: int) -> Decimal:
    """A share in per cent, rounded once to one decimal, one half to the even digit (GB/T 8170)."""
    return Decimal(round(Fraction(1000 * part, whole))).scaleb(-1)


@dataclass(frozen=True)
class Line:
    """One community: sheets sent, valid ones, satisfied ones; `rate` None where too few answered to be told."""

    place: Place
    asked: int | None
    valid: int
    satisfied: int
    least: int

    @property
    def shown(self) -> bool:
        return self.valid >= max(self.least, SMALL)

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
    questions: tuple[tuple[str, int, int], ...]  # text, answers, satisfied ones
    lines: tuple[Line, ...]

    @property
    def rate(self) -> Decimal | None:
        return percent(self.satisfied, self.valid) if self.valid >= SMALL else None


def result_of(survey: Survey) -> Result:
    """The result of a survey; three queries, whatever the number of communities."""
    good = Count("pk", filter=Q(overall__gte=SATISFIED))
    rows = survey.answers.order_by().values("place").annotate(valid=Count("pk"), good=good)
    counted = {row["place"]: (row["valid"], row["good"]) for row in rows}
    asked = dict(survey.samples.values_list("place", "asked"))
    places = Place.objects.filter(pk__in=counted.keys() | asked.keys()).order_by("path")
    lines = tuple(
        Line(place, asked.get(place.pk), *counted.get(place.pk, (0, 0)), survey.least_valid)
        for place in places
    )
    totals = [sum(pair[side] for pair in counted.values()) for side in (0, 1)]
    return Result(survey, *totals, _by_question(survey), lines)


def _by_question(survey: Survey) -> tuple[tuple[str, int, int], ...]:
    sheets = list(Answer.objects.filter(survey=survey).values_list("marks", flat=True))
    columns = zip(*sheets, strict=True) if sheets else [()] * len(survey.questions)
    return tuple(
        (text, sum(mark is not None for mark in marks), sum((mark or 0) >= SATISFIED for mark in marks))
        for text, marks in zip(survey.questions, columns, strict=True)
    )
