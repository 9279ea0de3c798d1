"""A kept connection is asked only where it might not answer, and a server that went away is noticed (W3)."""

import time

import psycopg
import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from linli.config.database import base

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def checks(monkeypatch):
    """How often the connection was asked by a statement whether it is usable."""
    found, ask = [], base.base.DatabaseWrapper.is_usable
    monkeypatch.setattr(
        base.base.DatabaseWrapper, "is_usable", lambda self: found.append(answer := ask(self)) or answer
    )
    connection.ensure_connection()
    connection.health_check_enabled = True
    return found


def one_request() -> int:
    """What a request does with its connection; the number of the server's process."""
    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ((pid,),) = cursor.fetchall()
    connection.close_if_unusable_or_obsolete()
    return pid


def test_W3_a_connection_that_answered_a_moment_ago_is_not_asked_again(checks):
    first = one_request()
    assert [one_request() for _turn in range(3)] == [first] * 3
    assert len(checks) <= 1


def test_W3_one_that_was_silent_for_longer_is_asked(checks, monkeypatch):
    one_request()
    later = time.monotonic() + base.LATELY_S + 0.1
    monkeypatch.setattr(base.time, "monotonic", lambda: later)
    asked = len(checks)
    one_request()
    assert len(checks) == asked + 1


def test_W3_a_server_that_ended_the_session_is_noticed_before_the_next_statement(checks):
    pid = one_request()
    with psycopg.connect(**_parameters()) as other:
        assert other.execute("SELECT pg_terminate_backend(%s)", [pid]).fetchone() == (True,)
        while other.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone() != (0,):
            pass
    assert one_request() != pid  # no request failed: a new connection was made
    assert checks[-1] is False


def test_W3_a_connection_closed_on_this_side_is_made_anew(checks):
    pid = one_request()
    connection.connection.close()
    assert one_request() != pid


def test_W3_after_an_error_the_connection_is_asked(checks):
    one_request()
    connection.errors_occurred = True
    asked = len(checks)
    one_request()
    assert len(checks) == asked + 1


def test_it_is_the_postgresql_of_django_in_all_else():
    assert connections["default"].vendor == "postgresql"
    with CaptureQueriesContext(connection) as queries, connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert len(queries) == 1


def _parameters() -> dict:
    parameters = connection.get_connection_params()
    return {
        name: parameters[name]
        for name in ("dbname", "user", "password", "host", "port")
        if parameters.get(name)
    }
