"""A made-up nation as a sealed snapshot: silent units, true zeros, moves, merges, divisions; a fixed seed."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from linli.plans.formula import Catalogue, MeasureSpec, Scope, compile_formula
from linli.plans.nation.layout import PLACES, UNITS, Manifest, file_in, seal
from linli.plans.nation.rolling import engine

FIRST = 2025 * 12
MONTHS = range(FIRST, FIRST + 12)
PER_TOWN, PER_COUNTY, PER_CITY, PER_PROVINCE = 16, 14, 9, 11
FLAGS, STOCKS, FLOWS = 12, 10, 8  # thirty elements
SILENT, MISSING, MOVED, MERGED, DIVIDED = 0.04, 0.03, 0.01, 0.001, 0.0005
LEVELS = ("province", "city", "county", "street")
MEASURES = (
    *(MeasureSpec(f"n.flag_{n}", f"服务{n}数", "个", "stock") for n in range(FLAGS)),
    *(MeasureSpec(f"n.stock_{n}", f"存量{n}数", "个", "stock") for n in range(STOCKS)),
    *(MeasureSpec(f"n.flow_{n}", f"流量{n}数", "件", "flow") for n in range(FLOWS)),
)
NAMES = Catalogue.of(MEASURES, [Scope("communities", "社区", "community")])
FORMULAS = {
    **{f"share-{n}": f"share(服务{n}数 >= 1) * 100" for n in range(FLAGS)},
    **{f"per-{n}": f"sum(存量{n}数) / sum(存量{n + 1}数) * 100" for n in range(6)},
    **{f"done-{n}": f"sum(流量{n}数) / sum(流量{n + 1}数) * 100" for n in range(6)},
    "enough": "share(存量0数 / 存量1数 * 100 >= 30) * 100",
    "mean": "avg(存量7数)",
    "both": "countif(服务0数 >= 1 and 服务1数 >= 1)",
    "coverage": "reported(存量8数) / expected(存量8数) * 100",
    "most": "max(存量9数)",
    "total": "sum(流量7数)",
}
EXPRESSIONS = {code: compile_formula(text, NAMES).expression for code, text in FORMULAS.items()}


@dataclass(frozen=True)
class Tree:
    """Numbers of places in the tree's order, with their parents; `towns` are the rows that hold communities."""

    level: np.ndarray
    parent: np.ndarray
    last: np.ndarray
    code: np.ndarray
    towns: np.ndarray


def tree_of(communities: int) -> Tree:
    """Nation, provinces, cities, counties, towns in pre-order, as many as the communities fill."""
    towns = -(-communities // PER_TOWN)
    counties = -(-towns // PER_COUNTY)
    cities = -(-counties // PER_CITY)
    level, parent, code = ["nation"], [-1], ["000000000000"]
    chain = {"nation": 0}
    town = 0
    for city in range(cities):
        if city % PER_PROVINCE == 0:
            _add(level, parent, code, chain, "province", "nation")
        _add(level, parent, code, chain, "city", "province")
        for _county in range(min(PER_CITY, counties - city * PER_CITY)):
            _add(level, parent, code, chain, "county", "city")
            for _town in range(min(PER_COUNTY, towns - town)):
                _add(level, parent, code, chain, "street", "county")
                town += 1
    parents = np.array(parent)
    last = np.arange(len(parents))
    for place in range(len(parents) - 1, 0, -1):
        last[parents[place]] = max(last[parents[place]], last[place])
    names = np.array(level)
    return Tree(names, parents, last, np.array(code), np.flatnonzero(names == "street"))


def _add(level, parent, code, chain, name, above) -> None:
    chain[name] = len(level)
    level.append(name)
    parent.append(chain[above])
    code.append(f"{99_0000_0000_00 + len(code):012d}")


def write_nation(folder: Path, communities: int, *, seed: int = 20260304) -> Manifest:
    """Write and seal a snapshot of that many communities, twelve months, thirty elements."""
    folder.mkdir(parents=True)
    rng, tree = np.random.default_rng(seed), tree_of(communities)
    with engine(memory="6GB") as connection:
        _write_places(connection, folder, tree)
        columns = units_of(rng, tree, communities)
        connection.register("units", columns)
        connection.execute(
            f"COPY units TO {file_in(folder, UNITS)} (FORMAT parquet, ROW_GROUP_SIZE 20480, COMPRESSION snappy)"
        )
    return seal(
        folder,
        Manifest(
            FIRST, FIRST + 11, tuple(m.code for m in MEASURES), ("communities",), "2026-01-10T00:00:00+08:00",
            flows=tuple(m.code for m in MEASURES if m.kind == "flow"), merged=True,
        ),
    )  # fmt: skip


def _write_places(connection, folder, tree) -> None:
    count = len(tree.level)
    table = {
        "nr": np.arange(count), "last_nr": tree.last, "code": tree.code.astype(object),
        "name": np.array([f"地方{n}" for n in range(count)], dtype=object), "level": tree.level.astype(object),
    }  # fmt: skip
    above = np.ma.masked_less(tree.parent, 0)
    connection.register("places", table | {f"place_{month}": above for month in MONTHS})
    connection.execute(f"COPY places TO {file_in(folder, PLACES)} (FORMAT parquet, ROW_GROUP_SIZE 8192)")


def units_of(rng, tree: Tree, communities: int) -> dict[str, np.ndarray]:
    """Every column of units.parquet."""
    home = tree.towns[np.arange(communities) // PER_TOWN]
    order = np.arange(communities)
    moves = (rng.random(communities) < MOVED) & (home + 1 <= tree.last[tree.parent[home]])
    fate = rng.random(communities)
    ends = rng.integers(2, 12, communities)  # the month of the year that is the first without it
    merged = (
        (fate < MERGED) & (order % PER_TOWN == 1)
        if communities < 2000
        else (fate < MERGED * 16) & (order % PER_TOWN == 1)
    )
    divided = (fate > 1 - DIVIDED * 16) & (order % PER_TOWN == 2)
    born = np.roll(divided, 1)  # the next one begins when the divided one ends
    starts = np.roll(ends, 1)
    moves &= ~(merged | np.roll(merged, -1) | divided | born)
    columns: dict[str, np.ndarray] = {
        "nr": order,
        "code": np.array([f"98{n:010d}" for n in range(communities)], dtype=object),
        "in_communities": np.ones(communities, dtype=bool),
        "into": np.ma.array(order - 1, mask=~merged),
        "gone_to": np.ma.array(home, mask=~divided),
        "ended": np.ma.array(FIRST + ends, mask=~(merged | divided)),
    }
    there = {}
    for number, month in enumerate(MONTHS):
        place = np.where(moves & (number >= 6), home + 1, home)
        there[number] = ~(((merged | divided) & (number >= ends)) | (born & (number < starts)))
        columns[f"place_{month}"] = np.ma.array(place, mask=~there[number])
    for number, month in enumerate(MONTHS):
        quiet = ~there[number] | (rng.random(communities, dtype=np.float32) < SILENT)
        for at, measure in enumerate(MEASURES):
            gone = quiet | (rng.random(communities, dtype=np.float32) < MISSING)
            columns[f"m{at}_{month}"] = np.ma.array(_figures(rng, measure, communities), mask=gone)
    return columns


def _figures(rng, measure, count) -> np.ndarray:
    if measure.code.startswith("n.flag"):
        return rng.integers(0, 3, count, dtype=np.int32)
    if measure.kind == "flow":
        return rng.integers(0, 40, count, dtype=np.int32)
    return rng.integers(0, 3000, count, dtype=np.int32)
