"""What people say is wrong with a facility, and how it is put right: corrections of `linli.registers`."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.registers.changing import Changeable, declare_changeable

from .. import rules
from ..hours import WrongHours, parse_hours, write_hours
from ..models import Facility
from ..standards import standards_at
from .keeping import edit_facility
from .living import set_hours
from .recording import locked, written

COLUMNS = {
    "name": gettext_lazy("名称"),
    "address": gettext_lazy("地址"),
    "phone": gettext_lazy("服务电话"),
    "hours": gettext_lazy("开放时间"),
    "closed": gettext_lazy("已经不在了"),
    "access": gettext_lazy("无障碍进出"),
    "other": gettext_lazy("其他"),
}
FACTS = ("name", "address", "phone")


def stated(facility: Facility, column: str) -> str:
    """What stands now, as everybody may read it."""
    if column in FACTS:
        return str(getattr(facility, column))
    if column == "hours":
        rows = facility.periods.values_list("weekday", "opens_min", "closes_min")
        return write_hours(list(rows))[:300]
    return ""


@transaction.atomic
def correct(facility: Facility, column: str, text: str, *, by, why: str) -> bool:
    """Put a fact right by the ordinary act; closing, moving and surveying are done on the facility's page.

    Hours that say no times (“周末早点关门”) are written by hand too.
    """
    note = f"{why} {text}"[:300]
    if column in FACTS:
        edit_facility(facility, by=by, version=facility.version, note=note, **{column: _short(column, text)})
        return True
    if column == "hours":
        try:
            set_hours(facility, by=by, periods=parse_hours(text))
            return True
        except WrongHours:
            pass
    written(locked(facility), "correction_accepted", by=by, note=note)
    return False


def _short(column: str, text: str) -> str:
    longest = Facility._meta.get_field(column).max_length
    if len(text) > longest:
        raise ValidationError({"value": _("最多 %d 个字。") % longest})
    return text


FACILITY = declare_changeable(
    Changeable(
        name="facilities",
        title=gettext_lazy("设施和便民网点"),
        rows=lambda user: Facility.objects.visible_to(user).standing().select_related("kind", "place"),
        place_of=lambda facility: facility.place,
        columns=COLUMNS,
        stated=stated,
        keep=rules.EDIT,
        correct=correct,
        url=lambda facility: reverse("facility-detail", args=[facility.code]),
        most_waiting=lambda facility: standards_at(facility.place).limits.waiting_changes,
    )
)
