"""The shape of packs/requests/*.yaml: categories, terms, routing, reasons, replies, windows, the ladder."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from linli.packs.schema import Area, Code, Pack, Strict, at_least_one

PLACEHOLDER = re.compile(r"\{[^{}]*\}")
KINDS = ("ask", "help", "complaint", "report", "advice")
Kind = Literal["ask", "help", "complaint", "report", "advice"]
Urgency = Literal["normal", "urgent", "critical"]
Count = Annotated[int, Field(ge=0, le=1000)]


class Term(Strict):
    """A stretch of time: 5 workdays, 7 days, 2 hours."""

    count: Count
    unit: Literal["workdays", "days", "hours"]


class CategoryLine(Strict):
    """What requests are about; `words` with their weight suggest it from the text of a request."""

    code: Code
    name: str = Field(min_length=1, max_length=60)
    group: str = Field(min_length=1, max_length=40)
    term: Term
    words: dict[str, Annotated[int, Field(ge=1, le=10)]] = {}
    same_within_days: Count = 7  # an open request of the category, this recent …
    same_within_m: Count = 300  # … and this near may be the same matter
    appraised: bool = True


class DutyLine(Strict):
    """A duty some unit has; `kind` of unit serves where no unit was named for it."""

    code: Code
    name: str
    kind: Literal["", "street_office", "committee", "department"] = ""


class RouteLine(Strict):
    """The first line that fits says which duty a request goes to; an empty condition always fits."""

    to: Code
    why: str = Field(min_length=1, max_length=120)
    categories: tuple[Code, ...] = ()
    kinds: tuple[Kind, ...] = ()
    area: Area | None = None
    months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = ()
    hours: tuple[Annotated[int, Field(ge=0, le=24)], Annotated[int, Field(ge=0, le=24)]] | None = None


class ReasonLine(Strict):
    """Why a request is not dispatched; `text` is what its requester is told."""

    code: Code
    name: str
    text: str
    source: str


class ReplyLine(Strict):
    """A reply with {placeholders}; one that was not filled in stops the sending."""

    code: Code
    name: str
    text: str


class RungLine(Strict):
    """One rung of the ladder: so long after `since`, the superiors at `level` are told, once."""

    level: Annotated[int, Field(ge=1, le=9)]
    name: str
    since: Literal["opened", "due"]
    after_hours: Count
    states: tuple[Literal["submitted", "dispatched", "working"], ...]
    tell: Literal["community", "street", "county", "city"]


class Limits(Strict):
    """The numbers of the procedure."""

    contact_hours: Count
    returns: Count
    return_hours: Count
    extension: Count  # at most so many units of the term, once approved
    reopen_days: Count
    forget_reporter_days: Annotated[int, Field(ge=30)]  # after the last of his requests was filed
    bad_stars: Annotated[int, Field(ge=0, le=4)]
    rectification: Term
    whistle: Term
    urgent: Term
    critical: Term
    lookups_per_number: Annotated[int, Field(ge=1)]  # wrong secrets in an hour
    lookups_per_address: Annotated[int, Field(ge=1)]
    photos: Annotated[int, Field(ge=0, le=20)]


class Topics(Strict):
    """So many requests of one category in one community within so many days are a matter of their own."""

    count: Annotated[int, Field(ge=2)]
    days: Annotated[int, Field(ge=1, le=366)]
    term: Term | None = None  # to put the matter right as a whole; without one it has no deadline


class Appraisal(Strict):
    """The formula of the three rates: weights in percent, which ratings count as satisfied, the least count."""

    responded: Annotated[int, Field(ge=0, le=100)]
    solved: Annotated[int, Field(ge=0, le=100)]
    satisfied: Annotated[int, Field(ge=0, le=100)]
    good_stars: Annotated[int, Field(ge=1, le=5)]
    min_n: Annotated[int, Field(ge=1)]  # below it counts are shown, no rates


class RequestsPack(Pack):
    pack: Literal["requests"]
    limits: Limits
    duties: Annotated[tuple[DutyLine, ...], AfterValidator(at_least_one)]
    categories: Annotated[tuple[CategoryLine, ...], AfterValidator(at_least_one)]
    routes: Annotated[tuple[RouteLine, ...], AfterValidator(at_least_one)]
    reasons: Annotated[tuple[ReasonLine, ...], AfterValidator(at_least_one)]
    replies: tuple[ReplyLine, ...] = ()
    ladder: tuple[RungLine, ...] = ()
    topics: Topics | None = None
    appraisal: Appraisal | None = None

    def category(self, code: str) -> CategoryLine:
        return _line(self.categories, code)

    def duty(self, code: str) -> DutyLine:
        return _line(self.duties, code)

    def reason(self, code: str) -> ReasonLine:
        return _line(self.reasons, code)


def _line(lines, code: str):
    for line in lines:
        if line.code == code:
            return line
    raise LookupError(f"{code!r} is not in the rules; known: {', '.join(line.code for line in lines)}")


def check(pack: RequestsPack) -> Iterator[tuple[tuple, str]]:
    """What the schema alone cannot see: names that do not exist, codes and levels written twice."""
    duties = {duty.code for duty in pack.duties}
    categories = {category.code for category in pack.categories}
    for needed in ("desk", "fallback"):
        if needed not in duties:
            yield (
                ("duties",),
                f"the duty {needed!r} is missing: without it a request could be without an owner",
            )
    if "other" not in categories:
        yield ("categories",), "the category 'other' is missing: some text fits no other"
    yield from _twice(pack)
    yield from _routes(pack, duties, categories)


def _routes(pack: RequestsPack, duties: set[str], categories: set[str]) -> Iterator[tuple[tuple, str]]:
    for number, route in enumerate(pack.routes):
        if route.to not in duties:
            yield ("routes", number, "to"), f"unknown duty {route.to}"
        for position, code in enumerate(route.categories):
            if code not in categories:
                yield ("routes", number, "categories", position), f"unknown category {code}"
    last = pack.routes[-1]
    if last.categories or last.kinds or last.area or last.months or last.hours:
        yield ("routes", len(pack.routes) - 1), "the last line must fit every request"


def _twice(pack: RequestsPack) -> Iterator[tuple[tuple, str]]:
    for field in ("duties", "categories", "reasons", "replies"):
        seen = set()
        for number, line in enumerate(getattr(pack, field)):
            if line.code in seen:
                yield (field, number, "code"), f"{line.code} is written twice"
            seen.add(line.code)
    weights = pack.appraisal
    if weights and weights.responded + weights.solved + weights.satisfied != 100:
        yield ("appraisal",), "the three weights make 100 percent"
    levels = [rung.level for rung in pack.ladder]
    if levels != sorted(set(levels)):
        yield ("ladder",), "levels rise, each once"


def unfilled(text: str) -> list[str]:
    """Placeholders nobody filled in."""
    return PLACEHOLDER.findall(text)
