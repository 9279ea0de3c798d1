"""Emptying the test database after a test that committed: only what holds a row is touched.

Django truncates all four hundred tables, each a handful of new files, and then makes content types and permissions
anew: two seconds after every browser test, of which most wrote to thirty tables.
"""

from django.core.management.color import no_style
from django.db import connections
from django.test import TransactionTestCase

# What `migrate` writes by itself and no test changes; emptied, it would have to be made again.
KEPT = {"django_content_type", "auth_permission"}
# The locks wait, as TRUNCATE does, for a request that is still at work: it would leave rows to the next test. A
# replica's session fires neither the triggers that refuse to forget nor the foreign keys: all goes at once.
EMPTY = """DO $$
DECLARE one text; held boolean;
BEGIN
  LOCK TABLE {locked} IN ACCESS EXCLUSIVE MODE;
  PERFORM set_config('session_replication_role', 'replica', true);
  FOREACH one IN ARRAY ARRAY[{tables}] LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', one) INTO held;
    IF held THEN EXECUTE format('DELETE FROM %I', one); END IF;
  END LOOP;
END $$"""


def empty(connection) -> None:
    """Delete every row of every table of ours, in one statement; by TRUNCATE where the role is no superuser."""
    tables = sorted(set(connection.introspection.django_table_names(include_views=False)) - KEPT)
    if not is_superuser(connection):
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables))
        return
    names, locked = (", ".join(f"{mark}{name}{mark}" for name in tables) for mark in ("'", '"'))
    with connection.cursor() as cursor:
        cursor.execute(EMPTY.format(tables=names, locked=locked))


def is_superuser(connection) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        return cursor.fetchone()[0]


def _fixture_teardown(self) -> None:
    for alias in self._databases_names(include_mirrors=False):
        empty(connections[alias])


def install() -> None:
    """Every transactional test of the suite is followed by `empty`."""
    TransactionTestCase._fixture_teardown = _fixture_teardown
