"""Sealing as it was done at first, row by row in Python and all in one file: what the way of today is held against."""

import numpy as np
from django.db import connection

from linli.measures import Period
from linli.places.models import PlaceVersion, Succession
from linli.plans.models import MeasureTerm, ScopeTerm
from linli.plans.nation.layout import PLACES, UNITS, Manifest, file_in, seal
from linli.plans.nation.rolling import engine
from linli.plans.queries.relations import common_root, seen_day, tree_day
from linli.plans.queries.reporting import scopes_at

NATION = "000000000000"
FIGURES = """SELECT DISTINCT ON (place_id, month) place_id, month, value, status FROM plans_measurevalue
WHERE measure = %s AND span = 1 AND month BETWEEN %s AND %s AND known_from <= %s AND (known_to IS NULL OR known_to > %s)
ORDER BY place_id, month, (value IS NULL), source"""


def make_first_snapshot(folder, months, *, known_on):
    """Write and seal what is known of these months; stocks bring the months before for as long as they stay good."""
    folder.mkdir(parents=True)
    terms = list(MeasureTerm.objects.filter(retired_on=None, kind__in=("stock", "flow")).order_by("code"))
    held = range(months.first - max((t.good_for_months for t in terms), default=1) + 1, months.last + 1)
    scopes = list(ScopeTerm.objects.filter(retired_on=None, level="community"))
    trees = {month: _tree(month, known_on) for month in held}
    places, units = _places(trees), _units(trees, scopes)
    for term in terms:
        _add_figures(units, term, held, known_on, position=terms.index(term))
    manifest = Manifest(
        held[0], months.last, tuple(t.code for t in terms), tuple(s.code for s in scopes), known_on.isoformat(),
        reasons=tuple(t.code for n, t in enumerate(terms) if f"r{n}_{held[0]}" in units),
        flows=tuple(t.code for t in terms if t.kind == "flow"), merged=bool(np.ma.count(units["into"])),
    )  # fmt: skip
    with engine() as duck:
        for name, table in ((PLACES, places), (UNITS, units)):
            duck.register("made", {key: column for key, column in table.items() if key != "keys"})
            duck.execute(f"COPY made TO {file_in(folder, name)} (FORMAT parquet, ROW_GROUP_SIZE 20480)")
            duck.unregister("made")
    return seal(folder, manifest)


def _tree(month: int, known_on) -> dict[int, PlaceVersion]:
    """Place → how it stood at the end of a month, or on the day of the moment while it runs."""
    period = Period.parse(f"{month // 12}-{month % 12 + 1:02}")
    day = tree_day(period, seen_day(known_on))
    rows = PlaceVersion.objects.filter(during__contains=day).select_related("place")
    return {
        row.place_id: row
        for row in rows.filter(level__in=("province", "city", "county", "street", "community"))
    }


def _numbers(trees) -> dict[str, int]:
    """Path segment code → number of the place, in the tree's order; the nation is 0."""
    found = {}
    for tree in trees.values():
        found |= {row.code: row for row in tree.values() if row.level != "community"}
    ordered = sorted(found.values(), key=lambda row: row.path)
    return {NATION: 0, **{row.code: number for number, row in enumerate(ordered, 1)}}


def _above(path: str, numbers) -> int:
    parts = path.rstrip("/").split("/")
    return numbers[parts[-2]] if len(parts) > 1 else 0


def _places(trees) -> dict:
    numbers = _numbers(trees)
    last = {row.code: row for tree in trees.values() for row in tree.values()}
    codes = list(numbers)
    ends = dict(numbers)
    for code in reversed(codes[1:]):
        above = codes[_above(last[code].path, numbers)]
        ends[above] = max(ends[above], ends[code])
    table = {
        "nr": np.arange(len(codes)),
        "last_nr": np.array([ends[code] for code in codes]),
        "code": np.array(codes, dtype=object),
        "name": np.array(["全国", *(last[code].name for code in codes[1:])], dtype=object),
        "level": np.array(["nation", *(last[code].level for code in codes[1:])], dtype=object),
    }
    for month, tree in trees.items():
        by_code = {row.code: row for row in tree.values()}
        table[f"place_{month}"] = _masked(
            [None, *(_above(by_code[c].path, numbers) if c in by_code else None for c in codes[1:])]
        )
    return table


def _units(trees, scopes) -> dict:
    numbers = _numbers(trees)
    known: dict[int, PlaceVersion] = {}
    for tree in trees.values():
        known |= {key: row for key, row in tree.items() if row.level == "community"}
    keys = sorted(known, key=lambda key: known[key].path)
    into, gone, ended = _ends(keys, trees)
    mine = {key: scopes_at(known[key], scopes) for key in keys}
    table = {
        "keys": keys,
        "nr": np.arange(len(keys)),
        "code": np.array([known[key].code for key in keys], dtype=object),
        "into": _masked([into.get(key) for key in keys]),
        "gone_to": _masked([numbers.get(gone.get(key)) for key in keys]),
        "ended": _masked([ended.get(key) for key in keys]),
        **{f"in_{scope.code}": np.array([scope.code in mine[key] for key in keys]) for scope in scopes},
    }
    for month, tree in trees.items():
        table[f"place_{month}"] = _masked(
            [_above(tree[key].path, numbers) if key in tree else None for key in keys]
        )
    return table


def _ends(keys, trees) -> tuple[dict, dict, dict]:
    """(what it went into, the code of what keeps a divided one, the first month without it), by place."""
    heirs: dict[int, list] = {}
    ended: dict[int, int] = {}
    rows = Succession.objects.filter(predecessor__in=keys).select_related("successor").order_by("on", "pk")
    for row in rows:
        heirs.setdefault(row.predecessor_id, []).append(row.successor)
        ended[row.predecessor_id] = row.on.year * 12 + row.on.month - 1
    position = {key: number for number, key in enumerate(keys)}
    into = {
        key: position[found[0].pk] for key, found in heirs.items() if len(found) == 1 and found[0].pk != key
    }
    gone = {
        key: common_root(place.path for place in found).rstrip("/").split("/")[-1]
        for key, found in heirs.items()
        if len(found) > 1
    }
    kept = {key: month for key, month in ended.items() if key in into or key in gone}
    return into, gone, kept


def _add_figures(units, term, held, known_on, *, position: int) -> None:
    """The columns of one measure; reasons only where one is told."""
    rows = {key: number for number, key in enumerate(units["keys"])}
    values = {month: [None] * len(rows) for month in held}
    reasons = {month: [None] * len(rows) for month in held}
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, [term.code, held[0], held[-1], known_on, known_on])
        for place, month, value, status in cursor.fetchall():
            if place in rows:
                values[month][rows[place]] = value
                reasons[month][rows[place]] = status or None
    told = any(reason for column in reasons.values() for reason in column)
    for month in held:
        units[f"m{position}_{month}"] = _masked(values[month])
        if told:
            units[f"r{position}_{month}"] = _masked(reasons[month])


def _masked(values) -> np.ma.MaskedArray:
    return np.ma.array(
        [value or 0 for value in values], mask=[value is None for value in values], dtype=np.int64
    )
