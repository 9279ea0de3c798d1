"""The one outbound client (I11, W1), against a server on this machine by explicit allowance."""

import http.server
import threading

import pytest

from linli.exchange import outbound
from linli.exchange.outbound import NotSent, Outbound


class Partner(http.server.BaseHTTPRequestHandler):
    """Answers by path."""

    def do_GET(self):
        status, headers, body = {
            "/ok": (200, {"Content-Type": "application/json"}, b'{"ok": true}'),
            "/moved": (302, {"Location": "/ok"}, b""),
            "/much": (200, {}, b"x" * (outbound.MOST_BYTES + 1)),
            "/lost": (500, {}, b"no"),
        }.get(self.path, (404, {}, b""))
        if self.path == "/slow":
            stop.wait(20)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_arguments):
        """Quiet."""


stop = threading.Event()


@pytest.fixture
def partner():
    stop.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Partner)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"localhost:{server.server_port}"
    stop.set()
    server.shutdown()
    thread.join()
    server.server_close()


def client(*hosts, local=True):
    return Outbound(frozenset(hosts), allow_local=local)


def test_a_partner_on_the_list_answers(partner):
    answer = client(partner).send("GET", f"http://{partner}/ok")

    assert (answer.status, answer.json()) == (200, {"ok": True})


@pytest.mark.parametrize(("path", "reason"), [("/moved", "redirect"), ("/much", "more than")])
def test_redirects_and_too_much_are_refused(partner, path, reason):
    with pytest.raises(NotSent, match=reason):
        client(partner).send("GET", f"http://{partner}{path}")


def test_a_partner_that_does_not_answer_is_given_up(partner, monkeypatch):
    monkeypatch.setattr(outbound, "TOTAL_S", 0.2)
    with pytest.raises(NotSent):
        client(partner).send("GET", f"http://{partner}/slow")


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/",
        "http://partner.example/",
        "ftp://partner.example/",
        "https://partner.example:8443/",
        "https://user:secret@partner.example/",
        "https://partner.example/\r\nX: 1",
        "https://partner.example:port/",
        "https://[::1/",
        "//partner.example",
        "",
    ],
)
def test_only_https_to_partners_on_the_list_leaves(url):
    with pytest.raises(NotSent) as refused:
        client("partner.example", local=False).send("GET", url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    "127.0.0.1 10.1.2.3 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 ::1 fd00::1 ::ffff:10.0.0.1 224.0.0.1".split(),  # noqa: SIM905
)
def test_I11_a_name_that_stands_for_an_address_inside_is_refused(monkeypatch, address):
    monkeypatch.setattr(outbound.socket, "getaddrinfo", lambda *a, **k: [(0, 0, 0, "", (address, 443))])
    monkeypatch.setattr(outbound.socket, "create_connection", lambda *a, **k: pytest.fail("connected"))

    with pytest.raises(NotSent, match="inside"):
        client("partner.example", local=False).send("GET", "https://partner.example/")


def test_I11_one_inside_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    answers = [(0, 0, 0, "", ("8.8.8.8", 443)), (0, 0, 0, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(outbound.socket, "getaddrinfo", lambda *a, **k: answers)

    with pytest.raises(NotSent, match="inside"):
        client("partner.example", local=False).send("GET", "https://partner.example/")


def test_I11_the_address_that_was_checked_is_the_one_connected_to(monkeypatch):
    asked, reached = [], []
    monkeypatch.setattr(
        outbound.socket,
        "getaddrinfo",
        lambda host, *a, **k: asked.append(host) or [(0, 0, 0, "", ("8.8.8.8", 443))],
    )

    def connect(address, timeout):
        reached.append(address)
        raise TimeoutError

    monkeypatch.setattr(outbound.socket, "create_connection", connect)
    with pytest.raises(NotSent, match="TimeoutError"):
        client("partner.example", local=False).send("GET", "https://partner.example/")
    assert (asked, reached) == (["partner.example"], [("8.8.8.8", 443)])


def test_post_json_sends_only_to_gateways_that_are_set_and_wants_2xx(partner, settings, monkeypatch):
    local = client(partner)
    monkeypatch.setattr(outbound, "partners", lambda: local)

    assert outbound.post_json(f"http://{partner}/ok", {}, key="1", token="t").status == 200
    with pytest.raises(NotSent, match="answered 500"):
        outbound.post_json(f"http://{partner}/lost", {}, key="1")


def test_the_list_of_partners_comes_from_the_settings(settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(
        update={"outbound_hosts": "A.example, b.example:8443", "webhook_url": "https://c.example/hook"}
    )

    assert outbound.partners().hosts == {"a.example", "b.example:8443", "c.example"}
