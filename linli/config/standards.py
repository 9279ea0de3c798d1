"""docs/asvs.md from docs/asvs.yaml: what OWASP ASVS 5.0 and 等保 2.0 ask, and what here answers it."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml
from django.conf import settings

from linli.packs.reading import PackLoader

TABLE = Path(settings.BASE_DIR) / "docs" / "asvs.yaml"
STATES = ("met", "by setting", "not applicable", "not yet")
INTRODUCTION = """# OWASP ASVS 5.0.0 and 等保 2.0

Levels 1 and 2 without OAuth (V10) and WebRTC (V17), {normal} rows, and {high} rows of level 3. The words are ours
and short; the standard's own text counts. **met**: the test or the text that is named proves it. **by setting**: a
deployment sets it, or its reverse proxy does it. **not applicable** and **not yet** say why. `{test}` holds that what
is named exists. The second column names clauses of GB/T 22239-2019, third level, 安全计算环境, listed at the end.
"""


@dataclass(frozen=True)
class Row:
    """One row of the standard: what it asks, how it stands, what proves it, which clauses of 等保 go with it."""

    id: str
    level: int
    state: str
    asks: str
    proof: tuple[str, ...] = ()
    note: str = ""
    djbh: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clause:
    """One clause of 等保 2.0 in our words, and what the platform leaves to the deployment."""

    id: str
    says: str
    note: str = ""


def read_table() -> tuple[list[Row], list[Clause]]:
    """The rows in the order of the standard, and the clauses in theirs."""
    said = yaml.load(TABLE.read_text("utf-8"), PackLoader)  # noqa: S506 — a safe loader of our own
    rows = [Row(**{**row, "proof": tuple(row.get("proof", ()))}) for row in said["rows"]]
    return rows, [Clause(**clause) for clause in said["djbh"]]


def page() -> str:
    """docs/asvs.md as it should stand."""
    rows, clauses = read_table()
    high = sum(row.level == 3 for row in rows)
    lines = [INTRODUCTION.format(normal=len(rows) - high, high=high, test="tests/config/test_standards.py")]
    lines += _counts(rows)
    lines += ["", "| ASVS | 等保 2.0 | asks | level | state | proof or reason |", "|---|---|---|---|---|---|"]
    lines += [_line(row) for row in rows]
    lines += [
        "",
        "## 等保 2.0 第三级 安全计算环境（34 条）",
        "",
        "| 条款 | 要求 | 对应 | 说明 |",
        "|---|---|---|---|",
    ]
    for clause in clauses:
        matching = [row.id.removeprefix("v5.0.0-") for row in rows if clause.id in row.djbh]
        lines.append(f"| {clause.id} | {clause.says} | {' '.join(matching) or '—'} | {clause.note} |")
    return "\n".join(lines) + "\n"


def _counts(rows: list[Row]) -> list[str]:
    lines = ["| state | levels 1 and 2 | level 3 |", "|---|---|---|"]
    normal = Counter(row.state for row in rows if row.level < 3)
    high = Counter(row.state for row in rows if row.level == 3)
    return lines + [f"| {state} | {normal[state]} | {high[state]} |" for state in STATES]


def _line(row: Row) -> str:
    proof = "<br>".join(f"`{text}`" for text in row.proof)
    said = "; ".join(text for text in (proof, row.note) if text)
    return f"| {row.id} | {' '.join(row.djbh)} | {row.asks} | {row.level} | {row.state} | {said} |"
