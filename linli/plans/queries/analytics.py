"""Indicators × periods × places from the newest snapshot, as everybody may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from linli.measures import Period
from linli.plans.formula import ir, rounded
from linli.plans.models import FigureRules, Indicator, Plan
from linli.plans.nation.asking import ROLLED, Cell, Places, Snapshot
from linli.plans.nation.layout import SnapshotRefused

from .relations import months_of


@dataclass(frozen=True)
class Answer:
    """One published cell of a snapshot."""

    area: str
    area_name: str
    indicator: str
    period: str
    value: str | None
    status: str
    numerator: int | None
    denominator: int | None
    reported: int | None
    expected: int | None


def newest_snapshot(folder: Path | None = None) -> Snapshot:
    """The newest rolled-up snapshot of this installation; SnapshotRefused when there is none."""
    held = sorted(path.parent for path in (folder or settings.STATE_DIR / "snapshots").glob(f"*/{ROLLED}"))
    if not held:
        raise SnapshotRefused("还没有快照：先运行 linli plan snapshot。")
    return Snapshot.of(held[-1])


def analytics(
    plan: Plan, codes: Sequence[str], periods: Sequence[Period], places: Places, snapshot: Snapshot
) -> list[Answer]:
    """The cells asked for; SnapshotRefused for what a snapshot cannot answer or the public may not see.

    Counts of people are not given here: what is withheld of them depends on their neighbours in the tree.
    """
    rows = plan.indicators.filter(retired_on=None, expression__isnull=False)
    found = {row.code: row for row in (rows.filter(code__in=codes) if codes else rows)}
    unknown = [code for code in codes if code not in found]
    if unknown or not found:
        raise SnapshotRefused(f"规划里没有可算的指标 {'、'.join(unknown)}。")
    rules = FigureRules.strictest()
    people = [row.name for row in found.values() if row.unit in rules.people_units]
    if people:
        raise SnapshotRefused(f"{'、'.join(people)}数的是人，请用公开数据接口。")
    wanted = {code: ir.from_json(found[code].expression) for code in (codes or found)}
    names = {months_of(period): str(period) for period in periods}
    return [
        _answer(cell, found[cell.indicator], names, rules.small_count)
        for cell in snapshot.cells(wanted, list(names), places)
    ]


def _answer(cell: Cell, indicator: Indicator, names, small: int) -> Answer:
    number, value = cell.value.number, cell.value
    shown = None if number is None else str(rounded(number, indicator.decimals))
    open_parts = not any(
        count is not None and 0 < count < small for count in (cell.numerator, cell.denominator)
    )
    return Answer(
        cell.area, cell.name, cell.indicator, names[cell.months], shown, value.status,
        cell.numerator if open_parts else None, cell.denominator if open_parts else None,
        value.reported, value.expected,
    )  # fmt: skip
