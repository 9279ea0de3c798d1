"""Many cities: each snapshot is rolled up as a task of its own, here, in processes or on a Dask cluster; and their sum.

No city needs another one's files, and the order in which they are done changes nothing: equal digests say so.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from linli.plans.formula import Months, Value, ir
from linli.plans.formula.evaluating import combine
from linli.plans.formula.sql import state_of
from linli_compute.scale import Done, done_by

from .asking import Snapshot, answerable, roll_up
from .gathering import PARTS, WAYS, how_of
from .layout import MANIFEST, SnapshotRefused, digest_of, opened
from .states import denominator_of, state_from

WHOLE = 0  # the number of the place above all others of a snapshot


@dataclass(frozen=True)
class Wanted:
    """What every city is rolled up for; formulas that a city's snapshot cannot answer are left out there."""

    expressions: tuple[ir.Expression, ...]
    periods: tuple[Months, ...]
    due_through: int


def cities_in(folder: Path) -> list[Path]:
    """The folders of sealed snapshots right below a folder, in the order of their names."""
    return sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))


def roll_up_cities(
    folders: Sequence[Path], wanted: Wanted, *, workers: int = 0, scheduler: str | None = None
) -> Iterator[Done]:
    """Each city as it is done, with the digest of what it was rolled up to, or the sentence why it was not."""
    yield from done_by(partial(roll_up_city, wanted=wanted), folders, workers=workers, scheduler=scheduler)


def roll_up_city(folder: Path, *, wanted: Wanted) -> Done:
    """One city; its snapshot is held against its own digests first."""
    try:
        manifest = opened(folder, check=True)
        kept = [one for one in wanted.expressions if answerable(one, manifest)]
        roll_up(folder, kept, wanted.periods, due_through=wanted.due_through)
    except SnapshotRefused as refused:
        return Done(folder.name, "", str(refused))
    return Done(folder.name, rolled_digest(folder))


def rolled_digest(folder: Path) -> str:
    """SHA-256 over everything a snapshot was rolled up to."""
    total = hashlib.sha256()
    for path in sorted(folder.glob("rolled*")):
        total.update(f"{path.name}:{digest_of(path)}\n".encode())
    return total.hexdigest()


def whole_of(
    folders: Sequence[Path], expressions: Mapping[str, ir.Expression], months: Months
) -> dict[str, Value]:
    """Indicator → its value over all these cities together: parts are added up first, ratios come last."""
    wanted = {node: ir.digest(node) for one in expressions.values() for node in ir.aggregates_of(one)}
    snapshots = [Snapshot.of(folder) for folder in folders]
    states = {node: _together(node, digest, snapshots, months) for node, digest in wanted.items()}
    return {code: combine(one, lambda node: states[node]).value for code, one in expressions.items()}


def _together(node, digest, snapshots, months) -> Value:
    parts: dict[str, np.ndarray] = {}
    for one in snapshots:
        if digest not in one.positions:
            raise SnapshotRefused(f"{one.folder.name} 没有为这个公式汇总。")
        held = one.rolled(months)
        for part in PARTS:
            number = held.part(one.positions[digest], part)[WHOLE : WHOLE + 1].astype(np.int64)
            way = WAYS[how_of(node, part)][0]
            parts[part] = number if part not in parts else way(parts[part], number)
    state = state_from(node.op, denominator_of(node, snapshots[0].manifest), parts)
    exact = state.column.at(0)
    counts = int(state.reported[0]), int(state.expected[0])
    return state_of(*(exact or (None, None)), int(state.column.rank[0]), *counts)
