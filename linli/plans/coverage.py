"""docs/coverage.md: for each indicator of the packs, what computes it today or what it waits for."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from linli.packs.reading import read_pack

from .formula import compile_formula, ir
from .naming import catalogue_of_packs, counted_by_title, measure_packs

HEADING = """# 指标覆盖情况

由 `linli plan coverage` 从 packs/ 和代码生成，不要手改。“平台记录”指公式里的每个计数项都有应用按记录计数；
“部分计数”列出还没有应用计数的项；其余为“填报”：公式可用，等待岗位填报或由所列应用计数。
"""


def lines() -> Iterator[str]:
    """The document, line by line."""
    counted, terms = counted_by_title(), {m.code: m for pack in measure_packs() for m in pack.measures}
    total: dict[str, int] = {}
    body: list[str] = []
    for path in sorted((Path(settings.PACKS_DIR) / "plans").glob("*/plan.yaml")):
        pack, _problems = read_pack(path)
        if pack is None:
            continue
        names = catalogue_of_packs(pack)
        body += ["", f"## {pack.title}", "", "| 编号 | 指标 | 现状 | 等待 |", "|---|---|---|---|"]
        for line in pack.indicators:
            state, waits = standing(line, names, counted, terms)
            total[state] = total.get(state, 0) + 1
            body.append(f"| {line.ref} | {line.name} | {state} | {waits} |")
    yield HEADING
    yield "合计：" + "，".join(f"{state} {count}" for state, count in sorted(total.items())) + "。"
    yield from body


def standing(line, names, counted, terms) -> tuple[str, str]:
    """(state, what it waits for) of one indicator."""
    if line.not_computed:
        return "不计算", "—"
    if line.same_as:
        return "重复项", f"同 {line.same_as}"
    codes = ir.measures_of(compile_formula(line.formula, names).expression)
    waiting = [terms[code] for code in codes if code in terms and terms[code].title not in counted]
    if not waiting:
        return "平台记录", "—"
    told = "、".join(f"{term.title}（{term.counted_by}）" for term in waiting)
    return ("部分计数" if len(waiting) < len(codes) else "填报"), told


def text() -> str:
    return "\n".join(lines()) + "\n"
