"""The exchange pack: the ways of exchange a deployment has registered, each with purpose, law, fields, partner."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal

from django.db import transaction
from pydantic import AfterValidator, Field

from linli.kernel import clock
from linli.packs import Installed, Pack, PackKind, pack_kinds
from linli.packs.schema import Code, Strict, at_least_one

from .actions import register_entry
from .devices.registering import register_device, retire_device
from .models import Device, Entry


class EntryLine(Strict):
    """One way of exchange; it holds as long as its pack."""

    code: Code
    kind: Literal["import", "export", "feed", "webhook", "device"]
    title: str = Field(min_length=1, max_length=120)
    purpose: str = Field(min_length=1, max_length=300)
    basis: str = Field(min_length=1, max_length=300)
    fields: Annotated[tuple[str, ...], AfterValidator(at_least_one)]
    partner: str = Field(min_length=1, max_length=120)
    owner: str = Field(min_length=1, max_length=120)
    owner_path: str = Field("", max_length=180)
    frequency: str = Field("", max_length=60)


class DeviceLine(Strict):
    """One device of an entry: where it stands, what it measures, what it can believably say."""

    code: Code
    entry: Code
    title: str = Field(min_length=1, max_length=120)
    thing: str = Field("", max_length=60)
    quantity: Code
    unit: str = Field("", max_length=20)
    low: float = Field(allow_inf_nan=False)
    high: float = Field(allow_inf_nan=False)
    every_s: int = Field(ge=1, le=7 * 86_400)


class ExchangePack(Pack):
    pack: Literal["exchange"]
    entries: Annotated[tuple[EntryLine, ...], AfterValidator(at_least_one)]
    devices: tuple[DeviceLine, ...] = ()


def check(pack: ExchangePack) -> Iterator[tuple[tuple, str]]:
    codes: set[str] = set()
    for number, entry in enumerate(pack.entries):
        if entry.code in codes:
            yield ("entries", number, "code"), f"the entry {entry.code} is written twice"
        codes.add(entry.code)
    kinds = {entry.code: entry.kind for entry in pack.entries}
    for number, device in enumerate(pack.devices):
        if kinds.get(device.entry) != "device":
            yield ("devices", number, "entry"), f"{device.entry} is no entry of devices of this pack"
        if device.low >= device.high:
            yield ("devices", number, "high"), "the range of what can be believed holds nothing"
        if device.code in codes:
            yield ("devices", number, "code"), f"{device.code} is written twice"
        codes.add(device.code)


def _wanted(pack: ExchangePack) -> dict[str, dict]:
    period = {"valid_from": pack.valid_from, "valid_to": pack.valid_to}
    return {
        line.code: line.model_dump(exclude={"code", "fields"}) | {"fields": list(line.fields)} | period
        for line in pack.entries
    }


def diff(pack: ExchangePack) -> Installed:
    wanted = _wanted(pack)
    known = {entry.code: entry for entry in Entry.objects.filter(pack=pack.code)}
    standing = set(Entry.objects.filter(code__in=wanted).values_list("code", flat=True))
    return Installed(
        added=tuple(sorted(wanted.keys() - standing)),
        changed=tuple(
            code
            for code in sorted(wanted.keys() & standing)
            if code not in known
            or any(getattr(known[code], name) != value for name, value in wanted[code].items())
        ),
        retired=tuple(
            sorted(code for code, entry in known.items() if code not in wanted and entry.is_current())
        ),
    )


@transaction.atomic
def install(pack: ExchangePack, *, by=None) -> Installed:
    """Enter or restate by code; what is gone from the pack ends yesterday and keeps its log."""
    done = diff(pack)
    for code, stated in _wanted(pack).items():
        register_entry(by=by, code=code, pack=pack.code, **stated)
    _install_devices(pack, by=by)
    yesterday = clock.today() - timedelta(days=1)
    for entry in Entry.objects.filter(code__in=done.retired):
        entry.valid_to = max(entry.valid_from, yesterday)
        entry.save(update_fields=["valid_to"])
    return done


def _install_devices(pack: ExchangePack, *, by) -> None:
    entries = {entry.code: entry for entry in Entry.objects.filter(pack=pack.code)}
    for line in pack.devices:
        stated = line.model_dump(exclude={"code", "entry"})
        register_device(by=by, code=line.code, entry=entries[line.entry], **stated)
    gone = Device.objects.filter(entry__pack=pack.code, retired_on=None)
    for device in gone.exclude(code__in=[line.code for line in pack.devices]):
        retire_device(device, by=by)


pack_kinds["exchange"] = PackKind(ExchangePack, install, diff, check)
