"""The shape of packs/volunteering/*.yaml: services, limits, stars, and the rules of a district's time bank."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from linli.packs.schema import Code, Pack, Strict, at_least_one

Minutes = Annotated[int, Field(ge=0, le=10_000_000)]
Age = Annotated[int, Field(ge=0, le=120)]
Days = Annotated[int, Field(ge=1, le=3660)]


class SkillLine(Strict):
    code: Code
    name: str = Field(min_length=1, max_length=40)


class ServiceLine(Strict):
    """A service a volunteer gives; only those of the low-risk list may be ordered and earn coins."""

    code: Code
    name: str = Field(min_length=1, max_length=40)
    skill: Code | None = None
    minutes: Annotated[int, Field(ge=15, le=480)] = 60  # how long it usually takes
    low_risk: bool = True  # company, errands, cleaning: may be asked for and served by one person
    coins: bool = True


class StarLine(Strict):
    """A star level and the confirmed minutes and quality it asks for."""

    level: Annotated[int, Field(ge=1, le=9)]
    name: str
    minutes: Minutes
    disputes: Annotated[int, Field(ge=0, le=100)] = 100  # at most so many refused records
    benefit: str = ""


class AwardLine(Strict):
    code: Code
    name: str


class DutyLine(Strict):
    """What a volunteer may be asked to do for the community beyond tasks."""

    code: Code
    name: str


class Limits(Strict):
    """The numbers of recording."""

    day_minutes: Annotated[int, Field(ge=30, le=1440)]  # served by one person in a day
    confirm_days: Days  # after so long without an answer a record goes to the coordinator
    report_days: Days  # how long back one's own hours may be reported
    check_in_before_min: Annotated[int, Field(ge=0, le=240)]
    adult_age: Age
    least_age: Age
    rate_days: Days  # how long a served order waits for a rating
    untaken_hours: Annotated[int, Field(ge=1, le=720)] = (
        24  # so long before its time an order nobody took is shown
    )
    night_hours: tuple[Annotated[int, Field(ge=0, le=24)], Annotated[int, Field(ge=0, le=24)]]
    same_pair: Annotated[int, Field(ge=2)]  # so many records of one pair in 30 days are shown
    young_elder: tuple[Age, Age] = (
        60,
        75,
    )  # from the first to below the second: pairs well with the very old


class CoinRules(Strict):
    """The rules of the time bank; everything in minutes, a coin is `coin_minutes` of them."""

    coin_minutes: Annotated[int, Field(ge=1, le=600)]
    floor: Annotated[int, Field(le=0)]  # how far a purse may owe
    cap: Minutes  # the most a purse holds; what is earned above it goes to the pool
    spend_day_minutes: Minutes  # what one person gives away or redeems in a day
    expiry_months: Annotated[int, Field(ge=0, le=600)]  # 0: coins do not expire
    warn_days: Annotated[int, Field(ge=0, le=365)] = 60  # so long before they expire the holder is told
    gift_to: tuple[Literal["household", "family", "guardian"], ...]
    pool_age: Age  # from this age the pool pays
    donation: bool = True
    inheritance: bool = True


class VolunteeringPack(Pack):
    pack: Literal["volunteering"]
    limits: Limits
    coins: CoinRules
    insurance: str = Field(min_length=1, max_length=120)
    skills: Annotated[tuple[SkillLine, ...], AfterValidator(at_least_one)]
    services: Annotated[tuple[ServiceLine, ...], AfterValidator(at_least_one)]
    stars: tuple[StarLine, ...] = ()
    awards: tuple[AwardLine, ...] = ()
    duties: tuple[DutyLine, ...] = ()

    def duty(self, code: str) -> DutyLine:
        """The duty of this code; LookupError tells those there are."""
        for line in self.duties:
            if line.code == code:
                return line
        raise LookupError(f"no duty {code!r}; known: {', '.join(line.code for line in self.duties)}")

    def service(self, code: str) -> ServiceLine:
        """The service of this code; LookupError tells those there are."""
        for line in self.services:
            if line.code == code:
                return line
        raise LookupError(f"no service {code!r}; known: {', '.join(line.code for line in self.services)}")

    def on_offer(self) -> tuple[ServiceLine, ...]:
        """What people may ask for: the low-risk services."""
        return tuple(line for line in self.services if line.low_risk)

    def star_for(self, minutes: int, refused: int = 0) -> StarLine | None:
        """The highest star that so many confirmed minutes and refused records earn."""
        earned = [line for line in self.stars if minutes >= line.minutes and refused <= line.disputes]
        return max(earned, key=lambda line: line.level, default=None)


def check(pack: VolunteeringPack) -> Iterator[tuple[tuple, str]]:
    """What the schema alone cannot see: unknown skills, codes written twice, levels that do not rise."""
    skills = {line.code for line in pack.skills}
    for number, line in enumerate(pack.services):
        if line.skill is not None and line.skill not in skills:
            yield ("services", number, "skill"), f"unknown skill {line.skill}"
    for field in ("skills", "services", "awards", "duties"):
        seen: set[str] = set()
        for number, line in enumerate(getattr(pack, field)):
            if line.code in seen:
                yield (field, number, "code"), f"{line.code} is written twice"
            seen.add(line.code)
    asked = [(line.level, line.minutes) for line in pack.stars]
    if asked != sorted(set(asked)):
        yield ("stars",), "levels and minutes rise together, each once"
    if pack.limits.least_age > pack.limits.adult_age:
        yield ("limits", "least_age"), "the least age lies above the age of adults"
