"""The pack of a place's profile: how it may be marked, how large it should be, what it must be served with."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from linli.packs.schema import Code, Pack, Strict, at_least_one


class TagLine(Strict):
    """A mark of a place; of those of one `group` it carries one at most. `priority`: its services are checked."""

    name: str = Field(min_length=1, max_length=20)
    group: str = Field("", max_length=20)
    priority: bool = False


class SizeLine(Strict):
    """How many households an urban (or rural) community should have, both ends included."""

    urban: bool
    least: int = Field(ge=1)
    most: int = Field(ge=1)
    source: str = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def least_comes_first(self) -> "SizeLine":
        if self.most < self.least:
            raise ValueError("most is less than least")
        return self


class ServiceLine(Strict):
    code: Code
    name: str = Field(min_length=1, max_length=20)


class PlacesPack(Pack):
    stale_days: int = Field(ge=1, le=3660)  # after so many days a profile wants to be confirmed again
    tags: Annotated[tuple[TagLine, ...], AfterValidator(at_least_one)]
    sizes: tuple[SizeLine, ...] = ()
    services: tuple[ServiceLine, ...] = ()

    @property
    def priority_tags(self) -> list[str]:
        return [tag.name for tag in self.tags if tag.priority]

    def size_for(self, *, urban: bool) -> SizeLine | None:
        return next((size for size in self.sizes if size.urban == urban), None)


def check(pack: PlacesPack) -> Iterator[tuple[tuple, str]]:
    """Names and codes written twice."""
    for field, key in (("tags", "name"), ("sizes", "urban"), ("services", "code")):
        seen = set()
        for number, line in enumerate(getattr(pack, field)):
            if (value := getattr(line, key)) in seen:
                yield (field, number, key), f"{value} is written twice"
            seen.add(value)
