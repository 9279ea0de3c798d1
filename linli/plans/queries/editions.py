"""The tables of an edition: computed from typed formulas and what was known at a moment, bit for bit again."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from types import SimpleNamespace

from linli.measures import Period
from linli.places.levels import DIVISIONS
from linli.places.models import Place, PlaceVersion
from linli.plans.formula import ir, rounded
from linli.plans.formula.evaluating import combine
from linli.plans.models import Edition, Plan

from .relations import seen_day, tree_day
from .tasks import tasks_of
from .values import judged, states_of, target_for

COMPUTED = ("values", "children")  # recomputed to prove the edition; the others are kept as they were


def definitions(plan: Plan, period: Period) -> list[dict]:
    """What each indicator meant and was to reach: everything a later recomputation needs."""
    rows = plan.indicators.filter(retired_on=None).prefetch_related("targets", "tasks")
    return [_definition(indicator, target_for(indicator, period)) for indicator in rows]


def _definition(indicator, target) -> dict:
    return {
        "code": indicator.code,
        "name": indicator.name,
        "number": indicator.number,
        "unit": indicator.unit,
        "decimals": indicator.decimals,
        "direction": indicator.direction,
        "nature": indicator.nature,
        "publish_from": indicator.publish_from,
        "expression": indicator.expression,
        "reading": ir.READING,
        "not_computed": indicator.not_computed,
        "baseline": indicator.baseline,
        "low": str(target.low) if target else None,
        "high": str(target.high) if target else None,
        "by": target.by.isoformat() if target else None,
        "tasks": [task.code for task in indicator.tasks.all() if task.retired_on is None],
    }


def tables_of(plan: Plan, place: Place, period: Period, known_on: datetime) -> dict[str, list]:
    """Every table of an edition that is frozen now."""
    defined = definitions(plan, period)
    return {
        "definitions": defined,
        **computed(defined, place, period, known_on),
        "tasks": [_task(task) for task in tasks_of(plan).prefetch_related("shares__case__unit")],
    }


def computed(
    defined: list[dict], place: Place, period: Period, known_on: datetime, *, unsaid: int = ir.READING
) -> dict[str, list]:
    """The tables that follow from definitions and figures alone, the same for all time.

    Formulas mean what they meant when the edition was frozen; `unsaid` is the reading where a row does not say it.
    """
    below = children_then(place, period, known_on)
    expressions = {
        row["code"]: ir.as_read(ir.from_json(row["expression"]), row.get("reading", unsaid))
        for row in defined
        if row["expression"]
    }
    states = states_of(expressions.values(), [place, *below], period, known_on=known_on)
    return {
        "values": [_value(row, expressions, states, place) for row in defined],
        "children": [
            {"place": child.code, "title": child.name, **_value(row, expressions, states, child)}
            for child in below
            for row in defined
            if row["expression"]
        ],
    }


def children_then(place: Place, period: Period, known_on: datetime) -> list:
    """The divisions right below a place as they stood: with the names and paths of that day."""
    day = tree_day(period, seen_day(known_on))
    depth = place.path.count("/") + 1
    rows = PlaceVersion.objects.filter(
        path__startswith=place.path, during__contains=day, level__in=DIVISIONS
    ).order_by("path")
    return [
        SimpleNamespace(pk=row.place_id, code=row.code, name=row.name, path=row.path, level=row.level)
        for row in rows
        if row.path.count("/") == depth
    ]


def _value(row, expressions, states, place) -> dict:
    """One cell, exact: numerator over denominator, or the reason why there is none."""
    if row["code"] not in expressions:
        return {"code": row["code"], "status": "not_computed"}
    expression = expressions[row["code"]]
    value = combine(expression, lambda a: states[ir.digest(a), place.path].value).value
    number = None if value.number is None else Fraction(value.number)
    met, gap = judged(row["direction"], number, _target(row))
    return {
        "code": row["code"],
        "status": value.status,
        "n": None if number is None else str(number.numerator),
        "d": None if number is None else str(number.denominator),
        "shown": None if number is None else str(rounded(number, row["decimals"])),
        "gap": None if gap is None else str(rounded(gap, max(row["decimals"], 1))),
        "met": met,
        "reported": value.reported,
        "expected": value.expected,
    }


def _target(row):
    return SimpleNamespace(low=row["low"], high=row["high"]) if row["low"] is not None else None


def _task(task) -> dict:
    shares = [
        {"unit": share.case.unit.name, "percent": share.percent, "state": share.case.state_label}
        for share in task.shares.all()
    ]
    return {
        "code": task.code,
        "title": task.title,
        "clause": task.clause,
        "lead": list(task.lead),
        "due_on": task.due_on.isoformat(),
        "shares": shares,
    }


def digest_of(rows: list) -> str:
    """SHA-256 of a table, over the one way to write it."""
    written = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def faults_of(edition: Edition) -> list[str]:
    """Tables that do not match their digest, or do not come out again; empty when all is as it was."""
    faults = [name for name, rows in edition.tables.items() if digest_of(rows) != edition.digests.get(name)]
    return faults + [f"{name}（重算）" for name in _best(edition)]


def _best(edition: Edition) -> list[str]:
    """What differs under the reading that fits: editions did not say theirs before there was a second one."""
    said = all("reading" in row for row in edition.tables["definitions"])
    tried: Iterable[list[str]] = (_differing(edition, reading) for reading in ([] if said else ir.CHANGED))
    now = _differing(edition, ir.READING)
    return min([now, *tried], key=len) if now else now


def _differing(edition: Edition, unsaid: int) -> list[str]:
    """The tables that do not come out again."""
    period, defined = Period.parse(edition.period), edition.tables["definitions"]
    again = computed(defined, edition.place, period, edition.known_on, unsaid=unsaid)
    return [name for name in COMPUTED if digest_of(again[name]) != edition.digests[name]]


def editions_of(plan: Plan, place: Place) -> Iterable[Edition]:
    """Editions of a plan in a place, the newest first, without their tables."""
    rows = plan.editions.filter(place__path__startswith=place.path).select_related("place")
    return rows.defer("tables")
