"""K9, K1: a real broker, devices that publish, and readings that are acknowledged once they stand."""

import asyncio
import json
import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest
from amqtt.broker import Broker
from django.db import OperationalError
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from linli.exchange.devices import listening
from linli.exchange.devices.listening import Listener
from linli.exchange.devices.registering import register_device
from linli.exchange.models import DeviceReading, SetAside
from tests.factories.exchange import make_entry

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
WAIT_S = 30
STATED = {"title": "门", "quantity": "opened", "low": 0, "high": 1_000, "every_s": 60}


class TestBroker:
    """amqtt in a thread of its own."""

    __test__ = False

    def __init__(self):
        with socket.socket() as asked:
            asked.bind(("127.0.0.1", 0))
            self.port = asked.getsockname()[1]
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.broker = self._in_loop(self._begin())

    async def _begin(self) -> Broker:
        open_to_all = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
        there = {"default": {"type": "tcp", "bind": f"127.0.0.1:{self.port}"}}
        broker = Broker({"listeners": there, "plugins": open_to_all})
        await broker.start()
        return broker

    def _in_loop(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(WAIT_S)

    def stop(self):
        self._in_loop(self.broker.shutdown())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(WAIT_S)
        self.loop.close()


@pytest.fixture
def broker():
    made = TestBroker()
    yield made
    made.stop()


@pytest.fixture
def listener(broker):
    made = Listener(f"mqtt://127.0.0.1:{broker.port}")
    made.begin()
    assert made.ready.wait(WAIT_S)
    yield made
    made.end()


class Sender:
    """A device that publishes and waits until the broker has it."""

    def __init__(self, broker, name):
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, name)
        self.client.connect("127.0.0.1", broker.port)
        self.client.loop_start()
        self.topic = f"linli/doors/{name}"

    def say(self, *readings) -> None:
        body = [{"at": (NOW - timedelta(minutes=m)).isoformat(), "value": value} for m, value in readings]
        self.client.publish(self.topic, json.dumps(body), qos=1).wait_for_publish(WAIT_S)

    def stop(self):
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def doors(db, broker):
    entry = make_entry(code="doors", kind="device")
    senders = []
    for code in ("loud", "quiet"):
        register_device(by=None, code=code, entry=entry, **STATED)
        senders.append(Sender(broker, code))
    yield senders
    for sender in senders:
        sender.stop()


def wait_for(listener, count: int) -> None:
    arrived = threading.Event()
    for _turn in range(WAIT_S * 20):
        if len(listener.waiting) >= count:
            return
        arrived.wait(0.05)
    raise AssertionError(f"{len(listener.waiting)} of {count} messages arrived")


def test_K9_what_devices_publish_stands_once_and_in_the_order_of_its_moments(listener, doors):
    loud, quiet = doors
    loud.say((1, 10), (3, 30))
    loud.say((2, 20))
    loud.say((3, 30))  # sent again: no answer had come
    quiet.say((1, 5_000))
    quiet.say((1, 5))
    wait_for(listener, 5)

    assert listener.write() == 5
    assert list(
        DeviceReading.objects.order_by("device__code", "at").values_list("device__code", "value")
    ) == [
        ("loud", 30),
        ("loud", 20),
        ("loud", 10),
        ("quiet", 5),
    ]
    assert list(SetAside.objects.values_list("reason", "count")) == [("range", 1)]


def test_K1_what_the_database_did_not_take_is_not_acknowledged_and_is_written_later(
    listener, doors, monkeypatch
):
    loud, _quiet = doors
    acknowledged = []
    monkeypatch.setattr(listener.client, "ack", lambda mid, qos: acknowledged.append(mid))
    loud.say((1, 1))
    loud.say((2, 2))
    wait_for(listener, 2)

    def away(_messages):
        raise OperationalError("away")

    with monkeypatch.context() as broken:
        broken.setattr(listening, "take_in", away)
        with pytest.raises(OperationalError):
            listener.write()
    before = list(acknowledged)

    assert (before, listener.write(), len(acknowledged)) == ([], 2, 2)
    assert DeviceReading.objects.count() == 2


def test_without_a_broker_the_command_says_which_setting_is_missing(settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"mqtt_url": ""})
    with pytest.raises(SystemExit, match="LINLI_MQTT_URL names no broker"):
        listening.main([])
