# ruff: noqa: S608 (names of columns and files are ours)
"""The places of a snapshot in memory, and which rows of its units ever stood under which of them."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from .held import Held, write_held
from .layout import PLACES, Manifest, file_in
from .units import Units

SPANS = "spans.cols"
NEAR = 5_000  # units: to read some more neighbours costs less than to look for one in the whole file


@dataclass(frozen=True)
class Index:
    """Codes, names and levels by the number of a place; places below one have the numbers after it."""

    codes: np.ndarray
    names: np.ndarray
    last: np.ndarray
    by_code: dict[str, int]
    by_level: dict[str, np.ndarray]

    @classmethod
    def read(cls, connection, folder: Path) -> "Index":
        found = connection.execute(
            f"SELECT code, name, level, last_nr FROM read_parquet({file_in(folder, PLACES)}) ORDER BY nr"
        ).fetchnumpy()
        codes, names, level = (np.asarray(found[name], dtype=object) for name in ("code", "name", "level"))
        by_code = {code: nr for nr, code in enumerate(codes)}
        by_level = {name: np.flatnonzero(level == name) for name in dict.fromkeys(level)}
        return cls(codes, names, np.asarray(found["last_nr"]), by_code, by_level)

    def inside(self, code: str) -> tuple[int, int]:
        """The first and last number of a place and those below it; an empty stretch for an unknown one."""
        nr = self.by_code.get(code)
        return (0, -1) if nr is None else (nr, int(self.last[nr]))

    def reach(self, codes: tuple[str, ...], within: str) -> np.ndarray:
        """The numbers of the places under which communities are asked: named ones, or one and all below it."""
        if codes:
            return self.rows(codes, "", "")
        first, last = self.inside(within)
        return np.arange(first, last + 1)

    def rows(self, codes: tuple[str, ...], within: str, level: str) -> np.ndarray:
        """The numbers of the places asked, in the tree's order: named ones, or all of a level within one."""
        if codes:
            return np.array(
                sorted({self.by_code[code] for code in codes if code in self.by_code}), dtype=np.int64
            )
        first, last = self.inside(within)
        all_of = self.by_level.get(level, np.zeros(0, np.int64))
        return all_of[np.searchsorted(all_of, first) : np.searchsorted(all_of, last, "right")]


@dataclass(frozen=True)
class Spans:
    """For each place the lowest and highest number of a unit that ever stood right under it; what was merged."""

    low: np.ndarray
    high: np.ndarray
    gone: np.ndarray
    into: np.ndarray
    units: int = 0

    @classmethod
    def opened(cls, folder: Path) -> "Spans":
        return _spans(folder, (folder / SPANS).stat().st_mtime_ns)

    def where(self, places: np.ndarray) -> str:
        """The condition that selects every unit that may count at these places."""
        low = int(self.low[places].min(initial=2**40))
        high = int(self.high[places].max(initial=-1))
        return self.around(low, high)[0]

    def around(self, low: int, high: int) -> tuple[str, tuple[int, int]]:
        """(the condition that selects the units of these numbers and what was merged into them, the numbers)."""
        merged = self.gone[(self.into >= low) & (self.into <= high)]
        near = merged[(merged > low - NEAR) & (merged < high + NEAR)]
        first, last = int(near.min(initial=low)), int(near.max(initial=high))
        others = merged[(merged < first) | (merged > last)].tolist()
        also = f" OR nr IN ({', '.join(map(str, others))})" if others else ""
        return f"nr BETWEEN {first} AND {last}{also}", (low, high)


@lru_cache(maxsize=4)
def _spans(folder: Path, changed_at: int) -> Spans:
    held = Held.opened(folder / SPANS)
    return Spans(*(held.part(0, name).astype(np.int64) for name in ("low", "high", "gone", "into")))


def write_spans(connection, folder: Path, manifest: Manifest, places: int) -> Spans:
    """Write which units stood where, over all months of a snapshot."""
    units = Units(connection, folder, manifest)
    units.load(["nr", "into", "gone_to", *(f"place_{month}" for month in manifest.months)])
    numbers = units.column("nr")[0]
    low, high = np.full(places, 2**40, np.int64), np.full(places, -1, np.int64)
    for name in ("gone_to", *(f"place_{month}" for month in manifest.months)):
        place, there = units.column(name)
        np.minimum.at(low, place[there], numbers[there])
        np.maximum.at(high, place[there], numbers[there])
    into, merged = units.column("into")
    gone, heirs = (found.astype(np.int64) for found in (numbers[merged], into[merged]))
    columns = {"low0": low, "high0": high, "gone0": gone, "into0": heirs}
    write_held(folder / SPANS, columns, {name: name for name in columns})
    return Spans(*columns.values(), units=len(numbers))
