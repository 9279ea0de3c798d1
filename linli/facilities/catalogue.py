"""The shape of packs/facilities/*.yaml: kinds of facilities, uses of rooms, functions of a hub; standards."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from linli.packs.schema import Code, Pack, Strict, at_least_one

from .counted import TAGS

Name = Annotated[str, Field(min_length=1, max_length=60)]
Months = Annotated[int, Field(ge=1, le=60)]
REACH_FUNCTIONS = [
    "shopping",
    "leisure",
    "finance",
    "dining",
    "reading",
    "government",
    "lodging",
    "medical",
    "elder_care",
    "education",
    "transport",
    "tourism",
    "fitness",
    "entertainment",
    # served by houses of several services (packs/reach/complex), not functions of the circle
    "nursery",
    "after_school",
    "meals",
]


class GroupLine(Strict):
    """A heading under which kinds are listed; `outlet` groups hold shops and services (便民网点)."""

    code: Code
    name: Name
    outlet: bool = False
    basic: bool = False  # of outlets: the basic twelve of the quarter-hour circle, or the better classes
    shareable: bool = False  # premises that could be shared by other services
    confirm_months: Months  # how long what is written counts as known


class KindLine(Strict):
    """A kind of facility; `also` are other titles people write, `counts` what it counts as in the plans."""

    code: Code
    name: Name
    group: Code
    also: tuple[Name, ...] = ()
    counts: tuple[Code, ...] = ()
    functions: tuple[str, ...] = ()  # of the life circle (packs/reach), which it serves


class UseLine(Strict):
    """What a room is used for; `activity` counts for residents' activities, `elder` as elder-care space."""

    code: Code
    name: Name
    also: tuple[Name, ...] = ()
    activity: bool = False
    elder: bool = False


class FunctionLine(Strict):
    """One of the functions a hub should have (一部三室三站一场)."""

    code: Code
    name: Name


class MarkLine(Strict):
    """What may be said of a facility beside its kind; `counts` as for kinds."""

    code: Code
    name: Name
    counts: tuple[Code, ...] = ()


class FacilityKindsPack(Pack):
    pack: Literal["facility-kinds"]
    groups: Annotated[tuple[GroupLine, ...], AfterValidator(at_least_one)]
    kinds: Annotated[tuple[KindLine, ...], AfterValidator(at_least_one)]
    uses: Annotated[tuple[UseLine, ...], AfterValidator(at_least_one)]
    functions: tuple[FunctionLine, ...] = ()
    marks: tuple[MarkLine, ...] = ()

    def group(self, code: str) -> GroupLine:
        return next(line for line in self.groups if line.code == code)


def check_kinds(pack: FacilityKindsPack) -> Iterator[tuple[tuple, str]]:
    """Groups, functions and tags that do not exist, codes and titles written twice."""
    groups = {line.code for line in pack.groups}
    for number, kind in enumerate(pack.kinds):
        if kind.group not in groups:
            yield ("kinds", number, "group"), f"unknown group {kind.group}"
        yield from _unknown(("kinds", number, "functions"), kind.functions, REACH_FUNCTIONS)
    for field in ("kinds", "marks"):
        for number, line in enumerate(getattr(pack, field)):
            yield from _unknown((field, number, "counts"), line.counts, TAGS)
    for field in ("groups", "kinds", "uses", "functions", "marks"):
        yield from twice(field, [(line.code, n) for n, line in enumerate(getattr(pack, field))])
    for field in ("kinds", "uses"):
        titles = [(t, n) for n, line in enumerate(getattr(pack, field)) for t in (line.name, *line.also)]
        yield from twice(field, titles)


def _unknown(where: tuple, names, known) -> Iterator[tuple[tuple, str]]:
    for position, name in enumerate(names):
        if name not in known:
            yield (*where, position), f"unknown: {name}; known: {', '.join(sorted(known))}"


def twice(field: str, named) -> Iterator[tuple[tuple, str]]:
    seen: set[str] = set()
    for name, number in named:
        if name in seen:
            yield (field, number), f"{name} is written twice"
        seen.add(name)


Figure = Literal[
    "integrated_count",
    "integrated_m2",
    "integrated_without_elder_m2",
    "m2_per_100_households",
    "activity_percent",
    "outdoor_m2",
    "service_and_commerce_percent",
]
LEVERS = ("build", "extend", "buy", "rent", "share", "allocate", "convert")
Lever = Literal["build", "extend", "buy", "rent", "share", "allocate", "convert"]


ServedFunction = Literal[
    "government",
    "elder_care",
    "nursery",
    "after_school",
    "meals",
    "medical",
    "reading",
    "fitness",
    "shopping",
]


class LeverLine(Strict):
    """A way to close a gap; `yuan_per_m2` is what it costs here, as far as anybody said."""

    code: Lever
    name: Name
    yuan_per_m2: Annotated[int, Field(ge=0, le=100_000)] | None = None
    permanent: bool = True  # rented and shared premises may be lost again


class StandardLine(Strict):
    """What a community should have: a figure, at least so much, by which clause."""

    code: Code
    name: Name
    figure: Figure
    at_least: Annotated[Decimal, Field(gt=0)]
    where: Literal["all", "urban", "rural"] = "all"
    clause: Annotated[str, Field(min_length=1, max_length=120)]


class PointLine(Strict):
    """A point on which the quality of a facility is looked at and scored."""

    code: Code
    name: Name


class GradeLine(Strict):
    """A public grade: the mean of the points of the last look from which it is given."""

    name: Name
    at_least: Annotated[Decimal, Field(ge=1, le=5)]


class Limits(Strict):
    """Numbers of the register itself: how long a statement holds, how far back the log is written."""

    statement_months: Months
    log_back_days: Annotated[int, Field(ge=1, le=366)]
    photos: Annotated[int, Field(ge=1, le=50)]
    waiting_changes: Annotated[int, Field(ge=1, le=50)]  # of one person about one facility


class NewHousing(Strict):
    """What a new housing project owes: the larger of the two, as far as they are set."""

    m2_per_100_households: Annotated[Decimal, Field(gt=0)] | None = None
    percent_of_floor_area: Annotated[Decimal, Field(gt=0, lt=100)] | None = None
    least_m2: Annotated[Decimal, Field(gt=0)] | None = None
    clause: Annotated[str, Field(min_length=1, max_length=120)]


class ComplexLine(Strict):
    """What a house of several services should hold: so much room, these functions."""

    least_m2: Annotated[Decimal, Field(gt=0)]
    functions: tuple[ServedFunction, ...]
    clause: Annotated[str, Field(min_length=1, max_length=120)]


class GuideLine(Strict):
    """A kind of living-service facility by the guideline: one for so many people, so large, so near."""

    code: Code
    name: Name
    kinds: Annotated[tuple[Code, ...], Field(min_length=1)]  # of the facility catalogue: any of them serves
    people: Annotated[int, Field(gt=0)]  # one site for each so many people, rounded up
    least_m2: Annotated[Decimal, Field(gt=0)] | None = None  # of each site
    within_m: Annotated[int, Field(gt=0)] | None = None  # of the middle of the community, in a straight line
    where: Literal["all", "urban", "rural"] = "all"
    serves: Literal["", "elder", "minor", "disabled"] = ""  # whom it is for above all
    outdoor: bool = False  # stands in the open: takes no room of a building
    clause: Annotated[str, Field(min_length=1, max_length=120)]


class BalanceLine(Strict):
    """A comparison between towns, villages and districts: so much of one thing for so many of another."""

    code: Code
    name: Name
    measure: Annotated[str, Field(min_length=1)]  # as linli.measures knows it
    per: Annotated[str, Field(min_length=1)]
    times: Annotated[int, Field(gt=0)] = 10_000
    unit: Name


PRIORITY = ("elder", "minor", "disabled")  # XZ 四(一)2：按照老年人、未成年人、残疾人优先的原则


class FacilityStandardsPack(Pack):
    pack: Literal["facility-standards"]
    limits: Limits
    standards: Annotated[tuple[StandardLine, ...], AfterValidator(at_least_one)]
    levers: Annotated[tuple[LeverLine, ...], AfterValidator(at_least_one)]
    new_housing: NewHousing | None = None
    open_hours: Annotated[Decimal, Field(gt=0, le=24)] = Decimal(8)
    open_hours_clause: Annotated[str, Field(min_length=1, max_length=120)]
    inspection: tuple[PointLine, ...] = ()
    outlet_inspection: tuple[PointLine, ...] = ()  # of 便民网点; without any, those of `inspection`
    outlet_grades: tuple[GradeLine, ...] = ()  # the best first
    complex: ComplexLine | None = None
    guideline: tuple[GuideLine, ...] = ()
    priority: tuple[Literal["elder", "minor", "disabled"], ...] = PRIORITY  # whose works and rooms come first
    balance: tuple[BalanceLine, ...] = ()

    def points_for(self, *, outlet: bool) -> tuple[PointLine, ...]:
        """What a facility or a 便民网点 is looked at for."""
        return (self.outlet_inspection or self.inspection) if outlet else self.inspection

    def grade_of(self, scores: dict[str, int]) -> str:
        """The grade of an outlet by the mean of its points; empty where none is reached or none is given."""
        points = [scores[line.code] for line in self.outlet_inspection if line.code in scores]
        mean = Decimal(sum(points)) / len(points) if points else Decimal(0)
        return next((line.name for line in self.outlet_grades if mean >= line.at_least), "")


def check_standards(pack: FacilityStandardsPack) -> Iterator[tuple[tuple, str]]:
    """Codes written twice, shares of more than the whole."""
    for field in ("standards", "levers", "inspection", "outlet_inspection", "guideline", "balance"):
        yield from twice(field, [(line.code, n) for n, line in enumerate(getattr(pack, field))])
    bounds = [line.at_least for line in pack.outlet_grades]
    if bounds != sorted(set(bounds), reverse=True):
        yield ("outlet_grades",), "the best grade stands first, each asks for less than the one before"
    for number, line in enumerate(pack.standards):
        if line.figure.endswith("_percent") and line.at_least >= 100:
            yield ("standards", number, "at_least"), "a share lies below 100 percent"
