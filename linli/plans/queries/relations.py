# ruff: noqa: S608 (the parts of the relations are ours; what is asked is a parameter)
"""The three relations that formulas read, as CTEs over our tables: places, units and cells."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.measures import Period
from linli.places.models import Place, Succession
from linli.plans.formula import Months, month_of

_PATHS = """(SELECT array_agg(up) FROM (SELECT string_agg(part || '/', '') OVER (ORDER BY nr) AS up
    FROM unnest(string_to_array(rtrim(u.path, '/'), '/')) WITH ORDINALITY AS parts(part, nr)) ups) AS above"""
_SCOPES = """(SELECT coalesce(array_agg(s.code), '{}') FROM plans_scopeterm s
    WHERE s.retired_on IS NULL AND s.level = u.level
      AND (s.urban_rural = '' OR left(u.urban_rural, 1) = s.urban_rural)
      AND (s.tag = '' OR jsonb_exists(p.tags, s.tag))) AS scopes"""
_REPORTING = "v.level = ANY(SELECT level FROM plans_scopeterm WHERE retired_on IS NULL)"


def _units(lies: str) -> str:
    """Units as the tree stood on a day; those divided within the period still bring the months they lived."""
    return f"""units AS MATERIALIZED (
SELECT u.place_id AS code, {_PATHS}, {_SCOPES}
FROM (SELECT v.place_id, v.level, v.urban_rural, v.path FROM places_placeversion v
  WHERE v.during @> %(day)s::date AND {lies.format("v.path")} AND {_REPORTING}
  UNION ALL SELECT v.place_id, v.level, v.urban_rural, g.path
  FROM unnest(%(gone)s::bigint[], %(gone_paths)s::text[], %(gone_days)s::date[]) AS g(place_id, path, day)
  JOIN places_placeversion v ON v.place_id = g.place_id AND v.during @> g.day
  WHERE {lies.format("g.path")} AND {_REPORTING}) u
JOIN places_place p ON p.id = u.place_id)"""


UNITS = _units("starts_with({0}, %(root)s)")
# Those that lie in the root and in none of the places below it that are named.
UNITS_BESIDE = _units(
    "starts_with({0}, %(root)s)"
    " AND NOT EXISTS (SELECT 1 FROM unnest(%(beside)s::text[]) AS b(path) WHERE starts_with({0}, b.path))"
)

# The same units under the places they belong to today: what merged counts with what it became.
UNITS_AS_IS = f"""units AS MATERIALIZED (
SELECT u.place_id AS code, {_PATHS}, {_SCOPES}
FROM (SELECT v.place_id, v.level, v.urban_rural, coalesce(g.path, o.path) AS path
  FROM places_placeversion v JOIN places_place o ON o.id = v.place_id
  LEFT JOIN unnest(%(gone)s::bigint[], %(gone_paths)s::text[]) AS g(place_id, path) ON g.place_id = v.place_id
  WHERE v.during @> %(day)s::date AND {_REPORTING}) u
JOIN places_place p ON p.id = u.place_id
WHERE starts_with(u.path, %(root)s))"""

# What was known at a moment; of a figure counted and reported, the one with a value, then the record.
# The flow of a place that was merged away is that of the place it went into.
CELLS = """cells AS NOT MATERIALIZED (
SELECT k.measure, coalesce(m.target, k.place_id) AS code, k.month, k.span,
  sum(k.value)::bigint AS value, max(k.status) FILTER (WHERE k.value IS NULL) AS status
FROM (SELECT DISTINCT ON (measure, month, span, place_id) measure, place_id, month, span, value, status
  FROM plans_measurevalue
  WHERE known_from <= %(known_on)s AND (known_to IS NULL OR known_to > %(known_on)s)
  ORDER BY measure, month, span, place_id, (value IS NULL), source) k
LEFT JOIN unnest(%(merged)s::bigint[], %(targets)s::bigint[]) AS m(place_id, target)
  ON m.place_id = k.place_id
  AND EXISTS (SELECT 1 FROM plans_measureterm t WHERE t.code = k.measure AND t.kind = 'flow')
GROUP BY k.measure, coalesce(m.target, k.place_id), k.month, k.span)"""
# With nothing merged the plain form is faster, and the planner may push conditions into it.
PLAIN_CELLS = """cells AS NOT MATERIALIZED (
SELECT DISTINCT ON (measure, month, span, place_id) measure, place_id AS code, month, span, value, status
FROM plans_measurevalue
WHERE known_from <= %(known_on)s AND (known_to IS NULL OR known_to > %(known_on)s)
ORDER BY measure, month, span, place_id, (value IS NULL), source)"""
TREES = ("as_was", "as_is")

CHOSEN = """places AS MATERIALIZED (
SELECT t.path, t.code FROM unnest(%(paths)s::text[], %(codes)s::bigint[]) AS t(path, code))"""


def months_of(period: Period) -> Months:
    """The whole months of a period; ValueError when it does not begin and end with a month."""
    if period.start.day != 1 or period.end.day != 1:
        raise ValueError(f"{period} does not consist of whole months")
    return Months(
        month_of(period.start.year, period.start.month), month_of(period.end.year, period.end.month) - 1
    )


def period_of(months: Months) -> Period:
    """The period that consists of these months."""
    after = months.last + 1
    return Period(date(months.first // 12, months.first % 12 + 1, 1), date(after // 12, after % 12 + 1, 1))


def due_month(today: date) -> int:
    """The last month that is due: figures of a month are due once it has begun."""
    return month_of(today.year, today.month)


def tree_day(period: Period, today: date) -> date:
    """The day whose tree a period is shown in: its last day, or today while it runs."""
    return min(period.last_day, today)


def seen_day(known_on: datetime) -> date:
    """The day in China of the moment at which things are known: what was due then, which tree stood."""
    return known_on.astimezone(CHINA).date()


def common_root(paths: Iterable[str]) -> str:
    """The path of the lowest place that holds all of these."""
    split = [path.rstrip("/").split("/") for path in paths]
    shared = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return "".join(f"{part}/" for part in shared)


@dataclass(frozen=True)
class Ended:
    """Places that are gone on the day of a tree: what they became, as parameters of the relations."""

    merged: Mapping[int, int]  # place → the one it went into
    gone: Mapping[int, tuple[str, date]]  # place → the path it counts under, its last day

    def parameters(self) -> dict:
        return {
            "merged": list(self.merged),
            "targets": list(self.merged.values()),
            "gone": list(self.gone),
            "gone_paths": [path for path, _day in self.gone.values()],
            "gone_days": [day for _path, day in self.gone.values()],
        }


def ended_between(after: date, until: date) -> Ended:
    """What became of the places that ended in (after, until]; one query."""
    rows = Succession.objects.filter(on__gt=after, on__lte=until).order_by("on", "pk")
    heirs: dict[int, list] = {}
    facts = {}
    for row in rows.select_related("successor", "predecessor"):
        heirs.setdefault(row.predecessor_id, []).append(row.successor_id)
        facts[row.successor_id] = row.successor.path
        facts.setdefault(row.predecessor_id, row.predecessor.path)
        facts[row.predecessor_id, "day"] = row.on - timedelta(days=1)
    merged, gone = {}, {}
    for place, found in heirs.items():
        last = set(_last_heirs(found, heirs))
        if last == {place}:
            continue
        if len(last) == 1:
            merged[place] = last.pop()
            gone[place] = (facts[merged[place]], facts[place, "day"])
        else:
            gone[place] = (common_root(facts[one] for one in last), facts[place, "day"])
    return Ended(merged, gone)


def _last_heirs(found, heirs, seen=()):
    for one in found:
        if one in heirs and one not in seen:
            yield from _last_heirs(heirs[one], heirs, (*seen, one))
        else:
            yield one


def tree_relations(
    period: Period, *, tree: str, known_on: datetime, root: str
) -> tuple[tuple[str, str], dict]:
    """The CTEs of units and cells for a period in the tree as it was or as it is today, with parameters."""
    day = tree_day(period, seen_day(known_on))
    if tree == "as_is":
        ended = ended_between(day, clock.today())
        relations = (UNITS_AS_IS, PLAIN_CELLS)
    else:
        ended = ended_between(period.start, day)
        divided = {place: told for place, told in ended.gone.items() if place not in ended.merged}
        ended = Ended(ended.merged, divided)
        relations = (UNITS, CELLS if ended.merged else PLAIN_CELLS)
    return relations, {"day": day, "root": root, "known_on": known_on, **ended.parameters()}


def units_beside(
    place: Place, below: Iterable[Place], period: Period, *, known_on: datetime
) -> tuple[tuple[str, ...], dict]:
    """CTEs and parameters of the relations for one place, with the units alone that lie in none of those `below`."""
    (chosen, _units_of_all, cells), parameters = chosen_places([place], period, known_on=known_on)
    return (chosen, UNITS_BESIDE, cells), {**parameters, "beside": [one.path for one in below]}


def chosen_places(
    places: Iterable[Place], period: Period, *, tree: str = "as_was", known_on: datetime
) -> tuple[tuple[str, ...], dict]:
    """CTEs and parameters of the relations for these places."""
    listed = list(places)
    paths = [place.path for place in listed]
    relations, parameters = tree_relations(period, tree=tree, known_on=known_on, root=common_root(paths))
    chosen = {"paths": paths, "codes": [place.pk for place in listed]}
    return (CHOSEN, *relations), {**parameters, **chosen}
