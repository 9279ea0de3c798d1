"""The workforce pack: how many workers a community should have, and how grades rise; each with its source."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from linli.packs import Pack, PackKind, pack_kinds
from linli.packs.schema import Strict
from linli.registers.pack import diff_rulebook, install_rulebook


class Norm(Strict):
    """Workers for 10,000 urban permanent residents, and the span of full-time workers of a community."""

    workers_per_10000: float = Field(gt=0, le=200)
    full_time_least: int = Field(ge=0)
    full_time_most: int = Field(ge=1)
    clause: str = Field(min_length=1)


class Ladder(Strict):
    """The grades of a post."""

    track: Literal["head", "deputy", "other"]
    lowest: int = Field(ge=1, le=18)
    highest: int = Field(ge=1, le=18)


class Years(Strict):
    """Years that count as service for a degree or a certificate."""

    what: str
    years: int = Field(ge=0, le=20)


class Grades(Strict):
    years_per_grade: int = Field(ge=1, le=10)
    ladders: tuple[Ladder, ...]
    degrees: tuple[Years, ...] = ()
    certificates: tuple[Years, ...] = ()
    clause: str = Field(min_length=1)


class WorkforcePack(Pack):
    pack: Literal["workforce"]
    norm: Norm
    grades: Grades
    yearly_hours: float = Field(gt=0, le=400)
    allowances: dict[
        Literal["assistant", "social_worker", "senior"], float
    ] = {}  # yuan a month for a certificate


def check(pack: WorkforcePack) -> Iterator[tuple[tuple, str]]:
    if pack.norm.full_time_least > pack.norm.full_time_most:
        yield ("norm", "full_time_least"), "最低人数大于最高人数"
    tracks = [ladder.track for ladder in pack.grades.ladders]
    if sorted(tracks) != ["deputy", "head", "other"]:
        yield ("grades", "ladders"), "正职、副职、其他各写一行"
    for at, ladder in enumerate(pack.grades.ladders):
        if ladder.lowest > ladder.highest:
            yield ("grades", "ladders", at, "lowest"), "最低等级大于最高等级"


pack_kinds["workforce"] = PackKind(WorkforcePack, install_rulebook, diff_rulebook, check)
