# ruff: noqa: S608 (names of relations and columns are ours; what a pack gives is a parameter)
"""One measure over one period as SQL: rows (code, n, d, s, complete), the twin of `facts.read`."""

from dataclasses import dataclass

from .facts import average_denominator
from .ir import Measured
from .periods import Months
from .sql_terms import Term
from .values import NOT_DUE, NOT_REPORTED, RANK, UNDEFINED

_REASON = f"coalesce(max(status) FILTER (WHERE value IS NULL), {RANK[NOT_REPORTED]})"


@dataclass(frozen=True)
class LeafQuery:
    """SQL of one leaf with its named parameters."""

    sql: str
    parameters: dict


def leaf_query(
    leaf: Measured, months: Months, due_through: int, name: str, cells: str, codes: str
) -> tuple[LeafQuery, Term]:
    """The rows of a leaf for the places whose codes `codes` selects, and the term that reads them."""
    for shift in leaf.shifts:
        months = months.shifted(shift)
    if months.first > due_through:
        sql = f"SELECT code, NULL::numeric AS n, 0 AS s, true AS complete FROM {cells} WHERE false"
        return LeafQuery(sql, {}), Term(f"{name}.n", 1, f"coalesce({name}.s, {RANK[NOT_DUE]})")
    due = Months(months.first, min(months.last, due_through))
    wanted, span = (due, 1) if leaf.kind != "distinct" else (Months(months.last, months.last), len(months))
    if leaf.kind in ("stock", "ratio"):
        wanted = Months(due.last - leaf.lookback + 1, due.last)
    if leaf.kind == "ytd":
        wanted = Months(due.first - 1, due.last)
    number, rank, complete, factor = _columns(leaf, due)
    sql = (
        f"SELECT code, {number} AS n, {rank} AS s, {complete} AS complete FROM {cells}\n"
        f"WHERE measure = %({name}_measure)s AND month BETWEEN %({name}_first)s AND %({name}_last)s\n"
        f"AND span = %({name}_span)s AND code IN ({codes}) GROUP BY code"
    )
    parameters = {
        f"{name}_measure": leaf.measure,
        f"{name}_first": wanted.first,
        f"{name}_last": wanted.last,
        f"{name}_span": span,
    }
    term = Term(
        f"{name}.n",
        10**leaf.scale * factor,
        f"coalesce({name}.s, {RANK[NOT_REPORTED]})",
        f"coalesce({name}.complete, false)",
    )
    return LeafQuery(sql, parameters), term


def _columns(leaf, due) -> tuple[str, str, str, int]:
    """Numerator, rank, completeness, and what the numerator is multiplied by beside the scale."""
    if leaf.kind == "ytd":
        return _differenced(due)
    rank = f"CASE WHEN count(value) > 0 THEN 0 ELSE {_REASON} END"
    if leaf.kind in ("stock", "ratio", "distinct"):
        latest = "((array_agg(value ORDER BY month DESC) FILTER (WHERE value IS NOT NULL))[1])::numeric"
        return latest, rank, "count(value) > 0", 1
    complete = f"count(value) = {len(due)}"
    if leaf.kind == "average":
        factor = average_denominator(len(due))
        number = f"sum(value)::numeric * div({factor}::numeric, nullif(count(value), 0)::numeric)"
        return number, rank, complete, factor
    return "sum(value)::numeric", rank, complete, 1


def _differenced(due):
    """Running totals turned into the flow of the period: one difference for each calendar year."""
    numbers, cases, complete = [], [], []
    for part in due.years():
        end = f"max(value) FILTER (WHERE month = {part.last})"
        wanted = [part.last] if part.first % 12 == 0 else [part.first - 1, part.last]
        start = "0" if len(wanted) == 1 else f"max(value) FILTER (WHERE month = {part.first - 1})"
        listed = ", ".join(map(str, wanted))
        there = f"count(value) FILTER (WHERE month IN ({listed})) = {len(wanted)}"
        reason = f"max(status) FILTER (WHERE value IS NULL AND month IN ({listed}))"
        cases.append(f"WHEN NOT ({there}) THEN coalesce({reason}, {RANK[NOT_REPORTED]})")
        cases.append(f"WHEN {end} < {start} THEN {RANK[UNDEFINED]}")
        numbers.append(f"({end} - {start})")
        complete.append(f"({there} AND {end} >= {start})")
    return (
        f"({' + '.join(numbers)})::numeric",
        f"CASE {' '.join(cases)} ELSE 0 END",
        " AND ".join(complete),
        1,
    )
