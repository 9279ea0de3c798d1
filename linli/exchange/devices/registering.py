"""Devices enter the register and leave it; a device that left keeps its readings and may say no more."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from linli import audit
from linli.kernel import clock

from .. import rules
from ..models import Device, Entry


@transaction.atomic
def register_device(*, by, code: str, entry: Entry, **stated) -> Device:
    """Enter a device of an entry, or restate it under its code; `by` None is the installation itself."""
    if by is not None and not rules.can_register(by):
        raise PermissionDenied
    device = Device.objects.select_for_update().filter(code=code).first() or Device(code=code)
    device.entry, device.retired_on = entry, None
    for field, value in stated.items():
        setattr(device, field, value)
    device.full_clean(exclude=["last_at"])
    device.save()
    audit.record("exchange.register_device", by=by, thing=device, detail={"entry": entry.code})
    return device


@transaction.atomic
def retire_device(device: Device, *, by) -> bool:
    """From today on nothing of it is taken; False when it had been retired."""
    if by is not None and not rules.can_register(by):
        raise PermissionDenied
    if not Device.objects.filter(pk=device.pk, retired_on=None).update(retired_on=clock.today()):
        return False
    audit.record("exchange.retire_device", by=by, thing=device)
    return True
