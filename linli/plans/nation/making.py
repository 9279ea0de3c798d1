"""Making a snapshot from the truth: what is known at a moment, of some months, as Parquet files.

Month by month, and in a month measure by measure: the database packs the figures of one measure into three strings of
whole numbers, so that no row ever becomes an object here, and no more than one month is held in memory.
"""

import fcntl
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import numpy as np
from django.db import connection, transaction

from linli.plans.formula import Months
from linli.plans.models import MeasureTerm, ScopeTerm
from linli.plans.models.figures import Source

from .layout import PLACES, UNITS, Manifest, SnapshotRefused, figures_in, file_in, seal
from .rolling import engine
from .standing import COMMUNITY, Trees, nothing

KINDS = ("stock", "flow")
MAKING = "making"  # beside the snapshots: what is not whole yet
MEMORY = "600MB"  # of the writer: each column of a month wants some room of its own
SOURCES = sorted(Source.values)

# The rows that formulas would read. Of a place with several the one with a value comes first, then the record:
# `mark` is 16 × the rank of the reason + the place of the source in this order.
FIGURES = """SELECT string_agg(int8send(place_id), ''), string_agg(int8send(coalesce(value, 0)), ''),
  string_agg(int2send((status * 16 + array_position(%(sources)s::text[], source::text) - 1)::int2), '')
FROM plans_measurevalue
WHERE measure = %(measure)s AND month = %(month)s AND span = 1
  AND known_from <= %(known_on)s AND (known_to IS NULL OR known_to > %(known_on)s)"""

Columns = dict[str, np.ndarray]


def make_snapshot(folder: Path, months: Months, *, known_on: datetime) -> Manifest:
    """Write and seal what is known of these months; stocks bring the months before for as long as they stay good.

    The folder is there when it is sealed, and not before; SnapshotRefused when another one is being made there.
    """
    if folder.exists():
        raise SnapshotRefused(f"{folder.name} 已经封存，快照不能改写。")
    with _room_beside(folder) as room, _one_moment():
        manifest = _write(room, months, known_on)
        sealed = seal(room, manifest)
        room.replace(folder)
    return sealed


def _write(room: Path, months: Months, known_on: datetime) -> Manifest:
    terms = list(MeasureTerm.objects.filter(retired_on=None, kind__in=KINDS).order_by("code"))
    held = range(months.first - max((t.good_for_months for t in terms), default=1) + 1, months.last + 1)
    scopes = list(ScopeTerm.objects.filter(retired_on=None, level=COMMUNITY))
    trees = Trees(held, known_on)
    units = trees.units(scopes)
    _put(room / PLACES, trees.places())
    _put(room / UNITS, units)
    files = {}
    rows = Rows(trees.keys)
    for month in held:
        told = _figures(terms, month, known_on, rows)
        if told:
            _put(room / figures_in(month), {"nr": units["nr"], **told})
        files[figures_in(month)] = tuple(told)
    told_of = {
        int(name[1:].partition("_")[0]) for names in files.values() for name in names if name[0] == "r"
    }
    return Manifest(
        held[0], months.last, tuple(t.code for t in terms), tuple(s.code for s in scopes), known_on.isoformat(),
        reasons=tuple(t.code for n, t in enumerate(terms) if n in told_of),
        flows=tuple(t.code for t in terms if t.kind == "flow"), merged=bool(np.ma.count(units["into"])),
        files=files,
    )  # fmt: skip


@contextmanager
def _room_beside(folder: Path) -> Iterator[Path]:
    """A folder to write in; what a sealing that was killed has left goes. One at a time."""
    making = folder.parent / MAKING
    making.mkdir(parents=True, exist_ok=True)
    with (making / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SnapshotRefused("这里正在封存另一份快照，请等它做完。") from None
        _clear(making)
        room = making / folder.name
        room.mkdir()
        try:
            yield room
        finally:
            _clear(making)


def _clear(making: Path) -> None:
    for left in making.iterdir():
        if left.is_dir():
            shutil.rmtree(left)


@contextmanager
def _one_moment() -> Iterator[None]:
    """Every statement sees the same rows; within a transaction of the caller's, what that one sees."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
        yield


class Rows:
    """Places by their rows in the snapshot, as arrays."""

    def __init__(self, keys: Mapping[int, int]):
        self.count = len(keys)
        self._places = np.fromiter(sorted(keys), np.int64, len(keys))
        self._rows = np.fromiter((keys[key] for key in sorted(keys)), np.int64, len(keys))

    def of(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(which of these places are in the snapshot, the rows of those)."""
        if not self.count:
            return np.zeros(len(places), bool), np.zeros(0, np.int64)
        at = np.minimum(np.searchsorted(self._places, places), self.count - 1)
        known = self._places[at] == places
        return known, self._rows[at[known]]


def _figures(terms: Sequence[MeasureTerm], month: int, known_on: datetime, rows: Rows) -> Columns:
    """The columns of one month: figures, and reasons where one is told; only those that tell something."""
    columns: Columns = {}
    with connection.cursor() as cursor:
        for position, term in enumerate(terms):
            asked = {"measure": term.code, "month": month, "known_on": known_on, "sources": SOURCES}
            cursor.execute(FIGURES, asked)
            packed = cursor.fetchone()
            if packed[0]:
                values, reasons = _unpacked(packed, rows)
                columns |= {f"m{position}_{month}": values} if np.ma.count(values) else {}
                columns |= {f"r{position}_{month}": reasons} if np.ma.count(reasons) else {}
    return columns


def _unpacked(packed: Sequence[bytes], rows: Rows) -> tuple[np.ma.MaskedArray, np.ma.MaskedArray]:
    """(figures, ranks of reasons) of one measure by row."""
    places, values, marks = (
        np.frombuffer(one, kind) for one, kind in zip(packed, (">i8", ">i8", ">i2"), strict=True)
    )
    known, at = rows.of(places)
    values, marks = values[known], marks[known]
    status, source = marks >> 4, marks & 15
    last_first = np.argsort(
        -(((status > 0) << 4) + source), kind="stable"
    )  # the one that counts is written last
    at, values, status = at[last_first], values[last_first], status[last_first]
    found = nothing(rows.count)
    found.data[at], found.mask[at] = values, status > 0
    reasons = nothing(rows.count)
    reasons.data[at], reasons.mask[at] = status, status == 0
    found.data[found.mask] = 0
    return found, reasons


def _put(path: Path, table: Columns) -> None:
    """Write one file of columns, row by row side by side."""
    with engine(memory=MEMORY) as duck:
        duck.register("made", table)
        duck.execute(f"COPY made TO {file_in(path.parent, path.name)} (FORMAT parquet, ROW_GROUP_SIZE 20480)")
