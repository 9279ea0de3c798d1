"""A statement that is sent straight to the server gives what Django's way gives, and fails as it fails (W1, L4)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DataError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from linli.kernel import together
from linli.ui import straight

pytestmark = pytest.mark.django_db(transaction=True)
VALUES = """
    SELECT 1, 2.5::float8, 1.20::numeric, '张三 100%'::text, true, NULL::int, DATE '2026-02-28',
        TIMESTAMPTZ '2026-11-30 16:00:00+08', ARRAY['a', 'b'], '5e6b0d8a-3f4c-4a2e-9d8b-000000000001'::uuid, '{"a": [1]}'::jsonb
"""  # noqa: E501
TOLD = {
    "whole": 7, "large": 2**40, "text": "O'Brien %s ; \\ 李", "day": date(2026, 2, 28), "none": None,
    "at": datetime(2026, 11, 30, 8, tzinfo=UTC), "key": UUID(int=5), "yes": True, "money": Decimal("1.50"),
}  # fmt: skip
ASKED = """
    SELECT %(whole)s::int, %(large)s::bigint, %(text)s::text, %(day)s::date, %(none)s::text, %(at)s::timestamptz,
        %(key)s::uuid, %(yes)s::boolean, %(money)s::numeric, %(text)s::text
"""


def of_django(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_outside_a_transaction_no_cursor_is_made(monkeypatch):
    straight.rows("SELECT 1")
    wrapper = type(straight.connections["default"])
    monkeypatch.setattr(wrapper, "cursor", None)
    monkeypatch.setattr(together, "read", None)
    assert (straight.rows("SELECT 1"), straight.read("SELECT %s::int", [2])) == ([(1,)], [(2,)])


def test_rows_are_those_of_django_value_by_value():
    assert straight.rows(VALUES) == of_django(VALUES)
    assert [type(one) for one in straight.rows(VALUES)[0]] == [type(one) for one in of_django(VALUES)[0]]
    assert straight.rows("SELECT 1 WHERE false") == []


def test_parameters_come_as_they_are_by_a_plan_that_is_kept():
    expected = together.read(ASKED, TOLD)
    for _turn in range(3):
        assert straight.read(ASKED, TOLD) == expected
    assert straight.read(ASKED, TOLD | {"whole": 2**20, "text": ""})[0][:3] == (2**20, 2**40, "")
    kept = connection.connection.__dict__["linli_plans"]
    assert len([text for text, _types in kept if "$9::numeric" in text]) <= 2  # small and larger numbers


def test_W3_a_new_connection_has_plans_of_its_own():
    straight.read("SELECT %s::int", [1])
    connection.close()
    assert straight.read("SELECT %s::int", [2]) == [(2,)]


def test_plans_are_bounded(monkeypatch):
    connection.close()
    monkeypatch.setattr(straight, "MOST_PLANS", 2)
    assert [straight.read(f"SELECT %s::int + {number}", [1]) for number in range(4)] == [
        [(1 + number,)] for number in range(4)
    ]
    assert len(connection.connection.__dict__["linli_plans"]) == 2


def test_a_plan_the_server_no_longer_has_is_no_failure():
    assert straight.read("SELECT %s::int", [1]) == [(1,)]
    connection.connection.execute("DEALLOCATE ALL")
    assert straight.read("SELECT %s::int", [1]) == [(1,)]


def test_what_the_server_refuses_is_refused_as_by_django():
    with pytest.raises(DataError):
        straight.read("SELECT 1 / %s::int", [0])
    with pytest.raises(DataError):
        straight.rows("SELECT 'x'::int")
    assert straight.rows("SELECT 1") == [(1,)]


def test_L4_a_row_is_counted_once_whichever_way_it_goes():
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE counted (key text PRIMARY KEY, count int NOT NULL CHECK (count < 5))"
        )
    upsert = """
        INSERT INTO counted AS c VALUES (%s::text, 1)
        ON CONFLICT (key) DO UPDATE SET count = c.count + 1 RETURNING count
    """
    found = [straight.read(upsert, ["a"])[0][0] for _turn in range(2)]
    with transaction.atomic():
        found += straight.read(upsert, ["a"])[0]
    with CaptureQueriesContext(connection) as queries:
        found += straight.read(upsert, ["a"])[0]
    assert (found, len(queries)) == ([1, 2, 3, 4], 1)
    with pytest.raises(Exception, match="counted_count_check"):
        straight.read(upsert, ["a"])
    assert straight.rows("SELECT count FROM counted") == [(4,)]


def test_a_transaction_that_was_taken_back_takes_its_statement_back():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE noted (word text)")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        straight.read("INSERT INTO noted VALUES (%s::text) RETURNING word", ["a"])
        raise ZeroDivisionError
    assert straight.rows("SELECT * FROM noted") == []


def test_W3_a_server_that_went_away_is_told_once_and_then_forgotten():
    (pid,) = straight.rows("SELECT pg_backend_pid()")[0]
    with pytest.raises(OperationalError):
        straight.rows(f"SELECT pg_terminate_backend({pid})")
    connection.close_if_unusable_or_obsolete()
    assert straight.rows("SELECT 1") == [(1,)]


def test_whoever_adds_to_statements_or_counts_them_sees_these(django_assert_num_queries):
    seen = []

    def watch(execute, sql, params, many, context):
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        straight.rows("SELECT 1")
    with django_assert_num_queries(2):
        straight.rows("SELECT 1")
        straight.read("SELECT %s::int", [1])
    assert seen == ["SELECT 1"]
