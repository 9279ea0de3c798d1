"""Changing the tree of places: an act keeps what was and moves all that stands below, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock
from linli.search.actions import touch

from . import profile, rules
from .codes import DIGITS, WrongCode, check_code
from .following import follow
from .levels import DIVISIONS, PARENTS, Level
from .models import Boundary, Place, PlaceVersion, PopulationFigure, ServiceState, Succession
from .outlines import outline_of
from .versions import close_versions, write_versions


class Stale(Exception):
    """Somebody changed the place meanwhile; `place` is as it is now (L6)."""

    def __init__(self, place: Place):
        super().__init__(_("这条资料刚刚被别人修改过，请核对后再提交。"))
        self.place = place


@dataclass(frozen=True)
class Part:
    """One of the places that a split makes: its code, name, the children it takes, its share of people."""

    code: str
    name: str
    children: tuple[str, ...]
    share: Decimal


@transaction.atomic
def add_place(*, by, code: str, level: str, name: str, parent: Place | None, on: date, **facts) -> Place:
    """Add a place below `parent` from the day `on`; divisions by who may reorganise, the rest by who edits."""
    if by is not None and not (parent and rules.can_add(by, parent, division=level in DIVISIONS)):
        raise PermissionDenied
    _check_parent(level, parent)
    _check_day(on)
    try:
        check_code(code, level)
    except WrongCode as wrong:
        raise ValidationError({"code": str(wrong)}) from None
    if Place.objects.filter(code=code).exists():
        raise ValidationError({"code": _("这个代码已经在用。")})
    if parent is not None and not code.startswith(parent.code[: DIGITS.get(Level(parent.level), 24)]):
        raise ValidationError({"code": _("代码应以上级的代码开头。")})
    place = Place(code=code, level=level, name=name.strip(), parent=parent, valid_from=on, **facts)
    place.path = f"{parent.path if parent else ''}{code}/"
    place.full_clean()
    place.save()
    write_versions(Place.objects.filter(pk=place.pk), on)
    touch(place)
    return place


@transaction.atomic
def edit_place(place: Place, *, by, version: int, **facts) -> Place:
    """Change facts that are no act of reorganisation (address, tags, centre, class); confirms them too."""
    place = _lock(place)
    if not rules.can_edit(by, place):
        raise PermissionDenied
    if place.version != version:
        raise Stale(place)
    if "tags" in facts:
        profile.check_tags(place, facts["tags"], profile.rules_of(place))
    for name, value in facts.items():
        if name not in ("address", "tags", "lon", "lat", "urban_rural", "committee", "grid"):
            raise ValueError(f"{name} is not changed by editing")
        setattr(place, name, value)
    return _confirmed(place, by)


@transaction.atomic
def confirm_place(place: Place, *, by, version: int | str) -> Place:
    """Say that what is written about a place is still true today; Stale when somebody changed what was read."""
    place = _lock(place)
    if not rules.can_edit(by, place):
        raise PermissionDenied
    if str(version) != str(place.version):
        raise Stale(place)
    return _confirmed(place, by)


@transaction.atomic
def tell_services(place: Place, *, by, states: dict[str, tuple[str, str]]) -> None:
    """Say of each service a place must have whether it is there: {code: (state, note)}; the rest stays."""
    place = _lock(place)
    if not rules.can_edit(by, place):
        raise PermissionDenied
    asked = {service.line.code for service in profile.services_of(place, profile.rules_of(place))}
    if unknown := states.keys() - asked:
        raise ValidationError(_("这里不检查“%s”。") % sorted(unknown)[0])
    for kind, (state, note) in states.items():
        row = ServiceState.objects.filter(place=place, kind=kind).first() or ServiceState(
            place=place, kind=kind
        )
        row.state, row.note, row.as_of, row.by = state, note, clock.today(), by
        row.full_clean(exclude=["by"])
        row.save()
    audit.record("places.services_told", by=by, thing=place, place=place, detail={"kinds": len(states)})


@transaction.atomic
def tell_figure(place: Place, *, by, year: int, definition: str, source: str, **numbers) -> PopulationFigure:
    """Enter the people and households of a year by one definition, or put right what was entered."""
    if not rules.can_edit(by, place):
        raise PermissionDenied
    if year > clock.today().year:
        raise ValidationError({"year": _("这一年还没有到。")})
    key = {"place": place, "year": year, "definition": definition}
    row = PopulationFigure.objects.select_for_update(of=("self",)).filter(**key).first() or PopulationFigure(
        **key
    )
    row.source = source.strip()
    for name in ("people", "households", "aged_60", "aged_80"):
        setattr(row, name, numbers.get(name))
    row.full_clean(exclude=["place"], validate_unique=False)
    row.save()
    audit.record(
        "places.figure_told", by=by, thing=place, place=place, detail={"year": year, "definition": definition}
    )
    return row


@transaction.atomic
def draw_boundary(place: Place, *, by, geometry: dict, source: str, as_of: date) -> Boundary:
    """Give a place its outline: a GeoJSON Polygon or MultiPolygon in WGS 84 degrees; `by` None is the operator."""
    if by is not None and not rules.can_edit(by, place):
        raise PermissionDenied
    outline = outline_of(geometry)
    west, south, east, north = outline.box
    told = {"geometry": outline.geometry, "west": west, "south": south, "east": east, "north": north}
    row, _made = Boundary.objects.update_or_create(
        place=place, defaults={**told, "source": source.strip(), "as_of": as_of}
    )
    audit.record("places.boundary_drawn", by=by, thing=place, place=place, detail={"source": row.source[:80]})
    return row


@transaction.atomic
def rename(place: Place, *, by, name: str, on: date) -> Place:
    """Call a place by a new name from the day `on`; the old name stays for the days before."""
    place = _reorganising(place, by, on)
    if not name.strip() or name.strip() == place.name:
        raise ValidationError({"name": _("请填写与现在不同的名称。")})
    place.name = name.strip()
    place.version += 1
    place.full_clean(exclude=["confirmed_by"])
    place.save()
    write_versions(Place.objects.filter(pk=place.pk), on)
    touch(place)
    return place


@transaction.atomic
def move(place: Place, *, by, parent: Place, on: date) -> Place:
    """Put a place, with all below it, under another parent from the day `on`."""
    place = _reorganising(place, by, on)
    if not rules.can_reorganise(by, parent) and not by.may(rules.REORGANISE, at=parent):
        raise PermissionDenied
    _check_parent(place.level, parent)
    if parent.pk == place.parent_id:
        raise ValidationError({"parent": _("已经在这个上级之下。")})
    _hang(place, parent, on)
    place.refresh_from_db()
    return place


@transaction.atomic
def recode(place: Place, *, by, code: str, on: date) -> Place:
    """Give a place a new code from the day `on`: it stays the same place, its old code leads to it."""
    place = _reorganising(place, by, on)
    try:
        check_code(code, place.level)
    except WrongCode as wrong:
        raise ValidationError({"code": str(wrong)}) from None
    if Place.objects.filter(code=code).exists():
        raise ValidationError({"code": _("这个代码已经在用。")})
    old, place.code = place.path, code
    place.version += 1
    place.save(update_fields=["code", "version"])
    _repath(old, f"{place.parent.path if place.parent else ''}{code}/", on)
    place.refresh_from_db()
    touch(place)
    return place


@transaction.atomic
def merge(places: Sequence[Place], *, into: Place, by, on: date, reason: str) -> Place:
    """Merge `places` into a standing place of the same level; their children move, they themselves end."""
    into = _reorganising(into, by, on)
    ending = [_reorganising(place, by, on) for place in places if place.pk != into.pk]
    if not ending:
        raise ValidationError(_("请选择要并入的区划。"))
    for place in ending:
        if place.level != into.level:
            raise ValidationError(_("只能合并同一级的区划：%(name)s。") % {"name": place.name})
        for child in place.children.filter(valid_to=None):
            _hang(child, into, on)
        Succession.objects.create(
            predecessor=place, successor=into, act=Succession.Act.MERGE, on=on, reason=reason, by=by
        )
        _end(place, on)
        follow(place, into, by=by, on=on, why=_("%s 并入本区划") % place.name)
    return into


@transaction.atomic
def split(place: Place, *, parts: Sequence[Part], by, on: date, reason: str) -> list[Place]:
    """Split a place into new ones that share out all its children; the old place ends.

    What stands on the old place itself goes to the part with most people, where it wants confirming. A building
    whose grid went to another part is in none until somebody says which.
    """
    place = _reorganising(place, by, on)
    children = {child.code: child for child in place.children.filter(valid_to=None)}
    given = [code for part in parts for code in part.children]
    if len(parts) < 2 or sorted(given) != sorted(children):
        raise ValidationError(_("拆分为两个以上区划，且每个下级恰好归入其中一个。"))
    if sum(part.share for part in parts) != 1:
        raise ValidationError(_("各部分人口占比之和应为 1。"))
    made = []
    for part in parts:
        facts = {"urban_rural": place.urban_rural, "committee": place.committee}
        new = add_place(
            by=None, code=part.code, level=place.level, name=part.name, parent=place.parent, on=on, **facts
        )
        for code in part.children:
            _hang(children[code], new, on)
        _leave_foreign_grids(new)
        Succession.objects.create(
            predecessor=place,
            successor=new,
            act=Succession.Act.SPLIT,
            on=on,
            share=part.share,
            reason=reason,
            by=by,
        )
        made.append(new)
    _end(place, on)
    largest = max(zip(parts, made, strict=True), key=lambda pair: pair[0].share)[1]
    follow(place, largest, by=by, on=on, why=_("%s 拆分，请核对归属") % place.name)
    return made


def _reorganising(place: Place, by, on: date) -> Place:
    """The locked place, when `by` may reorganise it on that day."""
    place = _lock(place)
    if not rules.can_reorganise(by, place):
        raise PermissionDenied
    if place.valid_to is not None:
        raise ValidationError(_("%(name)s 已经停用。") % {"name": place.name})
    _check_day(on)
    if on <= place.valid_from:
        raise ValidationError({"on": _("生效日期应晚于启用日期 %(day)s。") % {"day": place.valid_from}})
    return place


def _lock(place: Place) -> Place:
    return Place.objects.select_for_update().get(pk=place.pk)


def _check_day(on: date) -> None:
    if on > clock.today():
        raise ValidationError({"on": _("生效日期不能晚于今天。")})


def _check_parent(level: str, parent: Place | None) -> None:
    allowed = PARENTS[Level(level)]
    if (parent is None) != (not allowed) or (parent is not None and parent.level not in allowed):
        names = "、".join(str(one.label) for one in allowed)
        raise ValidationError({"parent": _("上级应为：%(names)s。") % {"names": names or _("无")}})
    if parent is not None and parent.valid_to is not None:
        raise ValidationError({"parent": _("上级已经停用。")})


def _confirmed(place: Place, by) -> Place:
    place.confirmed_on, place.confirmed_by = clock.today(), by
    place.version += 1
    place.full_clean(exclude=["confirmed_by"])
    place.save()
    touch(place)
    return place


def _hang(place: Place, parent: Place, on: date) -> None:
    old = place.path
    Place.objects.filter(pk=place.pk).update(parent=parent, version=F("version") + 1)
    _repath(old, f"{parent.path}{place.code}/", on)


def _leave_foreign_grids(place: Place) -> None:
    """A building lies in a grid of its own community, or the grid's worker reached into another one."""
    here = Place.objects.filter(path__startswith=place.path, grid__isnull=False)
    foreign = here.exclude(grid__path__startswith=place.path)
    foreign.update(grid=None, version=F("version") + 1)


def _repath(old: str, new: str, on: date) -> None:
    """Move a whole branch: three statements however large it is."""
    branch = Place.objects.filter(path__startswith=old)
    keys = list(branch.values_list("pk", flat=True))
    branch.update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    write_versions(Place.objects.filter(pk__in=keys), on)


def _end(place: Place, on: date) -> None:
    Place.objects.filter(pk=place.pk).update(valid_to=on, version=F("version") + 1)
    close_versions(PlaceVersion.objects.filter(place=place), on)
    touch(place)
