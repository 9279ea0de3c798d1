"""What a plan pack and a measures pack may say: shapes and ranges; what belongs together is in lint/."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from linli.packs import Pack
from linli.packs.schema import Code, Strict, at_least_one

Words = Annotated[str, Field(min_length=1, max_length=200)]
Name = Annotated[str, Field(min_length=2, max_length=100)]
Section = Annotated[
    str,
    Field(
        pattern=r"^([一二三四五六七八九十]+([(（][一二三四五六七八九十]+[)）])?\d*|专栏\d+(\.\d+)?|名词解释)$"
    ),
]
Number = Annotated[str, Field(pattern=r"^-?\d{1,12}(\.\d{1,6})?$")]
Who = Annotated[tuple[Annotated[str, Field(min_length=2, max_length=60)], ...], AfterValidator(at_least_one)]
MeasureCode = Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z0-9_]+$", max_length=80)]


class Responsible(Strict):
    """Who answers for what the plan gives to nobody by name."""

    lead: Who
    support: tuple[Name, ...] = ()
    section: Section
    quote: Words


class ConstantLine(Strict):
    """A number the plan fixes, usable by its name in every formula of the pack."""

    name: Name
    value: Number
    unit: str = Field("", max_length=10)
    section: Section
    quote: Words


class Baseline(Strict):
    """Where the plan says it started; `below` when it only says less than."""

    year: int = Field(ge=2000, le=2100)
    section: Section
    quote: Words
    value: Number | None = None
    below: Number | None = None
    derived: bool = False


class TargetLine(Strict):
    """What is to be reached by a day: one value, or a range from low to high."""

    by: date
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    derived: bool = False  # our reading: a standard for each place holds for 100 % of them
    date_assumed: bool = False  # the text gives no day: the end of the plan


class Reading(Strict):
    """Another way to read the same indicator, shown beside it."""

    name: Name
    formula: Words


class IndicatorLine(Strict):
    """One indicator in the words of the plan, and how it is computed."""

    code: Code
    ref: str = Field("", pattern=r"^([IP]-[A-Z]{2}-\d{2})?$")
    number: int | None = Field(None, ge=1, le=200)
    name: Words
    quote: Words
    section: Section
    unit: str = Field(min_length=1, max_length=12)
    decimals: int = Field(ge=0, le=4)
    direction: Literal["at_least", "equal", "at_most", "range", "about"]
    nature: Literal["binding", "expected", "unstated"]
    level: tuple[Literal["中", "省", "市", "区", "县", "街"], ...]
    level_printed: bool = True
    scope: Name | Literal["市"]
    standard: str = Field("", max_length=100)
    baseline: Baseline | None = None
    targets: tuple[TargetLine, ...] = ()
    formula: str = Field("", max_length=500)
    readings: tuple[Reading, ...] = ()
    same_as: Code | None = None
    not_computed: str = Field("", max_length=200)
    figures: Literal["records", "reported", "both"] | None = None
    missing: Literal["exclude"] = "exclude"
    publish_from: int = Field(80, ge=1, le=100)  # percent reported, below which a value is preliminary
    lead: Who
    support: tuple[Name, ...] = ()
    responsible_by: Section
    note: str = Field("", max_length=300)


class TaskLine(Strict):
    """Something the plan wants done: a task, an action of a box, or a deliverable of either."""

    code: Code
    clause: Section
    kind: Literal["task", "action", "deliverable"]
    title: Annotated[str, Field(min_length=2, max_length=60)]
    box: str = Field("", max_length=60)
    part_of: Code | None = None
    quote: Words
    lead: Who
    support: tuple[Name, ...] = ()
    responsible_by: Section
    due: date
    repeats: Literal["", "yearly"] = ""
    serves: tuple[Code, ...] = ()
    judged_by: Literal["", "evidence"] = ""


class DirectionLine(Strict):
    """A wish of the plan without a number: what should move, and which way."""

    code: Code
    section: Section
    quote: Words
    moves: Words
    direction: Words


class Statement(Strict):
    """A figure the plan gives about its starting point."""

    section: Section
    quote: Words


class PlanPack(Pack):
    """One plan, complete: indicators with targets, directions, statements, tasks."""

    pack: Literal["plan"]
    valid_to: date
    level: Literal["省", "市", "区", "县", "街"]
    responsible: Responsible
    constants: tuple[ConstantLine, ...] = ()
    indicators: Annotated[tuple[IndicatorLine, ...], AfterValidator(at_least_one)]
    directions: tuple[DirectionLine, ...] = ()
    statements: tuple[Statement, ...] = ()
    tasks: Annotated[tuple[TaskLine, ...], AfterValidator(at_least_one)]


class ScopeLine(Strict):
    """A named set of places that report: a level of the tree, part of it by 城乡分类 or by a tag."""

    code: Code
    title: Annotated[str, Field(min_length=1, max_length=40)]
    level: Literal["province", "city", "county", "street", "community"]
    within: Code | None = None
    urban_rural: Literal["", "1", "2"] = ""  # first digit of the statistics bureau's code
    tag: str = Field("", max_length=40)


class MeasureLine(Strict):
    """One countable thing that formulas may name, and which app counts it when it can."""

    code: MeasureCode
    title: Name
    unit: str = Field(min_length=1, max_length=10)
    kind: Literal["stock", "flow", "average", "ytd", "distinct", "ratio"]
    scope: Code
    decimals: int = Field(0, ge=0, le=6)
    good_for_months: int = Field(1, ge=1, le=60)
    due_within_days: int | None = Field(None, ge=1, le=90)  # else the pack's own
    counted_by: str = Field(pattern=r"^[a-z_]+$", max_length=30)
    definition: Annotated[str, Field(min_length=4, max_length=200)]


class CheckLine(Strict):
    """A condition on the figures of one place; what does not meet it is refused with these words."""

    code: Code
    rule: Annotated[str, Field(min_length=3, max_length=200)]
    says: Annotated[str, Field(min_length=4, max_length=200)]


class MeasuresPack(Pack):
    """Scopes and measures that all plans share; checks that their figures must meet."""

    pack: Literal["measures"]
    scopes: Annotated[tuple[ScopeLine, ...], AfterValidator(at_least_one)]
    measures: Annotated[tuple[MeasureLine, ...], AfterValidator(at_least_one)]
    due_within_days: int = Field(10, ge=1, le=90)  # after the period, for what is reported
    small_count: int = Field(ge=2, le=100)  # counts of people below this are not published
    people_units: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=10)], ...], AfterValidator(at_least_one)
    ]
    settle_workdays: int = Field(ge=1, le=60)  # within which a unit settles a doubt about its figure
    checks: tuple[CheckLine, ...] = ()


def decimal_of(number: str | None) -> Decimal | None:
    """The number a pack wrote, exact; None stays None."""
    return None if number is None else Decimal(number)
