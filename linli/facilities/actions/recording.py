"""What every act on a facility does: lock it, keep its version, write its history, let it be found."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock
from linli.search.actions import touch

from ..models import Event, Facility


class Stale(Exception):
    """Somebody changed the facility meanwhile; `facility` is as it is now (L6)."""

    def __init__(self, facility: Facility):
        super().__init__(_("这条资料刚刚被别人修改过，请核对后再提交。"))
        self.facility = facility


def locked(facility: Facility, *, version: int | None = None) -> Facility:
    """The facility as it is now, locked; Stale when it is no longer at `version`."""
    found = (
        Facility.objects.select_for_update(of=("self",)).select_related("kind", "place").get(pk=facility.pk)
    )
    if version is not None and found.version != version:
        raise Stale(found)
    if found.archived_at is not None:
        raise ValidationError(_("这条设施已经归档，不能再修改。"))
    return found


def written(facility: Facility, act: str, *, by, before: dict | None = None, note: str = "", was: str = ""):
    """Check and save the facility one version on, with a line of its history and of the audit."""
    facility.version += 1
    facility.clean_fields(exclude=["place", "kind", "operator", "confirmed_by", "merged_into"])
    facility.save()
    changes = differences(facility, before or {})
    Event.objects.create(
        facility=facility,
        act=act,
        from_state=was or facility.state,
        to_state=facility.state,
        changes=changes,
        note=note,
        by=by,
        at=clock.now(),
    )
    audit.record(
        f"facility.{act}", by=by, thing=facility, place=facility.place, detail={"fields": sorted(changes)}
    )
    touch(facility)
    return facility


def facts_of(facility: Facility, names) -> dict:
    return {name: told(facility, name) for name in names}


def told(facility: Facility, name: str) -> str:
    """A fact as people read it in the history; "" for nothing."""
    field = Facility._meta.get_field(name)
    value = getattr(facility, name)
    if value is None or value == "" or value == []:
        return ""
    if isinstance(field, models.ForeignKey):
        return str(value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, list):
        return "、".join(sorted(map(str, value)))
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(value)


def differences(facility: Facility, before: dict) -> dict:
    """{field: [before, after]} of the facts that are no longer what they were."""
    after = facts_of(facility, before)
    return {name: [old, after[name]] for name, old in before.items() if old != after[name]}


def check_day(on: date, *, field: str = "on") -> None:
    if on > clock.today():
        raise ValidationError({field: _("日期不能晚于今天。")})
