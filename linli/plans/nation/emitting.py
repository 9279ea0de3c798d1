"""An aggregate of a formula as DuckDB columns over units: the twin of `formula.sql`, with months side by side.

Whole numbers of 64 bits, checked by the engine: what does not fit is an error, never a wrong figure.
"""

from dataclasses import dataclass, field, replace

from linli.plans.formula import Months, ir
from linli.plans.formula.sql_terms import Chain, Term
from linli.plans.formula.values import NOT_APPLICABLE, NOT_DUE, NOT_REPORTED, RANK

from .layout import Manifest, SnapshotRefused

NOT_ASKED = f"({RANK[NOT_APPLICABLE]}, {RANK[NOT_DUE]})"
PARTS = ("n", "vals", "reported", "expected", "s", "there")  # of every aggregate, at every place and period
# Operations that have a reason of their own, or an answer where a figure is missing.
STOPPING = frozenset({"/", "if", "coalesce", "and", "or"})
ADDED = {"n": "sum", "vals": "sum", "reported": "sum", "expected": "sum", "s": "max", "there": "max"}


@dataclass
class Inline(Chain):
    """The same operations without steps: DuckDB finds common parts by itself."""

    def _step(self, numerator, denominator, rank):
        below = f"({denominator})" if isinstance(denominator, str) else denominator
        return Term(f"(CASE WHEN ({rank}) = 0 THEN {numerator} END)", below, f"({rank})")


@dataclass
class Plain(Chain):
    """Operations that nothing but a missing figure can stop: NULL runs through them, no rank is needed."""

    def _step(self, numerator, denominator, rank):
        below = f"({denominator})" if isinstance(denominator, str) else denominator
        return Term(f"({numerator})", below, "0")


@dataclass
class Leaves:
    """The measures that the aggregates of a period read, each computed once for a unit under a short name."""

    months: Months
    due_through: int
    manifest: Manifest
    sql: dict[str, str] = field(default_factory=dict)  # name → expression over the columns of a snapshot
    terms: dict[ir.Measured, Term] = field(default_factory=dict)
    silent: set[ir.Measured] = field(default_factory=set)  # due, and there or not: no other reason is held

    def term(self, leaf: ir.Measured) -> Term:
        """The term that reads a measure; SnapshotRefused for a kind that a snapshot cannot answer."""
        if leaf not in self.terms:
            self.terms[leaf] = self._read(leaf, f"l{len(self.terms)}")
        return self.terms[leaf]

    def _read(self, leaf, name) -> Term:
        if leaf.kind not in ("stock", "flow"):
            raise SnapshotRefused(f"计数项 {leaf.measure} 是平均数、累计数或去重数，快照里算不出来。")
        months = self.months
        for shift in leaf.shifts:
            months = months.shifted(shift)
        if months.first > self.due_through:
            return Term("NULL::bigint", 10**leaf.scale, str(RANK[NOT_DUE]), "true")
        due = range(months.first, min(months.last, self.due_through) + 1)
        first = due[-1] - leaf.lookback + 1 if leaf.kind == "stock" else due[0]
        held = [month for month in range(first, due[-1] + 1) if month in self.manifest.months]
        names = [self.manifest.column(leaf.measure, month) for month in held]
        self.sql[name] = f"({_value(leaf.kind, names)})::bigint"
        complete = f"{name} IS NOT NULL"
        if leaf.kind == "flow" and len(due) > 1:
            whole = " AND ".join(
                [*(f"{one} IS NOT NULL" for one in names), str(len(names) == len(due)).lower()]
            )
            self.sql[f"c{name}"], complete = f"({whole})", f"c{name}"
        if not any(self.manifest.reason(leaf.measure, month) for month in held):
            self.silent.add(leaf)
        return Term(name, 10**leaf.scale, self._rank(leaf, name, held), f"({complete})")

    def _rank(self, leaf, name, held) -> str:
        """0 with a figure, else the weightiest reason that is told, else that it was not reported."""
        told = [column for month in held if (column := self.manifest.reason(leaf.measure, month))]
        reason = str(RANK[NOT_REPORTED])
        if told:
            self.sql[f"r{name}"] = f"greatest({', '.join(told)})" if len(told) > 1 else told[0]
            reason = f"coalesce(r{name}, {reason})"
        return f"(CASE WHEN {name} IS NOT NULL THEN 0 ELSE {reason} END)"


def _value(kind: str, names: list[str]) -> str:
    """The last figure of a stock; the sum of the months of a flow that are there."""
    if not names:
        return "NULL"
    if kind == "stock" or len(names) == 1:
        return f"coalesce({', '.join([*reversed(names), 'NULL'])})"
    known = f"coalesce({', '.join(names)}) IS NOT NULL"
    return f"CASE WHEN {known} THEN {' + '.join(f'coalesce({name}, 0)' for name in names)} END"


@dataclass(frozen=True)
class Columns:
    """One aggregate over the units of its scope: an SQL expression for each of PARTS; what the numerator is over."""

    op: str
    scope: str
    sql: dict[str, str]
    denominator: int


def columns_of(node: ir.Aggregate, leaves: Leaves) -> Columns:
    """The columns of an aggregate for a period; SnapshotRefused when a snapshot cannot answer it."""
    if node.own_row or node.scope not in leaves.manifest.scopes:
        raise SnapshotRefused("这个公式要用各级自己的数或快照之外的范围，快照里算不出来。")
    terms = {part: leaves.term(part) for part in ir.walk(node.part) if isinstance(part, ir.Measured)}
    if terms.keys() <= leaves.silent and not any(map(_stops, ir.walk(node.part))):
        return _plain(node, terms)
    part = Inline(lambda found: terms.get(found)).term(node.part)
    there = f"in_{node.scope}"
    due = f"({there} AND " + " AND ".join(f"{t.rank} NOT IN {NOT_ASKED}" for t in terms.values()) + ")"
    late = " OR ".join(f"{term.rank} = {RANK[NOT_DUE]}" for term in terms.values())
    good = f"({due} AND {part.rank} = 0)"
    complete = " AND ".join([due, *(term.complete for term in terms.values())])
    sql = {
        "n": _brought_together(node.op, part, good),
        "vals": f"count(*) FILTER (WHERE {good})",
        "reported": f"count(*) FILTER (WHERE {complete})",
        "expected": f"count(*) FILTER (WHERE {due})",
        "s": f"max({part.rank}) FILTER (WHERE {due})",
        "there": f"max(CASE WHEN {late} THEN {RANK[NOT_DUE]} ELSE {RANK[NOT_APPLICABLE]} END) FILTER (WHERE {there})",
    }
    below = part.denominator if isinstance(part.denominator, int) else 1
    told = {name: text.replace("::numeric", "::bigint") for name, text in sql.items()}
    return Columns(node.op, node.scope, told, below)


def _stops(part: ir.Expression) -> bool:
    by_constant = getattr(part, "op", "") == "/" and isinstance(part.parts[1], ir.Number)
    return getattr(part, "op", "") in STOPPING and not by_constant


def _plain(node: ir.Aggregate, terms: dict) -> Columns:
    """The columns where a figure is there or not and nothing else can go wrong: a tenth of the work.

    A part that lacks a figure is NULL, and what is NULL is neither added up nor counted.
    """
    part = Plain(lambda found: replace(terms[found], rank="0") if found in terms else None).term(node.part)
    (one, *others) = (term.numerator for term in terms.values())
    good = " AND ".join(f"{name} IS NOT NULL" for name in (one, *others))
    vals = f"count({one})" if not others else f"count(*) FILTER (WHERE {good})"
    complete = " AND ".join(term.complete.strip("()") for term in terms.values())
    sql = {
        "n": _plainly(node.op, part.numerator),
        "vals": vals,
        "reported": vals if complete == good else f"count_if({complete})",
        "expected": "count(*)",
        "s": f"max({RANK[NOT_REPORTED]})",  # read only where no unit has a value
        "there": f"max({RANK[NOT_APPLICABLE]})",
    }
    below = part.denominator if isinstance(part.denominator, int) else 1
    told = {name: text.replace("::numeric", "::bigint") for name, text in sql.items()}
    return Columns(node.op, node.scope, told, below)


def _plainly(op: str, numerator: str) -> str:
    if op in ("sum", "avg", "min", "max"):
        return f"{'sum' if op == 'avg' else op}({numerator})"
    return f"count_if({numerator} = 1)" if op in ("countif", "share") else "NULL::bigint"


def _brought_together(op, part, good) -> str:
    if op in ("sum", "avg", "min", "max") and not isinstance(part.denominator, int):
        raise SnapshotRefused("这个公式对比值再汇总，快照里算不出来。")
    if op in ("sum", "avg"):
        return f"sum({part.numerator}) FILTER (WHERE {good})"
    if op in ("min", "max"):
        return f"{op}({part.numerator}) FILTER (WHERE {good})"
    if op in ("countif", "share"):
        return f"count(*) FILTER (WHERE {good} AND {part.numerator} = 1)"
    return "NULL::bigint"
