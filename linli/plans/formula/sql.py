# ruff: noqa: S608 (names of relations and steps are ours; what a pack or a person gives is a parameter)
"""One SQL query for a formula over many places: exact, because every number is a pair of whole numerics.

The query reads three relations that the caller names: `places(path, code)`, `units(code, above, scopes)`,
where `above` holds the paths of all places a unit lies in and its own, and `cells(measure, code, month, span,
value, status)`, where `value` is a scaled integer and `status` a rank of `values.STATUSES`. Each row of the
answer is one place.
"""

from dataclasses import dataclass, field
from fractions import Fraction

from . import ir
from .periods import Months
from .sql_leaves import leaf_query
from .sql_terms import Chain, Term
from .values import NOT_APPLICABLE, NOT_DUE, RANK, STATUSES, VALUE, Value, least_complete


@dataclass(frozen=True)
class Query:
    """SQL text with its named parameters, and how to read its rows."""

    sql: str
    parameters: dict
    aggregates: tuple[ir.Aggregate, ...]
    denominator: int | None  # None: the row brings its own

    def values(self, rows) -> dict[str, Value]:
        """Place path → value, from the rows of the query."""
        return {row[0]: self._value(row) for row in rows}

    def _value(self, row):
        _, number, denominator, rank, *counts = row
        pairs = [Value(Fraction(0), VALUE, *counts[i : i + 2]) for i in range(0, len(counts), 2)]
        reported, expected = least_complete(pairs)
        if rank:
            return Value(None, STATUSES[rank], reported, expected)
        below = self.denominator if self.denominator is not None else int(denominator)
        return Value(Fraction(int(number), below), VALUE, reported, expected)


def emit(
    expression: ir.Expression,
    months: Months,
    due_through: int,
    *,
    given: tuple[str, ...] = (),
    parameters: dict | None = None,
) -> Query:
    """The query of a formula for a period; months after `due_through` are not due.

    `given` are the CTEs that define the relations, with their `parameters`; without them they are tables.
    """
    writer = _Writer(months, due_through, given=given, parameters=dict(parameters or {}))
    return writer.query(expression)


def emit_states(
    aggregates: tuple[ir.Aggregate, ...],
    months: Months,
    due_through: int,
    *,
    given: tuple[str, ...] = (),
    parameters: dict | None = None,
) -> tuple[str, dict]:
    """One query for many aggregates over all places; `state_of` reads its rows.

    A row is (position of the aggregate, path, numerator, denominator, rank, reported, expected).
    """
    writer = _Writer(months, due_through, given=given, parameters=dict(parameters or {}))
    return writer.states(aggregates), writer.parameters


def state_of(numerator, denominator, rank: int, reported: int, expected: int) -> Value:
    """The value that a row of states stands for."""
    if rank:
        return Value(None, STATUSES[rank], reported, expected)
    return Value(Fraction(int(numerator), int(denominator)), VALUE, reported, expected)


@dataclass
class _Writer:
    months: Months
    due_through: int
    places: str = "places"
    units: str = "units"
    cells: str = "cells"
    given: tuple[str, ...] = ()
    ctes: list[str] = field(default_factory=list)
    parameters: dict = field(default_factory=dict)
    leaves: dict[ir.Measured, tuple[str, Term]] = field(default_factory=dict)

    def query(self, expression) -> Query:
        aggregates = ir.aggregates_of(expression)
        terms = {node: self._aggregate(node, f"a{i}") for i, node in enumerate(aggregates)}
        chain = Chain(lambda node: terms.get(node))
        result = chain.term(expression)
        joins = "".join(f"\nLEFT JOIN a{i} ON a{i}.at = p.path" for i in range(len(aggregates)))
        counts = "".join(
            f", coalesce(a{i}.reported, 0)::int, coalesce(a{i}.expected, 0)::int"
            for i in range(len(aggregates))
        )
        below = result.denominator if isinstance(result.denominator, str) else "NULL"
        sql = (
            f"WITH {', '.join([*self.given, *self.ctes])}\n"
            f"SELECT p.path, {result.numerator}, {below}, {result.rank}{counts}\n"
            f"FROM {self.places} p{joins}{chain.sql}"
        )
        fixed = result.denominator if isinstance(result.denominator, int) else None
        return Query(sql, self.parameters, aggregates, fixed)

    def states(self, aggregates) -> str:
        selects = []
        for i, node in enumerate(aggregates):
            term = self._aggregate(node, f"a{i}")
            selects.append(
                f"SELECT {i} AS nr, p.path, CASE WHEN {term.rank} = 0 THEN {term.numerator} END AS n,"
                f" CASE WHEN {term.rank} = 0 THEN {term.below} END AS d, {term.rank} AS s,"
                f" coalesce(a{i}.reported, 0)::int, coalesce(a{i}.expected, 0)::int"
                f" FROM {self.places} p LEFT JOIN a{i} ON a{i}.at = p.path"
            )
        return f"WITH {', '.join([*self.given, *self.ctes])}\n" + "\nUNION ALL ".join(selects)

    def _aggregate(self, node, name) -> Term:
        if node.own_row:
            return self._own_row(node, name)
        self.parameters[f"{name}_scope"] = node.scope
        leaves = tuple(dict.fromkeys(part for part in ir.walk(node.part) if isinstance(part, ir.Measured)))
        terms = {leaf: self._shared_leaf(leaf) for leaf in leaves}
        joins = "".join(
            f"\nLEFT JOIN {self.leaves[leaf][0]} ON {self.leaves[leaf][0]}.code = u.code" for leaf in leaves
        )
        chain = Chain(lambda part: terms.get(part))
        part = chain.term(node.part)
        skip = " OR ".join(
            f"{terms[leaf].rank} IN ({RANK[NOT_APPLICABLE]}, {RANK[NOT_DUE]})" for leaf in leaves
        )
        complete = " AND ".join(terms[leaf].complete for leaf in leaves)
        numerator, denominator = _brought_together(node.op, part)
        # What a unit brings is computed once, and then counted at each of the places it lies in.
        self.ctes.append(
            f"{name} AS (SELECT home.at, count(*) FILTER (WHERE g.due) AS expected,\n"
            f"count(*) FILTER (WHERE g.due AND g.complete) AS reported,\n"
            f"count(*) FILTER (WHERE g.due AND g.s = 0) AS vals,\n"
            f"{numerator} AS n, {denominator} AS d,\n"
            f"CASE WHEN bool_or(g.due) THEN max(g.s) FILTER (WHERE g.due)\n"
            f"WHEN bool_or(g.s = {RANK[NOT_DUE]}) THEN {RANK[NOT_DUE]} ELSE {RANK[NOT_APPLICABLE]} END AS s\n"
            f"FROM (SELECT u.homes, NOT ({skip}) AS due, {complete} AS complete,\n"
            f"{part.numerator} AS n, {part.below} AS d, {part.rank} AS s\n"
            f"FROM asked u{joins}{chain.sql}\nWHERE %({name}_scope)s = ANY(u.scopes) OFFSET 0) g\n"
            f"CROSS JOIN LATERAL unnest(g.homes) AS home(at) GROUP BY home.at)"
        )
        return _at_place(node.op, part, name)

    def _shared_leaf(self, leaf) -> Term:
        """A measure at every unit asked: read once, however many aggregates read it."""
        if leaf not in self.leaves:
            if not self.leaves:
                self._find_homes()
            name = f"m{len(self.leaves)}"
            self.leaves[leaf] = name, self._leaf(leaf, name, "SELECT code FROM asked")
        return self.leaves[leaf][1]

    def _find_homes(self) -> None:
        """Which units are asked at all, each with the places it lies in: no join, whose size nobody can foresee."""
        self.ctes.append(
            "asked AS MATERIALIZED (SELECT u.code, u.scopes, array_agg(p.path) AS homes\n"
            f"FROM {self.units} u CROSS JOIN LATERAL unnest(u.above) AS up(path)\n"
            f"JOIN {self.places} p ON p.path = up.path GROUP BY u.code, u.scopes)"
        )

    def _leaf(self, leaf, name, codes) -> Term:
        query, term = leaf_query(leaf, self.months, self.due_through, name, self.cells, codes)
        self.ctes.append(f"{name} AS ({query.sql})")
        self.parameters |= query.parameters
        return term

    def _own_row(self, node, name) -> Term:
        term = self._leaf(node.part, f"{name}_l0", f"SELECT code FROM {self.places}")
        due = f"NOT {term.rank} IN ({RANK[NOT_APPLICABLE]}, {RANK[NOT_DUE]})"
        self.ctes.append(
            f"{name} AS (SELECT p.path AS at, {term.numerator} AS n, {term.below} AS d, {term.rank} AS s,\n"
            f"({due})::int AS expected, ({due} AND {term.complete})::int AS reported\n"
            f"FROM {self.places} p LEFT JOIN {name}_l0 ON {name}_l0.code = p.code)"
        )
        below = term.denominator if isinstance(term.denominator, int) else f"{name}.d"
        return Term(f"{name}.n", below, f"{name}.s")


def _brought_together(op, part) -> tuple[str, str]:
    """SQL for the numerator and, where rows differ in it, the denominator of an aggregate."""
    good = "FILTER (WHERE g.due AND g.s = 0)"
    if op in ("sum", "avg"):
        return f"sum(g.n) {good}", "NULL::numeric"
    if op in ("min", "max"):
        way = "ASC" if op == "min" else "DESC"
        if isinstance(part.denominator, int):
            return f"{op}(g.n) {good}", "NULL::numeric"
        pick = f"(array_agg(ARRAY[g.n, g.d] ORDER BY g.n / g.d {way}) {good})[1:1]"
        return f"({pick})[1][1]", f"({pick})[1][2]"
    if op in ("countif", "share"):
        return "count(*) FILTER (WHERE g.due AND g.s = 0 AND g.n = 1)::numeric", "NULL::numeric"
    return "NULL::numeric", "NULL::numeric"


def _at_place(op, part, name) -> Term:
    """The term an aggregate is in the place's own expression."""
    if op in ("count", "expected", "reported"):
        column = "vals" if op == "count" else op
        return Term(f"coalesce({name}.{column}, 0)::numeric", 1, "0")
    nobody = RANK[NOT_APPLICABLE]
    rank = f"(CASE WHEN {name}.vals > 0 THEN 0 WHEN {name}.at IS NULL THEN {nobody} ELSE {name}.s END)"
    if op == "countif":
        return Term(f"{name}.n", 1, rank)
    if op == "share":
        return Term(f"{name}.n", f"nullif({name}.vals, 0)::numeric", rank)
    if op == "avg":
        return Term(f"{name}.n", f"(nullif({name}.vals, 0)::numeric * {part.denominator})", rank)
    return Term(f"{name}.n", part.denominator if isinstance(part.denominator, int) else f"{name}.d", rank)
