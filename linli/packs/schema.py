"""The header every pack opens with, and what an app declares about its kind of pack."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from linli.kernel.registry import Registry

Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


def at_least_one(values: tuple) -> tuple:
    """Refuse an empty list; unlike min_length it does not count the entries that are wrong themselves."""
    if not values:
        raise ValueError("at least one entry is needed")
    return values


NATION = "000000000000"
Area = Annotated[str, Field(pattern=r"^\d{12}$")]


class Strict(BaseModel):
    """A part of a pack: unknown keys are mistakes, and nothing changes it after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Pack(Strict):
    """The seven lines every pack opens with."""

    pack: str
    code: Code
    title: str = Field(min_length=1, max_length=200)
    source: str = Field(min_length=1, max_length=300)
    area: Area
    valid_from: date
    valid_to: date | None = None

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> "Pack":
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Installed:
    """What an installation did, by code; `make packs` shows the same before anything is done."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = [
            f"{sign}{code}"
            for sign, codes in (("+", self.added), ("~", self.changed), ("-", self.retired))
            for code in codes
        ]
        return " ".join(parts) or "no change"


@dataclass(frozen=True)
class PackKind:
    """A kind of pack: its schema, what is cross-checked over all packs, and how one is installed.

    `check(pack)` yields (location, message) for what the schema alone cannot see. `install(pack, by=None)`
    runs in one transaction, upserts by code and retires what is gone. `diff(pack)` says what it would do.
    """

    schema: type[Pack]
    install: Callable[..., Installed]
    diff: Callable[[Any], Installed]
    check: Callable[[Any], Iterable[tuple[tuple, str]]] = field(default=lambda pack: ())


pack_kinds: Registry[PackKind] = Registry("pack kind")


def nearest(rows: Iterable[Any], area_codes: list[str], day: date) -> Any | None:
    """Of rows with `area`, `valid_from`, `valid_to`, the one of the nearest area that holds on `day`.

    `area_codes` go from the province down, as Place.ancestor_codes does; the nation is 000000000000.
    """
    rank = {code: number for number, code in enumerate([NATION, *area_codes])}
    holding = [
        row
        for row in rows
        if row.area in rank and row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)
    ]
    return max(holding, key=lambda row: (rank[row.area], row.valid_from), default=None)


def packs_below(root: Path) -> list[Path]:
    return sorted(root.rglob("*.yaml"))
