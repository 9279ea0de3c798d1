"""A snapshot as the reference evaluator reads it: taken from the columns by plain Python, apart from all rolling up."""

from collections.abc import Sequence

import duckdb

from linli.plans.formula import Cell, Facts, Months, Unit
from linli.plans.nation import layout
from linli.plans.nation.layout import file_in


def rows_of(snapshot, name, where="true"):
    found = duckdb.sql(
        f"SELECT * FROM read_parquet({file_in(snapshot.folder, name)}) WHERE {where} ORDER BY nr"
    )
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def facts_of(snapshot, months: Months, towns: Sequence[str] | None = None) -> tuple[Facts, dict[str, str]]:
    """(facts of a period, code → path of every place); with `towns` only the units that were ever in one of them."""
    manifest, last = snapshot.manifest, min(months.last, snapshot.manifest.last)
    places = rows_of(snapshot, layout.PLACES)
    numbers = [str(place["nr"]) for place in places if towns is not None and place["code"] in towns]
    ever = " OR ".join(f"place_{month} IN ({', '.join(numbers)})" for month in manifest.months)
    rows = rows_of(snapshot, layout.UNITS, "true" if towns is None else ever)
    path: dict[int, str] = {}
    for place in places:
        path[place["nr"]] = path.get(place[f"place_{last}"], "/") + f"{place['code']}/"
    by_nr = {row["nr"]: row for row in rows}
    ended = {r["nr"] for r in rows if r["ended"] is not None and months.first < r["ended"] <= last}
    units, cells = [], {}
    for row in rows:
        at = row[f"place_{last}"]
        at = row["gone_to"] if at is None and row["nr"] in ended else at
        if at is not None:
            units.append(Unit(row["code"], f"{path[at]}{row['code']}/", frozenset({"communities"})))
        for measure in manifest.measures:
            merged = measure in manifest.flows and row["nr"] in ended and row["into"] is not None
            target = by_nr[row["into"]] if merged else row
            for month in manifest.months:
                value = row[manifest.column(measure, month)]
                key = (measure, target["code"], month, 1)
                if value is not None:
                    cells[key] = Cell(value + (cells[key].value if key in cells else 0))
    own = {path[place["nr"]]: place["code"] for place in places}
    return Facts(tuple(units), cells, snapshot.due_through, own), {p["code"]: path[p["nr"]] for p in places}
