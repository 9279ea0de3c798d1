"""The grades of many places at once, exact: every score is a whole number of one common part of a point."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm

import numpy as np

from linli_compute.grading import Index

SAFE = 2**62  # products and sums below this stay inside 64 bits


@dataclass(frozen=True)
class Column:
    """The values of one gate or item: whole numbers of 1/`scale`, of which only the `known` ones count."""

    numbers: np.ndarray  # int64
    known: np.ndarray  # bool
    scale: int = 1


@dataclass(frozen=True)
class Grades:
    """For each place the position of its band (-1: none), its score in parts of a point, its gates not passed."""

    band: np.ndarray
    score: np.ndarray
    parts: int  # of one point
    failed: np.ndarray

    def points(self, place: int) -> Fraction:
        """The score of a place, 0 to 100."""
        return Fraction(int(self.score[place]), self.parts)


def grade_many(index: Index, columns: Mapping[str, Column]) -> Grades:
    """The grades that `grading.grade` would give each place; KeyError when a code of the index has no column."""
    failed = sum(
        (~_passed(columns[gate.code], gate.at_least) for gate in index.gates),
        start=np.zeros(_length(index, columns), dtype=np.int64),
    )
    parts = _parts(index, columns)
    score = sum(
        (_points(item, columns[item.code], parts) for item in index.items),
        start=np.zeros(len(failed), dtype=np.int64),
    )
    band = np.full(len(failed), -1)
    for position in reversed(range(len(index.bands))):
        band[score >= _whole(index.bands[position].from_score * parts)] = position
    band[failed > 0] = -1
    return Grades(band, score, parts, failed)


def _length(index, columns) -> int:
    return len(columns[index.items[0].code].numbers)


def _passed(column: Column, at_least: Fraction) -> np.ndarray:
    return column.known & (column.numbers >= ceil(at_least * column.scale))


def _slope(item, scale: int) -> tuple[Fraction, Fraction]:
    """Points for each unit of the column, and the points at zero."""
    per = item.weight / (item.best - item.worst)
    return per / scale, -per * item.worst


def _parts(index, columns) -> int:
    """Into how many parts a point is cut so that every slope, weight and border is whole."""
    numbers = [
        number for item in index.items for number in (*_slope(item, columns[item.code].scale), item.weight)
    ]
    return lcm(*(number.denominator for number in [*numbers, *(band.from_score for band in index.bands)]))


def _points(item, column: Column, parts: int) -> np.ndarray:
    slope, start = (_whole(number * parts) for number in _slope(item, column.scale))
    largest = int(np.abs(column.numbers).max(initial=0))
    numbers = column.numbers
    if largest * abs(slope) + abs(start) >= SAFE or 100 * parts >= SAFE:
        numbers = numbers.astype(object)  # Python's whole numbers: slower, of any size
    return np.where(column.known, np.clip(numbers * slope + start, 0, _whole(item.weight * parts)), 0)


def _whole(number: Fraction) -> int:
    if number.denominator != 1:
        raise ValueError(f"{number} is not whole")
    return int(number)
