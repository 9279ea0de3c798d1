"""Who answers for what: each task by the levels of the tree, with the bodies that have a part in it."""

from dataclasses import dataclass

from linli.places.levels import DIVISIONS, Level
from linli.places.models import Place
from linli.plans.models import Plan, Task

from .tasks import ledger_of


@dataclass(frozen=True)
class Row:
    """One task: who leads and supports it by the text, and the units with a part in it, level by level."""

    task: Task
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Matrix:
    """Tasks × levels × bodies, with the levels at which somebody has a part."""

    levels: tuple[Level, ...]
    rows: tuple[Row, ...]


def matrix_of(plan: Plan, place: Place, user) -> Matrix:
    """The matrix of a plan in a place, as far as one may see who has which part."""
    lines = ledger_of(plan, place, [], user)
    held = {(line.task.pk, share.case.place.level): [] for line in lines for share in line.shares}
    for line in lines:
        for share in line.shares:
            held[line.task.pk, share.case.place.level].append(f"{share.case.unit.name}（{share.percent}%）")
    levels = tuple(Level(one) for one in DIVISIONS if any(level == one for _task, level in held))
    rows = tuple(
        Row(line.task, tuple(tuple(held.get((line.task.pk, level), ())) for level in levels))
        for line in lines
    )
    return Matrix(levels, rows)
