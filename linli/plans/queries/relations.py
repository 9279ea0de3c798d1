"""The three relations that formulas read, as CTEs over our tables: places, units and cells."""

from collections.abc import Iterable
from datetime import date, datetime

from linli.measures import Period
from linli.places.models import Place
from linli.plans.formula import Months, month_of

# Units as the tree stood on a day, each with the paths above it and the scopes it belongs to.
UNITS = """units AS MATERIALIZED (
SELECT v.place_id AS code,
  (SELECT array_agg(up) FROM (SELECT string_agg(part || '/', '') OVER (ORDER BY nr) AS up
    FROM unnest(string_to_array(rtrim(v.path, '/'), '/')) WITH ORDINALITY AS parts(part, nr)) ups) AS above,
  (SELECT coalesce(array_agg(s.code), '{}') FROM plans_scopeterm s
    WHERE s.retired_on IS NULL AND s.level = v.level
      AND (s.urban_rural = '' OR left(v.urban_rural, 1) = s.urban_rural)
      AND (s.tag = '' OR jsonb_exists(p.tags, s.tag))) AS scopes
FROM places_placeversion v JOIN places_place p ON p.id = v.place_id
WHERE v.during @> %(day)s::date AND starts_with(v.path, %(root)s)
  AND v.level = ANY(SELECT level FROM plans_scopeterm WHERE retired_on IS NULL))"""

# What was known at a moment; of a figure counted and reported, the one with a value, then the record.
CELLS = """cells AS NOT MATERIALIZED (
SELECT DISTINCT ON (measure, month, span, place_id) measure, place_id AS code, month, span, value, status
FROM plans_measurevalue
WHERE known_from <= %(known_on)s AND (known_to IS NULL OR known_to > %(known_on)s)
ORDER BY measure, month, span, place_id, (value IS NULL), source)"""

CHOSEN = """places AS MATERIALIZED (
SELECT t.path, t.code FROM unnest(%(paths)s::text[], %(codes)s::bigint[]) AS t(path, code))"""


def months_of(period: Period) -> Months:
    """The whole months of a period; ValueError when it does not begin and end with a month."""
    if period.start.day != 1 or period.end.day != 1:
        raise ValueError(f"{period} does not consist of whole months")
    return Months(
        month_of(period.start.year, period.start.month), month_of(period.end.year, period.end.month) - 1
    )


def due_month(today: date) -> int:
    """The last month that is due: figures of a month are due once it has begun."""
    return month_of(today.year, today.month)


def tree_day(period: Period, today: date) -> date:
    """The day whose tree a period is shown in: its last day, or today while it runs."""
    return min(period.last_day, today)


def common_root(paths: Iterable[str]) -> str:
    """The path of the lowest place that holds all of these."""
    split = [path.rstrip("/").split("/") for path in paths]
    shared = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return "".join(f"{part}/" for part in shared)


def chosen_places(places: Iterable[Place], *, day: date, known_on: datetime) -> tuple[tuple[str, ...], dict]:
    """CTEs and parameters of the relations for these places."""
    listed = list(places)
    paths = [place.path for place in listed]
    parameters = {
        "paths": paths,
        "codes": [place.pk for place in listed],
        "root": common_root(paths),
        "day": day,
        "known_on": known_on,
    }
    return (CHOSEN, UNITS, CELLS), parameters
