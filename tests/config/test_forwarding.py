"""ASVS 16.4.3: lines reach another system, encrypted, and a log server that is away stops nothing."""

import logging
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from linli.config import forwarding
from linli.config.forwarding import Forwarder

WAIT_S = 20
LINES = [logging.LogRecord("linli", logging.WARNING, "", 0, text, None, None) for text in ("一行", "two")]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for `localhost` with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    return folder


class LogServer:
    """Takes one connection after another and keeps what came, until `count` bytes are there."""

    def __init__(self, folder):
        self.how = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.how.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        self.door = socket.create_server(("127.0.0.1", 0))
        self.door.settimeout(WAIT_S)
        self.port = self.door.getsockname()[1]
        self.came, self.refused, self.there = b"", 0, threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_how):
        self.door.close()  # else it is found unclosed under some later test

    def _serve(self):
        while True:
            try:
                plain, _who = self.door.accept()
                plain.settimeout(WAIT_S)
                with plain, self.how.wrap_socket(plain, server_side=True) as line:
                    while some := line.recv(4096):
                        self.came += some
                        if self.came.endswith(b"two"):
                            self.there.set()
            except ssl.SSLError:
                self.refused += 1
                self.there.set()
            except OSError:
                return


def test_lines_arrive_in_frames_over_tls(certificate):
    with LogServer(certificate) as server:
        forwarder = Forwarder(f"tls://localhost:{server.port}", certificate / "cert.pem")
        for line in LINES:
            forwarder.emit(line)
        assert server.there.wait(WAIT_S)

    frames, rest = [], server.came
    while rest:
        length, _space, rest = rest.partition(b" ")
        frames.append(rest[: int(length)].decode())
        rest = rest[int(length) :]
    assert [frame[:7] for frame in frames] == ["<108>1 ", "<108>1 "]  # "log audit", warning
    assert [frame.split(" - - ")[1] for frame in frames] == ["一行", "two"]


def test_a_log_server_that_nobody_vouches_for_gets_nothing(certificate):
    with LogServer(certificate) as server:
        forwarder = Forwarder(f"tls://localhost:{server.port}")
        assert forwarder._sent(b"3 abc") is False
        assert server.there.wait(WAIT_S)

    assert (server.came, server.refused) == (b"", 1)


def test_while_the_log_server_is_away_lines_are_counted_and_nobody_waits(monkeypatch):
    monkeypatch.setattr(forwarding, "QUEUE", 3)
    monkeypatch.setattr(Forwarder, "_send_for_ever", lambda self: None)
    forwarder = Forwarder("tls://localhost:1")
    for _line in range(5):
        forwarder.emit(LINES[0])

    assert (forwarder.lines.qsize(), forwarder.dropped) == (3, 2)
