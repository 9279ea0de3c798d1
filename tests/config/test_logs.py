"""Log lines: JSON, in UTC, one line each, nobody in them (D10, W7)."""

import io
import json
import logging

import pytest
import structlog

from linli.config import logs


@pytest.fixture
def lines(monkeypatch):
    """The lines that are written, read back."""
    out = io.StringIO()
    (handler,) = [one for one in logging.getLogger().handlers if one.get_name() == "lines"]
    monkeypatch.setattr(handler, "stream", out)
    return lambda: [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_is_json_with_utc_time_level_and_event(lines):
    structlog.get_logger("linli.test").warning("codes.not_sent", channel="sms")
    logging.getLogger("linli.errors").error("error page", extra={"status": 500, "reference": "AB12"})

    ours, standard = lines()
    assert (ours["event"], ours["level"], ours["channel"]) == ("codes.not_sent", "warning", "sms")
    assert (standard["event"], standard["logger"], standard["reference"]) == (
        "error page",
        "linli.errors",
        "AB12",
    )
    assert {ours["timestamp"][-1], standard["timestamp"][-1]} == {"Z"}


def test_D10_numbers_of_people_and_secrets_never_reach_a_line(lines):
    log = structlog.get_logger("linli.test")
    log.warning("call 139 0000 0001", id_number="11010519491231002X", token="abc", code="123456")
    log.warning("shown", header="Bearer linli_abcdefghijkl", many=["13900000001"], thing=object())
    logging.getLogger("django.request").warning("Not Found: %s", "/people/13900000001/")

    text = json.dumps(lines(), ensure_ascii=False)
    for secret in ("139", "1101051949", "abc", "123456", "linli_abc"):
        assert secret not in text


def test_text_of_people_stays_within_its_line(lines):
    structlog.get_logger("linli.test").warning('a\n{"level": "info", "event": "forged"}\r\nb')

    (line,) = lines()
    assert (line["level"], "forged" in line["event"]) == ("warning", True)


def test_a_fault_is_one_line_with_its_reference(lines):
    try:
        raise ValueError("王小明 13900000001")
    except ValueError:
        logging.getLogger("linli.errors").exception("error page", extra={"reference": "AB12"})

    (line,) = lines()
    assert (line["error"], line["reference"]) == ("ValueError", "AB12")
    assert line["where"][-1].startswith("tests/config/test_logs.py:")
    assert "王小明" not in json.dumps(line, ensure_ascii=False)


def test_what_is_left_out_is_the_whole_request():
    assert logs.strike_out(None, "", {"event": "x", "request": object(), "status_code": 404}) == {
        "event": "x",
        "status_code": 404,
    }
