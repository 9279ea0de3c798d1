"""The shape of packs/care/*.yaml: whom one visits, how often, by which ways, and what is done without an answer."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from linli.packs.schema import Code, Pack, Strict, at_least_one

Rhythm = Literal["weekly", "monthly", "quarterly"]
Way = Literal["door", "phone", "video"]
Hours = Annotated[int, Field(ge=1, le=720)]
Days = Annotated[int, Field(ge=1, le=1500)]
Name = Annotated[str, Field(min_length=1, max_length=60)]
TIGHTNESS = ("weekly", "monthly", "quarterly")


Months = Annotated[int, Field(ge=1, le=36)]
Channel = Literal["inbox", "sms", "email", "letter"]


class CategoryLine(Strict):
    """Whom one cares for; `elderly` counts in the monthly visit rate, `child` is open only with approval.

    `minimum`: the services somebody of the category receives at least, each within so many months (兜底保障).
    """

    code: Code
    name: Name
    rhythm: Rhythm
    review_months: Annotated[int, Field(ge=1, le=60)]
    elderly: bool = False
    child: bool = False
    minimum: dict[Code, Months] = {}


class LevelLine(Strict):
    """A level of risk; `ways` are those that need no approval."""

    code: Code
    name: Name
    rhythm: Rhythm
    ways: Annotated[tuple[Way, ...], AfterValidator(at_least_one)]


class RhythmLine(Strict):
    """How often; a first stretch of fewer than `shortest_days` joins the next one."""

    code: Rhythm
    name: Name
    shortest_days: Annotated[int, Field(ge=0, le=31)]


class CheckLine(Strict):
    """One line of the well-being checklist."""

    code: Code
    name: Name


class LadderLine(Strict):
    """What is tried when nobody answers, and within how many hours."""

    code: Code
    name: Name
    hours: Hours


class EscalationLine(Strict):
    """Who on duty is told when all was tried, and within how many hours he takes over."""

    tell: Literal["community", "street", "county", "city"]
    name: Name
    hours: Hours


class HarmLine(Strict):
    """Mandatory report of harm to a child: within hours, to whom, and the ending of the name of the unit."""

    hours: Hours
    unit: Name
    told: Annotated[tuple[Name, ...], AfterValidator(at_least_one)]


class ServiceLine(Strict):
    """A service of the minimum sets; `kind`: it is a case of that kind, brought to `state`, for the person himself."""

    code: Code
    name: Name
    kind: Code | None = None
    state: Code | None = None


class PromptLine(Strict):
    """A date that lets a worker speak to the resident first, so many days ahead (主动发现、及时服务)."""

    code: Code
    name: Annotated[str, Field(min_length=1, max_length=100)]
    on: Literal["birthday", "review", "proxy"]
    age: Annotated[int, Field(ge=1, le=120)] | None = None
    days: Annotated[int, Field(ge=1, le=180)]

    @model_validator(mode="after")
    def _a_birthday_has_an_age(self):
        if (self.on == "birthday") != (self.age is not None):
            raise ValueError("a birthday says which age; other dates have none")
        return self


class HouseholdLine(Strict):
    """Ordinary households: after how many months one counts as long not visited, and the days of a plan."""

    months: Months
    days: Annotated[int, Field(ge=1, le=180)]


class Told(Strict):
    """By which channels the visited and his family hear that a visit was made; none: they are not told."""

    visited: tuple[Channel, ...] = ("inbox",)


class Limits(Strict):
    change_hours: Hours
    latest_hour: Annotated[int, Field(ge=1, le=23)]
    new_days: Days
    plan_days: Days
    offline_days: Annotated[int, Field(ge=1, le=30)]
    child_access_days: Days


class CarePack(Pack):
    pack: Literal["care"]
    categories: Annotated[tuple[CategoryLine, ...], AfterValidator(at_least_one)]
    levels: Annotated[tuple[LevelLine, ...], AfterValidator(at_least_one)]
    rhythms: Annotated[tuple[RhythmLine, ...], AfterValidator(at_least_one)]
    checks: Annotated[tuple[CheckLine, ...], AfterValidator(at_least_one)]
    ladder: Annotated[tuple[LadderLine, ...], AfterValidator(at_least_one)]
    escalation: Annotated[tuple[EscalationLine, ...], AfterValidator(at_least_one)]
    harm: HarmLine
    limits: Limits
    services: tuple[ServiceLine, ...] = ()
    prompts: tuple[PromptLine, ...] = ()
    households: HouseholdLine = HouseholdLine(months=12, days=30)
    told: Told = Told()

    @model_validator(mode="after")
    def _minimum_sets_name_services(self):
        known = {line.code for line in self.services}
        for line in self.categories:
            if unknown := sorted(line.minimum.keys() - known):
                raise ValueError(f"{line.code}: no service {', '.join(unknown)}")
        return self

    def service(self, code: str) -> ServiceLine:
        return _line(self.services, code)

    def minimum_of(self, categories) -> dict[str, int]:
        """{service: within how many months} of somebody in these categories, the tightest of them."""
        owed: dict[str, int] = {}
        for code in categories:
            for service, months in self.category(code).minimum.items():
                owed[service] = min(months, owed.get(service, months))
        return {line.code: owed[line.code] for line in self.services if line.code in owed}

    def category(self, code: str) -> CategoryLine:
        return _line(self.categories, code)

    def level(self, code: str) -> LevelLine:
        return _line(self.levels, code)

    def rhythm(self, code: str) -> RhythmLine:
        return _line(self.rhythms, code)

    def rhythm_for(self, level: str, categories) -> str:
        """The tightest rhythm that the level or one of the categories asks for."""
        asked = {self.level(level).rhythm, *(self.category(code).rhythm for code in categories)}
        return next(rhythm for rhythm in TIGHTNESS if rhythm in asked)

    @property
    def elderly(self) -> tuple[str, ...]:
        return tuple(line.code for line in self.categories if line.elderly)


def _line(lines, code: str):
    for line in lines:
        if line.code == code:
            return line
    raise LookupError(f"{code!r} is not in the rules; known: {', '.join(line.code for line in lines)}")


def check(pack: CarePack) -> Iterator[tuple[tuple, str]]:
    """What the schema alone cannot see: codes written twice, rhythms nobody described."""
    for field in ("categories", "levels", "rhythms", "checks", "ladder"):
        seen = set()
        for number, line in enumerate(getattr(pack, field)):
            if line.code in seen:
                yield (field, number, "code"), f"{line.code} is written twice"
            seen.add(line.code)
    described = {line.code for line in pack.rhythms}
    for field in ("categories", "levels"):
        for number, line in enumerate(getattr(pack, field)):
            if line.rhythm not in described:
                yield (field, number, "rhythm"), f"the rhythm {line.rhythm} is not described"
