"""Where communities and the places above them stood in each month of a snapshot, as columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
from psycopg.types.range import DateRange

from linli.measures import Period
from linli.places.models import Place, PlaceVersion, Succession
from linli.plans.models import ScopeTerm
from linli.plans.queries.relations import common_root, seen_day, tree_day
from linli.plans.queries.reporting import belongs

NATION = "000000000000"
LEVELS = ("province", "city", "county", "street", "community")
COMMUNITY = LEVELS[-1]
ROW = ("place_id", "code", "name", "level", "path", "urban_rural", "place__tags", "during")


@dataclass(frozen=True, slots=True)
class Stood:
    """A place as it stood at the end of the months from `first` to `last`."""

    key: int
    code: str
    name: str
    level: str
    path: str
    urban_rural: str
    tags: Sequence[str]
    first: int
    last: int

    @property
    def above(self) -> str:
        """The code of the place right above; the nation for a province."""
        parts = self.path.rstrip("/").split("/")
        return parts[-2] if len(parts) > 1 and parts[-2] else NATION


class Trees:
    """The trees of some months, each as it stood at the month's end, or on the day of the moment while it runs."""

    def __init__(self, months: Sequence[int], known_on: datetime):
        self.months, self.known_on = months, known_on
        self.versions = sorted(
            self._read(), key=lambda one: one.first
        )  # of one place or code the latest is last

    def _read(self) -> Iterator[Stood]:
        seen = seen_day(self.known_on)
        days = [tree_day(Period.parse(f"{m // 12}-{m % 12 + 1:02}"), seen) for m in self.months]
        rows = PlaceVersion.objects.filter(
            level__in=LEVELS, during__overlap=DateRange(min(days), max(days), "[]")
        )
        for *told, during in rows.order_by().values_list(*ROW).iterator(chunk_size=10_000):
            held = [month for month, day in zip(self.months, days, strict=True) if day in during]
            if held:
                yield Stood(*told, held[0], held[-1])

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Code → number of the place above communities, in the tree's order; the nation is 0."""
        found = {one.code: one.path for one in self.versions if one.level != COMMUNITY}
        ordered = sorted(found, key=lambda code: found[code])
        return {NATION: 0, **{code: number for number, code in enumerate(ordered, 1)}}

    @cached_property
    def keys(self) -> dict[int, int]:
        """Place → row of the community, in the tree's order."""
        found = {one.key: one.path for one in self.versions if one.level == COMMUNITY}
        return {key: row for row, key in enumerate(sorted(found, key=lambda key: found[key]))}

    def places(self) -> dict[str, np.ndarray]:
        """Every column of places.parquet."""
        last = {one.code: one for one in self.versions if one.code in self.numbers}
        codes = list(self.numbers)
        ends = list(range(len(codes)))
        for code in reversed(codes[1:]):
            above = self.numbers[last[code].above]
            ends[above] = max(ends[above], ends[self.numbers[code]])
        table = {
            "nr": np.arange(len(codes)),
            "last_nr": np.array(ends),
            "code": np.array(codes, dtype=object),
            "name": np.array(["全国", *(last[code].name for code in codes[1:])], dtype=object),
            "level": np.array(["nation", *(last[code].level for code in codes[1:])], dtype=object),
        }
        known = [(self.numbers[one.code], one) for one in self.versions if one.code in self.numbers]
        return table | self._above(known, len(codes))

    def units(self, scopes: Sequence[ScopeTerm]) -> dict[str, np.ndarray]:
        """Every column of units.parquet."""
        last = {one.key: one for one in self.versions if one.level == COMMUNITY}
        into, gone, ended = self._ends()
        kinds = {key: (one.level, one.urban_rural[:1], tuple(one.tags)) for key, one in last.items()}
        of_scope = {(scope, kind): belongs(scope, *kind) for scope in scopes for kind in set(kinds.values())}
        table = {
            "nr": np.arange(len(self.keys)),
            "code": np.array([last[key].code for key in self.keys], dtype=object),
            "into": masked([into.get(key) for key in self.keys]),
            "gone_to": masked([self.numbers.get(gone.get(key)) for key in self.keys]),
            "ended": masked([ended.get(key) for key in self.keys]),
            **{f"in_{s.code}": np.array([of_scope[s, kinds[key]] for key in self.keys]) for s in scopes},
        }
        known = [(self.keys[one.key], one) for one in self.versions if one.key in self.keys]
        return table | self._above(known, len(self.keys))

    def _above(self, rows: Sequence[tuple[int, Stood]], count: int) -> dict[str, np.ndarray]:
        """`place_M` for each month: the number of the place right above, by (row, version) of what stood when."""
        at = np.array([row for row, _one in rows], np.int64)
        first = np.array([one.first for _row, one in rows], np.int64)
        last = np.array([one.last for _row, one in rows], np.int64)
        above = np.array([self.numbers[one.above] for _row, one in rows], np.int64)
        table = {}
        for month in self.months:
            stood = (first <= month) & (month <= last)
            column = nothing(count)
            column[at[stood]] = above[stood]
            table[f"place_{month}"] = column
        return table

    def _ends(self) -> tuple[dict[int, int], dict[int, str], dict[int, int]]:
        """(what it went into, the code of what keeps a divided one, the first month without it), by place."""
        heirs: dict[int, list[Place]] = {}
        ended: dict[int, int] = {}
        for row in Succession.objects.select_related("successor").order_by("on", "pk").iterator():
            if row.predecessor_id in self.keys:
                heirs.setdefault(row.predecessor_id, []).append(row.successor)
                ended[row.predecessor_id] = row.on.year * 12 + row.on.month - 1
        into = {
            key: self.keys[found[0].pk]
            for key, found in heirs.items()
            if len(found) == 1 and found[0].pk != key and found[0].pk in self.keys
        }
        gone = {
            key: common_root(place.path for place in found).rstrip("/").split("/")[-1]
            for key, found in heirs.items()
            if len(found) > 1
        }
        kept = {key: month for key, month in ended.items() if key in into or key in gone}
        return into, gone, kept


def nothing(count: int, kind: type = np.int64) -> np.ma.MaskedArray:
    """A column that tells nothing of anybody yet."""
    return np.ma.array(np.zeros(count, kind), mask=np.ones(count, bool))


def masked(values: Sequence[int | None]) -> np.ma.MaskedArray:
    return np.ma.array(
        [value or 0 for value in values], mask=[value is None for value in values], dtype=np.int64
    )
