"""What an index pack may say: must-haves, scored items with weights, the bands of grades, the terms of a round."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from linli.packs import Pack
from linli.packs.schema import Code, Strict, at_least_one

from .schema import Name, Number, Words

Formula = Annotated[str, Field(min_length=3, max_length=500)]


Parts = Annotated[dict[Code, Code], Field(default_factory=dict)]  # frame → the part a line stands in


class GateLine(Strict):
    """Something every place of the grade must have."""

    code: Code
    title: Name
    unit: str = Field(min_length=1, max_length=12)
    formula: Formula
    at_least: Number
    quote: Words  # the words of the plan it comes from
    part: Parts


class ItemLine(Strict):
    """Something that brings points: none at `worst`, all of the `weight` at `best`, straight between.

    Without a formula nobody counts it: whoever checks on the spot gives it a number and says why.
    """

    code: Code
    title: Name
    unit: str = Field(min_length=1, max_length=12)
    formula: Formula | None = None
    weight: Number
    worst: Number
    best: Number
    quote: Words
    part: Parts


class BandLine(Strict):
    """A grade and the score from which it is given, once every must-have is there."""

    name: Annotated[str, Field(min_length=1, max_length=20)]
    from_score: Number


class PartLine(Strict):
    code: Code
    title: Name


class FrameLine(Strict):
    """A way in which the plan sorts what is evaluated: every line stands in one part of each frame."""

    code: Code
    title: Name
    quote: Words
    on_profile: bool = False  # shown on the page of the place itself
    parts: Annotated[tuple[PartLine, ...], AfterValidator(at_least_one)]


class IndexPack(Pack):
    """One evaluation index, whole; a `proposal` says in its note what is ours and not an authority's."""

    pack: Literal["index"]
    scope: Code
    # who is evaluated: places of the scope, units with tasks due, providers, projects of the year
    of: Literal["places", "departments", "providers", "projects"] = "places"
    proposal: bool = False
    note: str = Field("", max_length=400)
    self_check_days: int = Field(ge=1, le=180)
    comment_days: int = Field(ge=1, le=90)
    improve_days: int = Field(ge=1, le=1000)
    frames: tuple[FrameLine, ...] = ()
    gates: tuple[GateLine, ...] = ()
    items: Annotated[tuple[ItemLine, ...], AfterValidator(at_least_one)]
    bands: Annotated[tuple[BandLine, ...], AfterValidator(at_least_one)]
