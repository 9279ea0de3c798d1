"""An evaluation sorted as its plan sorts it: must-haves and points by the parts of each frame."""

from collections.abc import Sequence
from dataclasses import dataclass

from linli.places.models import Place
from linli.plans.models import Evaluation

from .evaluations import Line, lines_of, lines_shown

PUBLIC = ("published", "appealed", "graded", "closed")  # states in which everybody may look at an evaluation


@dataclass(frozen=True)
class Part:
    """One part of a frame with its lines; points and weight are of the scored ones, 0 of 0 where none is scored."""

    title: str
    lines: Sequence[Line]

    @property
    def points(self):
        return sum(line.points for line in self.lines if not line.must)

    @property
    def weight(self):
        return sum(line.weight for line in self.lines if not line.must)

    @property
    def musts(self) -> int:
        return sum(line.must for line in self.lines)

    @property
    def musts_met(self) -> int:
        return sum(line.must and line.good for line in self.lines)


@dataclass(frozen=True)
class Frame:
    title: str
    quote: str
    on_profile: bool
    parts: Sequence[Part]


def frames_of(evaluation: Evaluation) -> list[Frame]:
    """Every frame of the index, its parts in the plan's order; a part without a line stands with none."""
    index = evaluation.round.index
    told, lines = lines_of(index), lines_shown(evaluation)
    return [
        Frame(
            frame["title"], frame["quote"], frame["on_profile"],
            [
                Part(part["title"], [one for one in lines if told[one.code]["part"][frame["code"]] == part["code"]])
                for part in frame["parts"]
            ],
        )
        for frame in index.rules.get("frames", ())
    ]  # fmt: skip


def newest_public(place: Place) -> Evaluation | None:
    """The place's newest evaluation that everybody may look at."""
    rows = Evaluation.objects.filter(  # an index of departments says so in its rules
        case__place=place, case__state__in=PUBLIC, round__index__rules__of__isnull=True
    )
    return rows.select_related("case__place", "round__index").order_by("-drawn_at", "-pk").first()
