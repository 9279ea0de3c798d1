"""The one way out of the platform: allow-listed hosts, public addresses, no redirects, short, small (I11, W1).

The address that was checked is the address that is connected to, so a name that answers differently the
second time gains nothing. Never call it inside a database transaction or while somebody waits for a page.
"""

import contextlib
import http.client
import ipaddress
import json
import socket
import ssl
import threading
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings

CONNECT_S = 5
TOTAL_S = 15
MOST_BYTES = 2 * 1024 * 1024
AT_ONCE = 8  # calls of one process; a slow partner must not take every worker


class NotSent(OSError):
    """The call was refused by us or failed; the text names host and reason, never what was sent."""


@dataclass(frozen=True)
class Answer:
    """What the partner answered."""

    status: int
    content_type: str
    body: bytes

    def json(self):
        return json.loads(self.body)


@dataclass(frozen=True)
class Outbound:
    """A client for the hosts in `hosts` ("name" or "name:port"). `allow_local` is for tests on this machine."""

    hosts: frozenset[str]
    allow_local: bool = False
    _turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AT_ONCE), compare=False)

    def send(
        self, method: str, url: str, *, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        """Make one call and return its Answer, whatever its status; NotSent when there is none to return."""
        scheme, host, port, target = self._checked(url)
        if not self._turns.acquire(timeout=CONNECT_S):
            raise NotSent(f"{host}: too many calls at once")
        try:
            with _connect(scheme, host, port, allow_local=self.allow_local) as connection:
                return _exchange(connection, (method, target, body, headers or {}), host)
        except (OSError, http.client.HTTPException, ssl.SSLError) as trouble:
            if isinstance(trouble, NotSent):
                raise
            raise NotSent(f"{host}: {type(trouble).__name__}") from None
        finally:
            self._turns.release()

    def _checked(self, url: str) -> tuple[str, str, int, str]:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            raise NotSent("not an address") from None
        if parts.username or parts.password or any(c.isspace() or ord(c) < 32 for c in url):
            raise NotSent(f"{host}: not a plain address")
        if parts.scheme != "https" and not (self.allow_local and parts.scheme == "http"):
            raise NotSent(f"{host}: only https leaves the platform")
        if not {host, f"{host}:{port}"} & self.hosts:
            raise NotSent(f"{host}: is not on the list of partners")
        if port != 443 and f"{host}:{port}" not in self.hosts:
            raise NotSent(f"{host}: port {port} is not on the list of partners")
        return parts.scheme, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _addresses(host: str, port: int, *, allow_local: bool) -> list[str]:
    """Every address the name stands for; NotSent if one of them is not of the public network."""
    found = [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for text in found:
        address = ipaddress.ip_address(text.partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        if not allow_local and (not address.is_global or address.is_multicast or address.is_reserved):
            raise NotSent(f"{host}: stands for an address inside")
    return found


def _connect(scheme: str, host: str, port: int, *, allow_local: bool) -> http.client.HTTPConnection:
    """A connection to an address that was checked; the certificate must be the host's."""
    address = _addresses(host, port, allow_local=allow_local)[0]
    plain = socket.create_connection((address, port), timeout=CONNECT_S)
    try:
        if scheme == "https":
            plain = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise
    connection = _Closing(host, port, timeout=CONNECT_S)
    connection.sock = plain
    return connection


class _Closing(http.client.HTTPConnection):
    auto_open = 0  # never connects by itself, to an address nobody checked

    def __enter__(self):
        return self

    def __exit__(self, *_trouble):
        self.close()


def _exchange(connection: _Closing, request: tuple, host: str) -> Answer:
    method, target, body, headers = request
    watch = threading.Timer(TOTAL_S, _shut, [connection.sock])  # a partner that drips bytes beats any timeout
    watch.daemon = True
    watch.start()
    try:
        return _read_answer(connection, (method, target, body, headers), host)
    finally:
        watch.cancel()


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _read_answer(connection: _Closing, request: tuple, host: str) -> Answer:
    method, target, body, headers = request
    connection.request(method, target, body=body or None, headers={"User-Agent": "linli", **headers})
    said = connection.getresponse()
    if 300 <= said.status < 400:
        raise NotSent(f"{host}: answered with a redirect ({said.status}); redirects are not followed")
    parts, size = [], 0
    while part := said.read1(65_536):
        size += len(part)
        if size > MOST_BYTES:
            raise NotSent(f"{host}: answered with more than {MOST_BYTES} bytes")
        parts.append(part)
    return Answer(said.status, said.headers.get_content_type(), b"".join(parts))


def partners() -> Outbound:
    """The client of this deployment: the hosts of LINLI_OUTBOUND_HOSTS and of the gateways that are set."""
    environment = settings.ENVIRONMENT
    named = {host.strip().lower() for host in environment.outbound_hosts.split(",") if host.strip()}
    for url in (environment.sms_gateway_url, environment.webhook_url):
        if url:
            named.add(urlsplit(url).netloc.rpartition("@")[2].lower())
    return Outbound(frozenset(named))


def post_json(url: str, body: dict, *, key: str, token: str = "") -> Answer:
    """Post `body` to a partner; `key` lets the receiver drop a repetition. NotSent unless it answers 2xx."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    answer = partners().send("POST", url, body=json.dumps(body, ensure_ascii=False).encode(), headers=headers)
    if not 200 <= answer.status < 300:
        raise NotSent(f"{urlsplit(url).hostname}: answered {answer.status}")
    return answer
