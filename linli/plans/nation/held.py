"""What a period was rolled up to, on the disk: a head, then the columns as they lie in memory, mapped and not read.

One file for each period; equal columns of several aggregates are kept once, in the smallest whole numbers that hold
them. Any question of any place is an offset: nothing is parsed, and all workers of a server share the same pages.
"""

import json
import mmap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from linli.plans.formula import Months

MARK = b"linli-rolled-2\n"
WIDTHS = (np.int8, np.int16, np.int32, np.int64)


def rolled_name(months: Months) -> str:
    return f"rolled_{months.first}_{months.last}.cols"


def write_held(path: Path, columns: Mapping[str, np.ndarray], names: Mapping[str, str]) -> None:
    """Put the file of a period in its place, whole; `names` says which column each part of an aggregate is."""
    narrow = {key: np.ascontiguousarray(numbers, _width(numbers)) for key, numbers in columns.items()}
    where, offset = {}, 0
    for key, numbers in narrow.items():
        where[key] = [numbers.dtype.str, offset, len(numbers)]
        offset += -(-numbers.nbytes // 64) * 64
    head = json.dumps({"columns": where, "names": dict(names)}).encode()
    room = path.with_suffix(".part")
    with room.open("wb") as file:
        file.write(MARK + len(head).to_bytes(8, "little") + head)
        file.write(b"\0" * (-file.tell() % 64))
        for numbers in narrow.values():
            file.write(numbers.tobytes() + b"\0" * (-numbers.nbytes % 64))
    room.replace(path)


def _width(numbers: np.ndarray) -> type:
    low, high = int(numbers.min(initial=0)), int(numbers.max(initial=0))
    return next(kind for kind in WIDTHS if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max)


@dataclass
class Held:
    """A period's file, mapped into memory."""

    content: mmap.mmap
    start: int
    columns: dict[str, list]
    names: dict[str, str]

    @classmethod
    def opened(cls, path: Path) -> "Held":
        """The file at a path; FileNotFoundError when there is none, ValueError when it is something else."""
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if content[: len(MARK)] != MARK:
            raise ValueError(f"{path.name} was rolled up by another version")
        begins = len(MARK) + 8
        size = int.from_bytes(content[len(MARK) : begins], "little")
        told = json.loads(content[begins : begins + size])
        return cls(content, -(-(begins + size) // 64) * 64, told["columns"], told["names"])

    def part(self, nr: int, part: str) -> np.ndarray:
        """A part of the aggregate with this number, at every place."""
        kind, offset, count = self.columns[self.names[f"{part}{nr}"]]
        return np.frombuffer(self.content, np.dtype(kind), count, self.start + offset)
