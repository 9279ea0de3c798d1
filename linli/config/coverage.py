"""docs/coverage.md: each row and indicator of the plans, whether it works, and the test that shows it.

docs/coverage.yaml says which rows there are; that one works is read from the tests: one that quotes the
number of a row, in its name or docstring, is its proof.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from django.conf import settings

ROW = re.compile(r"(?:[IP][-_])?(?:XA|XZ|ZJ|PD|XF)[-_]\d{2,3}(?!\d)")
SHOWN_TESTS = 3
HEADING = """# 规划条目覆盖情况 Coverage

编号是五份规划中的条目（XA 西安、XZ 忻州、ZJ 浙江、PD 浦东、XF 西安宜居幸福社区）和指标（I-、P-）的编号。“已有”：
至少有一个测试在名称或说明里写明这个编号，证明它可用；“部分”：有测试，但还缺所写的内容；“尚无”：没有测试证明。
由 docs/coverage.yaml 和 tests/ 生成（`make docs`），不要手改。

A row works when a test quotes its number; what is missing in a row that works in part is told beside it.
"""


@dataclass(frozen=True)
class Claims:
    """What docs/coverage.yaml says: the groups (code, title, rows), what is held on to, what is missing."""

    groups: tuple[tuple[str, str, tuple[str, ...]], ...]
    works: frozenset[str]
    partly: dict[str, str]

    @property
    def rows(self) -> set[str]:
        return {row for _code, _title, rows in self.groups for row in rows}


def claims() -> Claims:
    told = yaml.safe_load((_root() / "docs" / "coverage.yaml").read_text("utf-8"))
    groups = tuple(
        (code, group["title"], tuple(group["rows"])) for code, group in told["capabilities"].items()
    )
    return Claims(groups, frozenset(told["works"]), told["partly"])


def proofs(folder: Path | None = None) -> dict[str, list[str]]:
    """Row → the tests that quote it, as pytest names them, in the order of files."""
    found: dict[str, list[str]] = {}
    root = folder or _root()
    for path in sorted((root / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
                continue
            for row in _quoted(f"{node.name} {ast.get_docstring(node) or ''}"):
                found.setdefault(row, []).append(f"{path.relative_to(root)}::{node.name}")
    return found


def state(row: str, said: Claims, shown: dict[str, list[str]]) -> str:
    """已有, 部分 or 尚无."""
    if row not in shown:
        return "尚无"
    return "部分" if row in said.partly else "已有"


def lines(said: Claims, shown: dict[str, list[str]]) -> Iterator[str]:
    """The page, line by line."""
    buildable = [row for code, _title, rows in said.groups if code[0] == "C" for row in rows]
    counted = [state(row, said, shown) for row in buildable]
    yield HEADING
    yield "合计：" + "，".join(f"{name} {counted.count(name)}" for name in ("已有", "部分", "尚无"))
    yield f"（应做 {len(buildable)} 条；另有 {len(said.rows) - len(buildable)} 条不做软件）。"
    for code, title, rows in said.groups:
        yield from ("", f"## {code} {title}", "")
        if code[0] == "N":
            yield "、".join(rows)
            continue
        yield from ("| 编号 | 状态 | 测试 |", "|---|---|---|")
        for row in rows:
            missing = f"尚缺：{said.partly[row]}；" if row in said.partly else ""
            yield f"| {row} | {state(row, said, shown)} | {missing}{_tests(shown.get(row, []))} |"
    yield from ("", "## 有测试证明的指标", "", "| 编号 | 测试 |", "|---|---|")
    yield from (f"| {row} | {_tests(tests)} |" for row, tests in sorted(shown.items()) if row[1] == "-")


def text() -> str:
    return "\n".join(lines(claims(), proofs())) + "\n"


def _quoted(words: str) -> list[str]:
    return sorted({row.replace("_", "-") for row in ROW.findall(words)})


def _tests(names: list[str]) -> str:
    told = "<br>".join(f"`{name}`" for name in names[:SHOWN_TESTS])
    return f"{told} 等 {len(names)} 个" if len(names) > SHOWN_TESTS else told or "—"


def _root() -> Path:
    return Path(settings.BASE_DIR)
