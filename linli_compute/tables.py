"""A study as tables and features: coverage, areas, gaps. The words are Chinese: people read them."""

import re
from html import escape
from typing import Any

import numpy as np
import shapely

from linli_compute.network import Network
from linli_compute.study import AreaStudy, Gaps, Study
from linli_compute.withholding import tree_of, withheld

NO_DATA = "无数据"
VERDICTS = {1: "达标", 0: "未达标", -1: "无法判断"}
COVERAGE_HEADER = [
    "功能", "步行时限(分钟)", "网点数", "人群", "可判断人数", "覆盖人数", "覆盖率(%)", "路网外人数",
    "九成居民步行不超过(分钟)", "步行时间基尼系数",
]  # fmt: skip
AREAS_HEADER = [
    "区域", "功能", "步行时限(分钟)", "人群", "人数", "覆盖率(%)", "圆形规则", "步行规则", "仅纸面达标",
]  # fmt: skip


def group_title(name: str) -> str:
    """What a column of people is called.

    >>> group_title("age60plus"), group_title("under3")
    ('60岁及以上', 'under3')
    """
    age = re.fullmatch(r"age(\d+)plus", name)
    return f"{age[1]}岁及以上" if age else name


def _number(value: float, digits: int = 1) -> Any:
    return "" if not np.isfinite(value) else round(float(value), digits)


def coverage_rows(study: Study) -> list[list[Any]]:
    """One row per function and group; a function without a place has one row that says so."""
    rows: list[list[Any]] = []
    for found in study.functions:
        start = [found.function.title, found.function.band_min, found.outlets]
        if not found.outlets:
            rows.append([*start, "", "", "", NO_DATA, "", "", ""])
            continue
        for name, reach in found.by_group.items():
            whole = name == study.people
            tenth = found.worst_tenth_min
            rows.append(
                [
                    *start, group_title(name), round(reach.within + reach.beyond), round(reach.within),
                    _number(reach.share * 100), round(reach.unknown),
                    ("走不到" if np.isinf(tenth) else _number(tenth)) if whole else "",
                    _number(found.gini_min, 3) if whole else "",
                ]
            )  # fmt: skip
    return rows


def area_rows(names: np.ndarray, study: Study, areas: AreaStudy) -> list[list[Any]]:
    """One row per area, function and group: share of its people, both verdicts, "passes on paper only"."""
    rows: list[list[Any]] = []
    for i, found in enumerate(study.functions):
        reach, verdict = areas.reach[i], areas.verdict[i]
        start = [found.function.title, found.function.band_min]
        if reach is None or verdict is None:
            rows += [[name, *start, "", "", NO_DATA, "", "", ""] for name in names]
            continue
        paper = set(verdict.pass_on_paper_only.tolist())
        for k, name in enumerate(names):
            circle, walking = VERDICTS[int(verdict.by_circle[k])], VERDICTS[int(verdict.by_walking[k])]
            told = [circle, walking, "是" if k in paper else ""]
            for group, one in reach.items():
                share = _number(one.share[k] * 100)
                rows.append([name, *start, group_title(group), round(float(one.total[k])), share, *told])
    return rows


def gap_features(
    network: Network, study: Study, gaps: Gaps, *, least: float
) -> tuple[np.ndarray, dict[str, list[Any]]]:
    """Squares with people who lack something, WGS 84; counts below `least` are hidden (null), not rounded,
    and so are as many others as keep the city's total from giving them back."""
    corners = [
        network.plane.to_degrees(gaps.x_m + dx * gaps.side_m, gaps.y_m + dy * gaps.side_m)
        for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1))
    ]
    rings = np.stack([np.column_stack(corner) for corner in corners], axis=1)
    columns: dict[str, list[Any]] = {
        "people": [
            None if 0 < count < least else count for count in np.round(gaps.people).astype(int).tolist()
        ]
    }
    for i, found in enumerate(study.functions):
        if found.outlets:
            columns[f"lacking_{found.function.key}"] = _shown(gaps.lacking[:, i], least)
    return shapely.polygons(rings), columns


def _shown(lacking: np.ndarray, least: float) -> list[float | None]:
    """Whole people, None where they are few or would tell a few."""
    counts = np.ceil(lacking - 1e-9).astype(int).tolist()
    squares = {f"all/{k}/": (count,) for k, count in enumerate(counts)}
    hidden = withheld(tree_of(squares, top="all/"), least=int(np.ceil(least)))
    return [None if f"all/{k}/" in hidden else float(round(value)) for k, value in enumerate(lacking)]


def gap_picture(squares: np.ndarray, columns: dict[str, list[Any]], title: str) -> str:
    """The gaps as an SVG map: the darker, the more functions lack in a square; the scale stands beside it."""
    lacks = [name for name in columns if name.startswith("lacking_")]
    number = [sum(columns[name][k] != 0 for name in lacks) for k in range(len(squares))]
    west, south, east, north = shapely.total_bounds(squares)
    wide, upright = 1000.0, 1.0 / np.cos(np.radians((south + north) / 2))
    scale = wide / max(east - west, 1e-9)
    tall = (north - south) * scale * upright
    shapes = [
        f'<rect x="{(x0 - west) * scale:.1f}" y="{(north - y1) * scale * upright:.1f}" '
        f'width="{(x1 - x0) * scale:.2f}" height="{(y1 - y0) * scale * upright:.2f}" '
        f'fill-opacity="{count / max(len(lacks), 1):.2f}"/>'
        for (x0, y0, x1, y1), count in zip(shapely.bounds(squares), number, strict=True)
    ]
    key = "".join(
        f'<rect x="{20 + 45 * n}" y="{tall + 45:.0f}" width="40" height="16" fill-opacity="{n / 4:.2f}"/>'
        f'<text x="{20 + 45 * n}" y="{tall + 80:.0f}" fill="#22302b">{round(n / 4 * len(lacks))}</text>'
        for n in range(5)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {tall + 95:.0f}" font-size="18" '
        f'font-family="sans-serif"><rect width="100%" height="100%" fill="#ffffff"/>'
        f'<g fill="#9c2a10">{"".join(shapes)}{key}</g>'
        f'<text x="20" y="{tall + 32:.0f}" fill="#22302b">{escape(title)}</text></svg>\n'
    )


def as_text(header: list[str], rows: list[list[Any]]) -> str:
    """A table for a terminal; a Chinese character is two columns wide."""
    lines = [header, *([str(cell) for cell in row] for row in rows)]
    widths = [max(_width(line[i]) for line in lines) for i in range(len(header))]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
