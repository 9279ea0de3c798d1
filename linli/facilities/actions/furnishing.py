"""What a facility consists of: rooms, the communities it serves, photos."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli.files.actions import ask_deletion
from linli.files.kinds import PICTURES, declare_purpose
from linli.files.models import StoredFile

from .. import rules
from ..models import Facility, Function, Inspection, Photo, Room, RoomUse, Service
from ..standards import standards_at
from .recording import locked, written

PHOTO = declare_purpose("facility-photo", "设施照片", PICTURES)


@dataclass(frozen=True)
class RoomLine:
    """A room as it is entered; `use` and `function` are codes of the catalogue."""

    name: str
    use: str
    area_m2: Decimal
    function: str = ""
    shared: bool = False


@transaction.atomic
def set_rooms(facility: Facility, *, by, rooms: Sequence[RoomLine]) -> Facility:
    """Write the rooms anew, by name: those that stay keep their row. Together they fit into the building."""
    facility = locked(facility)
    if not rules.can_edit(by, facility):
        raise PermissionDenied
    total = sum((room.area_m2 for room in rooms), Decimal(0))
    if facility.area_m2 is not None and total > facility.area_m2:
        told = {"rooms": total, "area": facility.area_m2}
        raise ValidationError({"rooms": _("房间面积合计 %(rooms)s ㎡，超过建筑面积 %(area)s ㎡。") % told})
    if len({room.name for room in rooms}) < len(rooms):
        raise ValidationError({"rooms": _("房间名称不能重复。")})
    uses, functions = _catalogue(rooms)
    facility.rooms.exclude(name__in=[room.name for room in rooms]).delete()
    rows = [
        Room(
            facility=facility,
            name=line.name,
            use=uses[line.use],
            function=functions.get(line.function),
            area_m2=line.area_m2,
            shared=line.shared,
        )
        for line in rooms
    ]
    for row in rows:
        row.clean_fields(exclude=["facility", "use", "function"])
    Room.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["facility", "name"],
        update_fields=["use", "function", "area_m2", "shared"],
    )
    return written(facility, "rooms", by=by)


@transaction.atomic
def add_rooms(of: Mapping[str, Sequence[RoomLine]], *, by) -> int:
    """Add rooms to facilities by their number, restating those of the same name; none is taken away.

    A facility whose rooms stay as they are is left untouched. Answers how many facilities changed.
    """
    found = Facility.objects.standing().filter(code__in=of).select_related("place").order_by("pk")
    facilities = list(found.prefetch_related("rooms__use", "rooms__function"))
    if not all(rules.can_import(by, one.place) for one in facilities):
        raise PermissionDenied(_("只能导入您岗位所及区划内的设施。"))
    changed = 0
    for facility in facilities:
        stands = {room.name: _line_of(room) for room in facility.rooms.all()}
        after = stands | {line.name: line for line in of[facility.code]}
        if after != stands:
            set_rooms(facility, by=by, rooms=list(after.values()))
            changed += 1
    return changed


def _line_of(room: Room) -> RoomLine:
    function = room.function.code if room.function else ""
    return RoomLine(room.name, room.use.code, room.area_m2, function, room.shared)


def _catalogue(rooms: Sequence[RoomLine]) -> tuple[dict, dict]:
    uses = {use.code: use for use in RoomUse.objects.filter(retired_on=None)}
    functions = {one.code: one for one in Function.objects.filter(retired_on=None)}
    for room in rooms:
        if room.use not in uses:
            raise ValidationError({"rooms": _("没有这样的用途：%s") % room.use})
        if room.function and room.function not in functions:
            raise ValidationError({"rooms": _("没有这样的功能：%s") % room.function})
        if room.area_m2 <= 0:
            raise ValidationError({"rooms": _("房间“%s”的面积应大于 0。") % room.name})
    return uses, functions


@transaction.atomic
def set_services(facility: Facility, *, by, places: Sequence) -> Facility:
    """Which other communities it serves; the one it stands in is always served."""
    facility = locked(facility)
    if not rules.can_edit(by, facility):
        raise PermissionDenied
    if wrong := [place for place in places if place.level != "community" or place.valid_to]:
        raise ValidationError({"places": _("只能选在用的社区（村）：%s") % wrong[0]})
    others = [place for place in places if place.pk != facility.place_id]
    facility.services.exclude(place__in=others).delete()
    Service.objects.bulk_create(
        [Service(facility=facility, place=place) for place in others], ignore_conflicts=True
    )
    return written(facility, "services", by=by)


@transaction.atomic
def add_photo(
    facility: Facility, *, by, file: StoredFile, caption: str = "", inspection: Inspection | None = None
) -> Photo:
    """Show a picture of the facility; one that was taken at an inspection says so."""
    facility = locked(facility)
    if not rules.can_log(by, facility):
        raise PermissionDenied
    most = standards_at(facility.place).limits.photos
    if facility.photos.shown().count() >= most:
        raise ValidationError(_("最多 %d 张照片，请先删去旧的。") % most)
    photo = Photo(facility=facility, file=file, caption=caption, inspection=inspection)
    photo.full_clean(exclude=["facility", "inspection"])
    photo.save()
    written(facility, "photo", by=by)
    return photo


@transaction.atomic
def remove_photo(photo: Photo, *, by) -> Facility:
    """Take a picture down; the file itself goes after its waiting time."""
    facility = locked(photo.facility)
    if not rules.can_log(by, facility):
        raise PermissionDenied
    ask_deletion(photo.file, by=by)
    return written(facility, "photo_removed", by=by)
