"""K9: readings are one for each device and moment, come late and disordered, and no device crowds out another."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.exchange.devices import Message, take_in
from linli.exchange.devices.asking import gaps_of, readings_of, silent_devices
from linli.exchange.devices.keeping import forget_old
from linli.exchange.devices.reading import NotAReading, believed, device_of, read
from linli.exchange.devices.registering import register_device, retire_device
from linli.exchange.devices.waiting import Waiting
from linli.exchange.models import Device, DeviceReading, SetAside, Use
from linli.exchange.pack import DeviceLine, ExchangePack, check, install
from linli.kernel import clock
from tests.factories.exchange import make_entry
from tests.factories.people import make_worker
from tests.factories.places import make_community

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)  # the day of the tests
STATED = {"title": "阅览室门", "quantity": "opened", "low": 0, "high": 100, "every_s": 60}


@pytest.fixture
def door(db) -> Device:
    entry = make_entry(code="doors", kind="device")
    return register_device(by=None, code="door-1", entry=entry, **STATED)


def told(value, minutes: float = 0, *, topic="linli/doors/door-1", **more) -> Message:
    line = {"at": (NOW + timedelta(minutes=minutes)).isoformat(), "value": value, **more}
    return Message(topic, json.dumps(line).encode())


def values(device) -> list[float]:
    return [
        reading.value for reading in readings_of(device, NOW - timedelta(days=60), NOW + timedelta(days=1))
    ]


def asides() -> dict[str, int]:
    return {one.reason: one.count for one in SetAside.objects.all()}


def test_K9_late_disordered_and_repeated_readings_are_each_one_row(door):
    """What was sent twice is once, and the order is that of the moments."""
    first = take_in([told(3, -1), told(1, -3), told(1, -3)])
    again = take_in([told(2, -2), told(1, -3)])

    assert (first.stored, first.repeated, again.stored, again.repeated) == (2, 1, 1, 1)
    assert (values(door), asides()) == ([1, 2, 3], {})
    door.refresh_from_db()
    assert door.last_at == NOW - timedelta(minutes=1)  # a late one does not turn the clock back
    assert list(Use.objects.order_by("pk").values_list("act", "row_count")) == [
        ("received", 2),
        ("received", 1),
    ]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (told(1, topic="linli/doors/nobody"), "unknown"),
        (told(1, topic="linli/others/door-1"), "unknown"),
        (told(1, topic="elsewhere"), "unknown"),
        (Message("linli/doors/door-1", b"\xff\x00"), "unreadable"),
        (Message("linli/doors/door-1", b"[" * 30_000), "unreadable"),
        (Message("linli/doors/door-1", b"[" * 15_000), "unreadable"),
        (Message("linli/doors/door-1", b"[]"), "unreadable"),
        (Message("linli/doors/door-1", b'{"at": "2026-03-04", "value": 1}'), "unreadable"),
        (told("1"), "unreadable"),
        (told(True), "unreadable"),
        (told(101), "range"),
        (Message("linli/doors/door-1", b'{"at": "2026-03-04T10:00:00+08:00", "value": NaN}'), "range"),
        (told(1, 6), "future"),
        (told(1, -31 * 24 * 60), "old"),
        (told(1, device="door-2"), "foreign"),
    ],
)
def test_K9_a_message_that_is_no_reading_is_set_aside_with_its_reason(door, message, reason):
    good = told(7)
    taken = take_in([message, good])

    assert (taken.stored, taken.set_aside, values(door), asides()) == (1, 1, [7], {reason: 1})


def test_a_second_value_of_one_moment_is_set_aside_and_the_first_stands(door):
    take_in([told(1), told(2)])
    taken = take_in([told(3)])

    assert (values(door), asides(), taken.stored) == ([1], {"differs": 2}, 0)


def test_the_same_trouble_again_is_counted_and_keeps_its_first_words(door):
    for value in (200, 300):
        take_in([told(value), told(value, -1)])

    row = SetAside.objects.get()
    assert (row.reason, row.count, json.loads(row.payload)["value"]) == ("range", 4, 200)


def test_D10_nothing_of_a_strangers_words_is_kept(door):
    take_in([told("张三住院", topic="linli/doors/nobody")])

    assert SetAside.objects.get().payload == ""


def test_K9_the_database_refuses_a_second_reading_of_a_moment(door):
    take_in([told(1)])
    with pytest.raises(IntegrityError), transaction.atomic():
        DeviceReading.objects.create(device=door, at=NOW, value=2)


def test_a_gap_stays_a_gap(door):
    take_in([told(1, -10), told(1, -9), told(1, -2), told(1, -1)])
    since = NOW - timedelta(minutes=10)

    assert gaps_of(door, since, NOW) == [(NOW - timedelta(minutes=9), NOW - timedelta(minutes=2))]
    assert gaps_of(door, NOW - timedelta(hours=3), since) == [(NOW - timedelta(hours=3), since)]


def test_W4_a_device_that_never_spoke_or_fell_silent_is_told(door):
    assert [device.code for device in silent_devices()] == ["door-1"]
    take_in([told(1)])
    assert silent_devices() == []
    with clock.at(NOW + timedelta(minutes=4)):
        assert [device.code for device in silent_devices()] == ["door-1"]


def test_a_retired_device_and_an_ended_entry_take_nothing(door):
    retire_device(door, by=None)
    assert take_in([told(1)]).stored == 0
    register_device(by=None, code="door-1", entry=door.entry, **STATED)
    door.entry.valid_to = clock.today() - timedelta(days=1)
    door.entry.valid_from = door.entry.valid_to
    door.entry.save()

    assert (take_in([told(1)]).stored, asides()) == (0, {"unknown": 2})


def test_who_may_not_register_registers_no_device(door):
    stranger = make_worker(make_community(1))
    with pytest.raises(PermissionDenied):
        register_device(by=stranger, code="x", entry=door.entry, **STATED)
    with pytest.raises(PermissionDenied):
        retire_device(door, by=stranger)


@pytest.mark.parametrize("wrong", [{"low": 5, "high": 5}, {"every_s": 0}, {"code": "no good"}])
def test_a_device_that_makes_no_sense_is_refused(door, wrong):
    with pytest.raises((ValidationError, IntegrityError)), transaction.atomic():
        register_device(**{"by": None, "code": "x", "entry": door.entry, **STATED, **wrong})


def test_readings_and_what_was_set_aside_go_after_their_time(door):
    take_in([told(1), told(900)])
    with clock.at(NOW + timedelta(days=89)):
        assert forget_old() == 0
    with clock.at(NOW + timedelta(days=91)):
        assert (forget_old(), DeviceReading.objects.count()) == (1, 1)
    with clock.at(NOW + timedelta(days=801)):
        assert (forget_old(), DeviceReading.objects.count()) == (1, 0)


def test_the_page_of_an_entry_shows_its_devices_and_to_the_auditor_what_was_set_aside(client, door):
    take_in([told(1), told(900)])
    url = reverse("exchange-entry", args=["doors"])
    seen = client.get(url).content.decode()
    client.force_login(make_worker(make_community(1), "exchange.read-log"))
    by_auditor = client.get(url).content.decode()

    assert ("阅览室门" in seen, "超出合理范围" in seen, "超出合理范围" in by_auditor) == (True, False, True)


# --- The pack --------------------------------------------------------------------------------------------


def pack_of(*devices: dict) -> ExchangePack:
    line = {"code": "doors", "kind": "device", "title": "门磁", "purpose": "开放时间", "basis": "职责"}
    line |= {"fields": ("时间", "读数"), "partner": "街道", "owner": "街道"}
    head = {"pack": "exchange", "code": "p", "title": "t", "source": "s", "area": "0" * 12}
    return ExchangePack(**head, valid_from="2020-01-01", entries=(line,), devices=devices)


def test_a_pack_brings_devices_and_retires_those_it_no_longer_names(db):
    one, other = ({"code": code, "entry": "doors", **STATED} for code in ("door-1", "door-2"))
    install(pack_of(one, other))
    install(pack_of(one))

    assert list(Device.objects.order_by("code").values_list("code", "retired_on")) == [
        ("door-1", None),
        ("door-2", clock.today()),
    ]


def test_a_device_of_a_pack_that_makes_no_sense_is_told_by_its_place():
    lines = [{"code": "a", "entry": "none", **STATED}, {"code": "a", "entry": "doors", **STATED, "low": 100}]
    assert [place for place, _said in check(pack_of(*lines))] == [
        ("devices", 0, "entry"),
        ("devices", 1, "high"),
        ("devices", 1, "code"),
    ]
    assert DeviceLine(code="a", entry="doors", **STATED).unit == ""


# --- What waits, and what a message says: pure -------------------------------------------------------------


def test_K9_one_device_does_not_crowd_out_others():
    waiting = Waiting(of_one=3)
    lost = [waiting.put("linli/a/loud", b"%d" % number, number) for number in range(100)]
    waiting.put("linli/a/quiet", b"x", "q")
    messages, tokens = waiting.take(2)

    assert [token for tokens in lost for token in tokens] == list(range(97))  # its own oldest
    assert tokens == [97, "q"]
    assert (messages[0].crowded, messages[1].crowded, len(waiting)) == (97, 0, 2)


def test_what_was_thrown_away_is_told(door):
    take_in([Message("linli/doors/door-1", told(5).payload, crowded=97)])

    assert (values(door), asides()) == ([5], {"crowd": 97})


@settings(max_examples=50)
@given(st.lists(st.sampled_from("abc"), max_size=40), st.integers(1, 10))
def test_whatever_waits_comes_out_once_and_in_turn(sent, most):
    waiting = Waiting(of_one=5)
    dropped = [token for number, name in enumerate(sent) for token in waiting.put(name, b"", (name, number))]
    out = []
    while taken := waiting.take(most)[1]:
        out += taken

    assert sorted(out + dropped) == sorted((name, number) for number, name in enumerate(sent))
    for name in "abc":
        assert [number for who, number in out if who == name] == sorted(n for who, n in out if who == name)


@settings(max_examples=200)
@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_I1_no_message_is_a_fault(payload):
    assert fate(payload) in {"taken", *SetAside.Reason.values}


def fate(payload: bytes) -> str:
    try:
        for line in read(payload, device="x"):
            believed(line, low=0, high=1, now=NOW)
    except NotAReading as wrong:
        return wrong.reason
    return "taken"


@pytest.mark.parametrize(
    ("topic", "named"),
    [("linli/a/b", ("a", "b")), ("linli/a", ("", "")), ("other/a/b", ("", "")), ("linli/a/b/c", ("", ""))],
)
def test_a_topic_names_entry_and_device(topic, named):
    assert device_of(topic) == named
