"""Counting measures and adding them up the tree, in a number of queries that no number of places changes."""

import hashlib
from collections.abc import Iterable, Mapping

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast

from linli import audit
from linli.kernel import clock
from linli.measures import Measure, Period
from linli.places.models import Place, PlaceVersion, Succession
from linli.plans import naming
from linli.plans.formula import Months, ir
from linli.plans.formula.sql import emit_states
from linli.plans.models import AggregateValue, Indicator, MeasureTerm
from linli.plans.queries.planning import steady_cursor, wide
from linli.plans.queries.relations import (
    chosen_places,
    due_month,
    months_of,
    period_of,
    tree_day,
    tree_relations,
)
from linli.plans.queries.shortfalls import shortfall_aggregates

from .adding import add_up_stored

FEW_PLACES = 10  # above one corrected figure; where more lack something, all are read together
FEW = 5  # measures; for more, reading every formula is no dearer than looking for them
# Places above the community keep their aggregates; a community's are computed when they are asked for.
STORED = """places AS MATERIALIZED (
SELECT v.path, v.place_id AS code FROM places_placeversion v
WHERE v.during @> %(day)s::date AND starts_with(v.path, %(root)s)
  AND v.level IN ('province', 'city', 'county', 'street'))"""

# Aggregates of one statement: PostgreSQL lets go of what it hashed when the statement ends, and of a city of
# 62,000 communities it would hold gigabytes for all at once.
TOGETHER = 24

CLOSE = """
WITH counted AS (SELECT p.id AS place_id, t.value
  FROM unnest(%(codes)s::text[], %(values)s::bigint[]) AS t(code, value)
  JOIN places_place p ON p.code = t.code)
UPDATE plans_measurevalue old SET known_to = %(now)s
WHERE old.measure = %(measure)s AND old.month = %(month)s AND old.span = %(span)s
  AND old.source = 'records' AND old.known_to IS NULL
  AND NOT EXISTS (SELECT 1 FROM counted c WHERE c.place_id = old.place_id AND c.value = old.value)"""
OPEN = """
INSERT INTO plans_measurevalue (measure, place_id, month, span, value, status, source, known_from)
SELECT %(measure)s, p.id, %(month)s, %(span)s, t.value, 0, 'records', %(now)s
FROM unnest(%(codes)s::text[], %(values)s::bigint[]) AS t(code, value) JOIN places_place p ON p.code = t.code
ON CONFLICT (measure, place_id, month, span, source) WHERE known_to IS NULL DO NOTHING"""


@transaction.atomic
def roll_up(measures: Iterable[Measure], period: Period) -> int:
    """Count each measure once for the period, keep what changed, add it up; returns how many were counted.

    A figure that a recount no longer gives is closed, never deleted: it stays known for its time.
    """
    months = months_of(period)
    codes = {term.title: term.code for term in MeasureTerm.objects.filter(retired_on=None)}
    counted = []
    for measure in measures:
        code = codes.get(measure.title, measure.name)
        keep_counts(code, measure.count(period), month=months.last, span=_span(measure, months))
        counted.append(code)
    forget(counted, from_month=months.last)
    recompute(period, measures=counted)
    return len(counted)


def forget(measures: Iterable[str], *, from_month: int, path: str = "") -> set[tuple[int, int]]:
    """Drop the stored aggregates that a changed figure could have entered: they are computed anew when asked.

    Later periods too, for a stock stays good for months and shifts reach back; with `path`, only the places
    that one lay in at any time, or what it went into; then it returns the (first, last) months of the periods that
    lost some.
    """
    stale = AggregateValue.objects.filter(digest__in=_aggregates(set(measures)), last__gte=from_month)
    if path:
        stale = stale.filter(place__in=_ever_above(path))
    spans = set(stale.values_list("first", "last").distinct()) if path else set()
    stale.delete()
    return spans


def _ever_above(path: str) -> QuerySet:
    """Keys of all places in which the place of this path, or what it went into, ever lay: a month has its own tree."""
    places = set(Place.objects.filter(path=path).values_list("pk", flat=True))
    new = places
    while new:
        heirs = Succession.objects.filter(predecessor__in=new).values_list("successor", flat=True)
        new = set(heirs) - places
        places = places | new
    paths = PlaceVersion.objects.filter(place__in=places).values_list("path", flat=True)
    codes = {code for one in (path, *paths) for code in one.rstrip("/").split("/")}
    return PlaceVersion.objects.filter(code__in=codes).values("place")


@transaction.atomic
def refill(months: Months) -> int:
    """Compute the stored aggregates of a period that are missing, at the places that miss them alone.

    Returns how many places missed some. What is there is left as it is: the night holds it against a rebuild.
    """
    wanted, period = _aggregates(None), period_of(months)
    places = list(_stored_places(period))
    held = AggregateValue.objects.filter(
        first=months.first, last=months.last, digest__in=wanted, place__in=[place.pk for place in places]
    )
    if not wanted or held.count() == len(wanted) * len(places):
        return 0
    have = set(held.values_list("digest", "place"))
    lacking = [place for place in places if any((digest, place.pk) not in have for digest in wanted)]
    missing = {
        digest: node for digest, node in wanted.items() if any((digest, p.pk) not in have for p in lacking)
    }
    if len(lacking) > FEW_PLACES:
        _compute_at(lacking, missing, period, whole=wide(lacking))
        return len(lacking)
    near = [place for place in lacking if not wide([place])]
    if near:
        _compute_at(near, missing, period, whole=False)
    for place in sorted((one for one in lacking if wide([one])), key=lambda one: -len(one.path)):
        added = add_up_stored(place, places, missing, period)
        left = {digest: node for digest, node in missing.items() if digest not in added}
        for own in (False, True):  # the row of the place itself is found, not searched for
            part = {digest: node for digest, node in left.items() if node.own_row is own}
            _compute_at([place], part, period, whole=not own)
    return len(lacking)


def _compute_at(
    places: list[Place], wanted: Mapping[str, ir.Aggregate], period: Period, *, whole: bool
) -> None:
    relations, given = chosen_places(places, period, known_on=clock.now())
    _compute(wanted, period, relations, given, whole=whole)


def _stored_places(period: Period):
    """The places above the community that stand where they stood at the end of the period."""
    rows = PlaceVersion.objects.filter(
        during__contains=tree_day(period, clock.today()), level__in=("province", "city", "county", "street"),
        path=F("place__path"),
    )  # fmt: skip
    return (row.place for row in rows.select_related("place").order_by("path"))


def _span(measure, months):
    return 1 if measure.kind == "stock" else len(months)


def keep_counts(code: str, counts: Mapping[str, int], *, month: int, span: int) -> None:
    """Make the records of a measure in a month be exactly these: two queries."""
    parameters = {
        "measure": code,
        "month": month,
        "span": span,
        "codes": list(counts),
        "values": list(counts.values()),
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, parameters)
        cursor.execute(OPEN, parameters)


@transaction.atomic
def recompute(period: Period, *, measures: Iterable[str] | None = None, root: str = "") -> int:
    """Bring the stored aggregates of a period up to date; returns how many aggregates were recomputed.

    `measures` limits it to the aggregates that read one of these, `root` to the places below a path.
    """
    wanted = _aggregates(None if measures is None else set(measures))
    if not wanted:
        return 0
    relations, given = tree_relations(period, tree="as_was", known_on=clock.now(), root=root)
    _compute(wanted, period, (STORED, *relations), given)
    return len(wanted)


def _compute(
    wanted: Mapping[str, ir.Aggregate],
    period: Period,
    given: tuple[str, ...],
    parameters: dict,
    *,
    whole: bool = True,
) -> None:
    """Keep the states of these aggregates at the places of the relations.

    `whole` when the places hold so many units that their relations are better read whole.
    """
    months, due = months_of(period), due_month(clock.today())
    # Those that read the same measures are beside each other: a statement reads a measure once.
    ordered = sorted(wanted.items(), key=lambda item: (ir.measures_of(item[1]), item[0]))
    with steady_cursor(whole=whole) as cursor:
        for start in range(0, len(ordered), TOGETHER):
            part = dict(ordered[start : start + TOGETHER])
            sql, values = emit_states(tuple(part.values()), months, due, given=given, parameters=parameters)
            kept = {"digests": list(part), "first": months.first, "last": months.last, "now": clock.now()}
            cursor.execute(_replace(sql), values | kept)


@transaction.atomic
def rebuild(period: Period) -> int:
    """Recompute everything stored of a period; returns how many stored aggregates were not what a rebuild gives.

    Each of these is a fault in what marks figures as changed: it is put right here and told in the audit log.
    """
    before = _stored_rows(period)
    recompute(period)
    after = _stored_rows(period)
    wrong = sum(after.get(key) != row for key, row in before.items())
    if wrong:
        audit.record("plans.roll_up_put_right", by=None, detail={"period": str(period), "rows": wrong})
    return wrong


def checksum(period: Period) -> str:
    """SHA-256 of every stored aggregate of a period, in one order whatever the order of their making."""
    rows = sorted(_stored_rows(period).items())
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def _stored_rows(period: Period) -> dict[tuple, tuple]:
    """(aggregate, place) → what is stored of a period, of the formulas in force."""
    months = months_of(period)
    rows = AggregateValue.objects.filter(first=months.first, last=months.last, digest__in=_aggregates(None))
    fields = ("digest", "place_id", "numerator", "denominator", "status", "reported", "expected")
    return {row[:2]: tuple(map(str, row[2:])) for row in rows.values_list(*fields)}


def _replace(states: str) -> str:
    """The upsert of all states into the table of aggregates."""
    table = AggregateValue._meta.db_table
    return (
        f"INSERT INTO {table} (digest, place_id, first, last, numerator, denominator, status,"
        " reported, expected, computed_at)\n"
        "SELECT (%(digests)s::text[])[states.nr + 1], places_place.id, %(first)s, %(last)s, states.n,"
        " states.d, states.s, states.reported, states.expected, %(now)s\n"
        f"FROM ({states}) AS states(nr, path, n, d, s, reported, expected)\n"
        "JOIN places_place ON places_place.path = states.path\n"
        "ON CONFLICT (place_id, first, last, digest) DO UPDATE SET numerator = excluded.numerator,"
        " denominator = excluded.denominator, status = excluded.status, reported = excluded.reported,"
        " expected = excluded.expected, computed_at = excluded.computed_at"
    )


def _aggregates(measures: set[str] | None) -> dict[str, ir.Aggregate]:
    """Digest → aggregate, of all formulas in force that read one of the measures (all, for None).

    With those that tell how many places fall short of a target, and what they lack together.
    """
    rows = Indicator.objects.filter(retired_on=None, plan__retired_on=None).exclude(expression=None)
    if measures is not None and len(measures) <= FEW:
        rows = _that_name(rows, measures)
    found: dict[str, ir.Aggregate] = {}
    for row in rows.prefetch_related("targets"):
        written = (row.expression, *(reading["expression"] for reading in row.readings))
        nodes = [node for one in written for node in ir.aggregates_of(ir.from_json(one))]
        for aggregate in (*nodes, *shortfall_aggregates(row)):
            if measures is None or measures & set(ir.measures_of(aggregate)):
                found[ir.digest(aggregate)] = aggregate
    return found


def _that_name(rows: QuerySet[Indicator], measures: set[str]) -> QuerySet[Indicator]:
    """Those whose formulas, present and past, name one of the measures: one approved figure reads no others."""
    named = Q()
    for code in measures:
        named |= Q(written__contains=f'"{code}"') | Q(once__contains=f'"{code}"')
    text = {"written": Cast("expression", TextField()), "once": Cast("readings", TextField())}
    return rows.alias(**text).filter(named)


def counted_measures() -> list[Measure]:
    """All measures that apps count, in the order of their names."""
    return [measure for _name, measure in sorted(naming.measures.items())]
