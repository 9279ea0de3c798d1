"""Indicators × periods × places from the newest snapshot, as everybody may see them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from django.conf import settings

from linli.measures import Period
from linli.plans.formula import ir
from linli.plans.formula.values import STATUSES
from linli.plans.models import FigureRules, Plan
from linli.plans.nation.arrays import rounded_all
from linli.plans.nation.asking import ROLLED, Places, Series, Snapshot
from linli.plans.nation.layout import SnapshotRefused

from .relations import months_of


def newest_snapshot(folder: Path | None = None) -> Snapshot:
    """The newest rolled-up snapshot of this installation; SnapshotRefused when there is none."""
    held = sorted(path.parent for path in (folder or settings.STATE_DIR / "snapshots").glob(f"*/{ROLLED}"))
    if not held:
        raise SnapshotRefused("还没有快照：先运行 linli plan snapshot。")
    return Snapshot.of(held[-1])


def analytics(
    plan: Plan, codes: Sequence[str], periods: Sequence[Period], places: Places, snapshot: Snapshot
) -> dict:
    """The numbers asked for, as columns; SnapshotRefused for what cannot be answered or may not be seen.

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
    answer = snapshot.answer(wanted, list(names), places)
    return {
        "areas": answer.codes,
        "names": answer.names,
        "series": [
            _told(one, names[one.months], found[one.indicator].decimals, rules.small_count)
            for one in answer.series
        ],
    }


def _told(one: Series, period: str, decimals: int, small: int) -> dict:
    """One series as lists in the order of the areas; null where there is no number, or a part is withheld."""
    found, parts = one.computed, one.computed.first
    over = np.broadcast_to(np.asarray(parts.d), found.reported.shape)
    few = [(np.abs(side) > 0) & (np.abs(side) < small) for side in (parts.n, over)]
    shut = (parts.rank != 0) | few[0] | few[1] | ~one.there
    return {
        "indicator": one.indicator,
        "period": period,
        "values": _blanked(rounded_all(found.value, decimals), found.value.rank != 0),
        "statuses": {int(at): STATUSES[found.value.rank[at]] for at in np.flatnonzero(found.value.rank)},
        "numerators": _blanked(parts.n, shut),
        "denominators": _blanked(over, shut),
        "reported": _blanked(found.reported, ~one.there),
        "expected": _blanked(found.expected, ~one.there),
    }


def _blanked(numbers: np.ndarray, where: np.ndarray) -> list:
    told = numbers.tolist()
    for at in np.flatnonzero(where):
        told[at] = None
    return told
