"""Packs of the life circle: how people walk, which functions a circle must hold, what each plan asks for.

A study reads them from the file and keeps its own copy with the result (a run is repeatable as it was), so
installing has nothing to store: the packs are checked here like all others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.conf import settings
from pydantic import Field

from linli.facilities.catalogue import REACH_FUNCTIONS
from linli.facilities.counted import TAGS
from linli.packs import Pack
from linli.packs.reading import read_packs
from linli.packs.schema import Strict, nearest
from linli_compute.errors import InputError
from linli_compute.hours import Moment
from linli_compute.packs import Circle, circle_of, profiles_of
from linli_compute.streets import Profile


class ProfilesPack(Pack):
    pack: Literal["reach-profiles"]
    profiles: list[dict[str, Any]]


class CirclePack(Pack):
    pack: Literal["reach-circle"]
    bands_min: list[float]
    radius_m: float
    functions: list[dict[str, Any]]


class FunctionSet(Strict):
    """A plan's circle: all these functions within so many minutes."""

    code: str = Field(pattern=r"^[a-z0-9_]+$", max_length=40)
    title: str
    minutes: int = Field(ge=1, le=120)
    functions: list[str] = Field(min_length=1)


class HouseService(Strict):
    """A service of a house of several: who wants it, how far they walk, what a place of it takes."""

    key: str = Field(pattern=r"^[a-z0-9_]+$", max_length=20)
    title: str
    band_min: int = Field(ge=1, le=120)
    group: Literal["", "age60plus", "age80plus", "under3", "age6to12"]
    m2_per_place: float = Field(gt=0, le=1000)
    needs_percent: float = Field(gt=0, le=100)


class ComplexPack(Pack):
    """What a house of several services must hold (嵌入式服务综合体)."""

    pack: Literal["reach-complex"]
    least_m2: float = Field(gt=0)
    better_m2: float = Field(gt=0)
    least_functions: int = Field(ge=2)
    core: list[str] = Field(min_length=1)
    least_core: int = Field(ge=1)
    services: list[HouseService] = Field(min_length=1)
    builds: dict[str, str] = {}  # function → kind of facility that a new site of it becomes in the register


class TwelveLine(Strict):
    tag: str
    title: str
    source: str


class SetsPack(Pack):
    pack: Literal["reach-sets"]
    rural_band_min: int = Field(ge=1, le=120)
    profile: str
    sets: list[FunctionSet]
    centres: list[FunctionSet] = []
    twelve: list[TwelveLine]


def check_sets(pack: SetsPack) -> Iterator[tuple[tuple, str]]:
    for name in ("sets", "centres"):
        codes = [line.code for line in getattr(pack, name)]
        for number, code in enumerate(codes):
            if codes.index(code) != number:
                yield (name, number), f"{code} stands twice"
    for number, line in enumerate(pack.twelve):
        if line.tag not in TAGS:
            yield ("twelve", number), f"no kind of facility counts as {line.tag!r}"


def check_complex(pack: ComplexPack) -> Iterator[tuple[tuple, str]]:
    yield from _check_services(pack)
    keys = [line.key for line in pack.services]
    for number, key in enumerate(pack.core):
        if key not in keys:
            yield ("core", number), f"{key} is no service of the pack"
    if pack.better_m2 < pack.least_m2:
        yield ("better_m2",), "smaller than least_m2"
    if pack.least_core > len(pack.core):
        yield ("least_core",), f"only {len(pack.core)} are core"


def _check_services(pack: ComplexPack) -> Iterator[tuple[tuple, str]]:
    """Services that stand twice, and names of functions that no kind of facility serves."""
    keys = [line.key for line in pack.services]
    for number, key in enumerate(keys):
        if keys.index(key) != number:
            yield ("services", number), f"{key} stands twice"
    named = [(("services", number), key) for number, key in enumerate(keys)]
    for where, key in [*named, *((("builds", key), key) for key in pack.builds)]:
        if key not in REACH_FUNCTIONS:
            yield where, f"no kind of facility serves {key!r}"


def check_profiles(pack: ProfilesPack) -> Iterator[tuple[tuple, str]]:
    try:
        profiles_of(pack.model_dump(), where=pack.code)
    except InputError as wrong:
        yield ("profiles",), str(wrong)


def check_circle(pack: CirclePack) -> Iterator[tuple[tuple, str]]:
    try:
        circle_of(pack.model_dump(), where=pack.code)
    except InputError as wrong:
        yield ("functions",), str(wrong)


class NoPacks(LookupError):
    """The packs of the life circle cannot be read, or none holds here; the message says which."""


@dataclass(frozen=True)
class Rulebook:
    """The four packs as they hold at a place on a day; a run keeps its own copy."""

    profiles: ProfilesPack
    circle: CirclePack
    sets: SetsPack
    complex: ComplexPack

    def parameters(self, profile: str) -> dict:
        """What a run keeps: one profile, the circle, the sets, the house. LookupError: no such profile."""
        rows = [row for row in self.profiles.profiles if row["key"] == profile]
        if not rows:
            raise LookupError(profile)
        told = {name: getattr(self, name).model_dump(mode="json") for name in ("circle", "sets", "complex")}
        return {"profile": rows[0], **told}


def rulebook_at(place, day: date) -> Rulebook:
    """The packs of the nearest area. NoPacks: one is missing or wrong."""
    packs, problems = read_packs(settings.PACKS_DIR / "reach")
    if problems:
        raise NoPacks(str(problems[0]))
    found = {}
    for name in ("profiles", "circle", "sets", "complex"):
        mine = [pack for pack in packs if pack.pack == f"reach-{name}"]
        found[name] = nearest(mine, place.ancestor_codes, day)
        if found[name] is None:
            raise NoPacks(f"reach-{name}")
    book = Rulebook(**found)
    if unknown := unknown_in(book):
        raise NoPacks("、".join(unknown))
    return book


def unknown_in(book: Rulebook) -> list[str]:
    """What the sets name and the circle or the profiles do not have; a set would be silent for ever."""
    functions = {row["key"] for row in book.circle.functions}
    bands = set(book.circle.bands_min)
    asked = [*book.sets.sets, *book.sets.centres]
    told = [f"{line.code}: {key}" for line in asked for key in line.functions if key not in functions]
    if book.sets.rural_band_min not in bands:
        told.append(f"rural_band_min: {book.sets.rural_band_min}")
    if book.sets.profile not in {row["key"] for row in book.profiles.profiles}:
        told.append(f"profile: {book.sets.profile}")
    return told


def circle_in(parameters: dict) -> Circle:
    """The circle a run keeps."""
    return circle_of(parameters["circle"], where="run")


def keep_moment(moment: Moment | None) -> dict:
    """What a run keeps of the hour of the week it asks about; nothing where it asks about none."""
    return {} if moment is None else {"moment": {"weekday": moment.weekday, "minute": moment.minute}}


def house_in(parameters: dict) -> dict | None:
    """What a run says of houses of several services; None in a run from before it did."""
    return parameters.get("complex")


def services_beside(parameters: dict) -> list[str]:
    """Services of such a house that are no functions of the circle."""
    functions = {row["key"] for row in parameters["circle"]["functions"]}
    house = house_in(parameters)
    return [row["key"] for row in house["services"] if row["key"] not in functions] if house else []


def sited_in(parameters: dict) -> list[dict]:
    """Whatever sites can be looked for: the circle's functions, then the services beside them."""
    beside = services_beside(parameters)
    house = house_in(parameters) or {"services": []}
    more = [row for row in house["services"] if row["key"] in beside]
    return [*parameters["circle"]["functions"], *more]


def profile_in(parameters: dict) -> Profile:
    """The profile a run keeps."""
    [found] = profiles_of({"profiles": [parameters["profile"]]}, where="run").values()
    return found
