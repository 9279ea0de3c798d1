"""Facilities in bulk: rows of a table added and restated, in a fixed number of statements; twice is once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock
from linli.kernel.bulk import add_records, restate_records
from linli.places.models import Place
from linli.search.actions import touch_many

from .. import rules
from ..models import Event, Facility, Kind, OpeningPeriod
from ..rules import after_months
from ..states import State
from .keeping import free_codes
from .recording import differences, facts_of

FACTS = (
    *("name", "kind", "address", "lon", "lat", "point_origin", "area_m2", "tenure", "rent_yuan"),
    *("agreement_from", "agreement_until", "step_free", "surveyed_on", "phone", "opened_on", "condition"),
    *("capacity", "marks", "functions"),
)
WRITTEN = (*FACTS, "hours_stated_on", "confirmed_on", "confirmed_by", "stale_on", "version")


@dataclass
class Import:
    """What a table brings: new facilities, changed ones with what was before, hours to be written anew."""

    new: list[Facility] = field(default_factory=list)
    changed: list[tuple[Facility, dict]] = field(default_factory=list)
    hours: dict[str, list] = field(default_factory=dict)  # by code of the facility


@transaction.atomic
def import_facilities(rows: Sequence[dict], *, by) -> int:
    """Add the facilities of `rows` and restate those that stand, by number, else by place, kind and name.

    A row holds `place` (code), `kind` (code), `state` and facts; what is None or "" says nothing and takes
    nothing away. A row that changes nothing leaves its facility untouched. Returns how many rows; all or none.
    """
    places = _places(rows, by)
    kinds = Kind.objects.in_bulk({row["kind"] for row in rows}, field_name="code")
    known = _Known(rows, places.values())
    found = Import()
    for row in rows:
        place, kind = places[row["place"]], kinds[row["kind"]]
        facility = known.find(row, place, kind)
        if facility is None:
            found.new.append(_new(row, place, kind, found, by))
        else:
            _restate(facility, row, kind, found, by=by, hours=known.hours_of(facility))
    _number(found.new)
    _store(found, by)
    audit.record(
        "facility.import",
        by=by,
        detail={"rows": len(rows), "new": len(found.new), "changed": len(found.changed)},
    )
    return len(rows)


def _places(rows: Sequence[dict], by) -> dict[str, Place]:
    """The communities of the rows, locked in one order: each is the queue of its own numbers."""
    codes = {row["place"] for row in rows}
    places = {p.code: p for p in Place.objects.select_for_update().filter(code__in=codes).order_by("pk")}
    if not all(rules.can_import(by, place) for place in places.values()):
        raise PermissionDenied(_("只能导入您岗位所及区划内的设施。"))
    return places


class _Known:
    """What stands already: by number and by (place, kind, name), with the stated hours."""

    def __init__(self, rows: Sequence[dict], places: Iterable[Place]):
        codes = [row["code"] for row in rows if row.get("code")]
        standing = Facility.objects.filter(Q(code__in=codes) | Q(place__in=places)).select_related(
            "place", "kind"
        )
        self.by_code, self.by_name = {}, {}
        for facility in standing.order_by("pk"):
            self.by_code[facility.code] = facility
            if facility.archived_at is None:
                self.by_name.setdefault((facility.place_id, facility.kind_id, facility.name), facility)
        self._hours: dict[int, list] = {}
        periods = OpeningPeriod.objects.filter(facility__in=self.by_code.values())
        for key, *period in periods.values_list("facility", "weekday", "opens_min", "closes_min"):
            self._hours.setdefault(key, []).append(tuple(period))

    def find(self, row: dict, place: Place, kind: Kind) -> Facility | None:
        if row.get("code"):
            return self.by_code.get(row["code"])
        return self.by_name.get((place.pk, kind.pk, row["name"]))

    def hours_of(self, facility: Facility) -> list:
        return sorted(self._hours.get(facility.pk, []))


def _new(row: dict, place: Place, kind: Kind, found: Import, by) -> Facility:
    facility = Facility(
        place=place, kind=kind, state=row.get("state") or State.OPEN, code=row.get("code") or ""
    )
    for name in FACTS:
        if name != "kind" and row.get(name) not in (None, "", []):
            setattr(facility, name, row[name])
    facility._hours = row.get("hours") or []
    _confirm(facility, kind, by)
    if facility._hours:
        facility.hours_stated_on = clock.today()
    return facility


def _restate(facility: Facility, row: dict, kind: Kind, found: Import, *, by, hours: list) -> None:
    said = _said(row, facility) | {"kind": kind}
    given = row.get("hours") or hours
    if sorted(given) != hours:
        found.hours[facility.code] = given
        facility.hours_stated_on = clock.today()
    elif all(getattr(facility, name) == value for name, value in said.items()):
        return
    before = facts_of(facility, FACTS)
    for name, value in said.items():
        setattr(facility, name, value)
    if differences(facility, before) or facility.code in found.hours:
        _confirm(facility, kind, by)
        facility.version += 1
        found.changed.append((facility, before))


def _said(row: dict, facility: Facility) -> dict:
    """The facts a row states; an empty cell states nothing."""
    said = {name: row[name] for name in FACTS if row.get(name) not in (None, "", []) and name != "kind"}
    if (row.get("lon"), row.get("lat")) == (facility.lon, facility.lat):
        said.pop(
            "point_origin", None
        )  # the table gave our own point back: where it once came from stays known
    return said


def _confirm(facility: Facility, kind: Kind, by) -> None:
    facility.confirmed_on, facility.confirmed_by = clock.today(), by
    facility.stale_on = after_months(clock.today(), kind.confirm_months)


def _number(new: list[Facility]) -> None:
    """Numbers for those without, community by community; two with one name in one table are one too many."""
    waiting: dict[int, list[Facility]] = {}
    for facility in new:
        if not facility.code:
            waiting.setdefault(facility.place_id, []).append(facility)
    for those in waiting.values():
        for facility, code in zip(those, free_codes(those[0].place, len(those)), strict=True):
            facility.code = code


def _store(found: Import, by) -> None:
    now = clock.now()
    add_records(found.new)
    changed = [facility for facility, _before in found.changed]
    restate_records(changed, WRITTEN)
    lines = [Event(facility=f, act="register", to_state=f.state, by=by, at=now) for f in found.new]
    lines += [
        Event(facility=f, act="edit", from_state=f.state, to_state=f.state, by=by, at=now,
              changes=differences(f, before))
        for f, before in found.changed
    ]  # fmt: skip
    add_records(lines)
    OpeningPeriod.objects.filter(facility__code__in=found.hours).delete()
    hours = [(f, f._hours) for f in found.new] + [(f, found.hours.get(f.code, [])) for f in changed]
    add_records(
        [
            OpeningPeriod(facility=f, weekday=day, opens_min=opens, closes_min=closes)
            for f, periods in hours
            for day, opens, closes in periods
        ]
    )
    touch_many([*found.new, *changed])
