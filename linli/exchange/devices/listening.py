"""`linli devices`: listens to an MQTT broker and writes what devices say, in batches.

A message is acknowledged to the broker after the transaction that wrote it: what was acknowledged stands, and what
was not comes again (K1), once more being once (the readings are unique by device and moment). The session at the broker
outlives the process, so a restart or a database that is away loses nothing that the broker can hold.
"""

import argparse
import contextlib
import signal
import ssl
import sys
import threading
from urllib.parse import unquote, urlsplit

import structlog
from django.conf import settings
from django.db import DatabaseError, connections

from .taking_in import take_in
from .waiting import Waiting

TOPICS = "linli/+/+"
EVERY_S = 1.0
BATCH = 2_000
IN_FLIGHT = 4_000  # unacknowledged at once; the broker keeps the rest
PAUSE_S = 5.0  # while the database is away
CLIENT = "linli-devices"

log = structlog.get_logger(__name__)


class Listener:
    """One connection to the broker and the messages that wait to be written."""

    def __init__(self, url: str, client_id: str = CLIENT):
        from paho.mqtt import client as mqtt
        from paho.mqtt.enums import CallbackAPIVersion

        self.place = urlsplit(url)
        self.waiting, self.ready = Waiting(), threading.Event()
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id, clean_session=False, manual_ack=True
        )
        self.client.max_inflight_messages_set(IN_FLIGHT)
        if self.place.username:
            self.client.username_pw_set(unquote(self.place.username), unquote(self.place.password or ""))
        if self.place.scheme == "mqtts":
            self.client.tls_set_context(ssl.create_default_context())
        self.client.on_connect = self._subscribe
        self.client.on_message = self._keep
        self.client.on_subscribe = lambda *_said: self.ready.set()

    def _subscribe(self, client, _data, _flags, reason, _properties) -> None:
        if reason.is_failure:
            log.warning("devices.refused", reason=str(reason))
        else:
            client.subscribe(TOPICS, qos=1)

    def _keep(self, client, _data, message) -> None:
        for mid, qos in self.waiting.put(message.topic, message.payload, (message.mid, message.qos)):
            client.ack(mid, qos)

    def begin(self) -> None:
        port = self.place.port or (8883 if self.place.scheme == "mqtts" else 1883)
        self.client.connect_async(self.place.hostname or "localhost", port, keepalive=60)
        self.client.loop_start()

    def write(self) -> int:
        """Write one batch and acknowledge it; how many messages. DatabaseError: nothing of it is acknowledged."""
        messages, tokens = self.waiting.take(BATCH)
        if not messages:
            return 0
        self._write_or_put_back(messages, tokens)
        for mid, qos in tokens:
            self.client.ack(mid, qos)
        return len(messages)

    def _write_or_put_back(self, messages, tokens) -> None:
        try:
            taken = take_in(messages)
        except DatabaseError:
            for message, (mid, qos) in zip(messages, tokens, strict=True):
                for lost in self.waiting.put(message.topic, message.payload, (mid, qos)):
                    self.client.ack(*lost)
            raise
        if taken.set_aside:
            log.warning("devices.set_aside", count=taken.set_aside)

    def end(self) -> None:
        """Write what waits, then leave; the broker keeps the session."""
        with contextlib.suppress(DatabaseError):
            while self.write():
                pass
        self.client.disconnect()
        self.client.loop_stop()


def main(words: list[str]) -> int:
    argparse.ArgumentParser("linli devices", description="write what devices say over MQTT").parse_args(words)
    url = settings.ENVIRONMENT.mqtt_url
    if not url:
        sys.exit("✗ LINLI_MQTT_URL names no broker (mqtts://user:password@host).")
    try:
        listener = Listener(url)
    except ImportError:
        sys.exit("✗ The package paho-mqtt is missing: install the extra `iot`.")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_said: stop.set())
    listener.begin()
    while not stop.wait(EVERY_S):
        if not _written(listener):
            stop.wait(PAUSE_S)
    listener.end()
    return 0


def _written(listener: Listener) -> bool:
    """Whether the database took all that waits."""
    try:
        while listener.write():
            pass
    except DatabaseError as trouble:
        log.warning("devices.database_away", error=type(trouble).__name__)
        connections.close_all()
        return False
    return True
