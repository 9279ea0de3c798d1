"""Statements that stand as text, sent to the server without the machinery of a cursor.

Making a cursor, preparing for several results and for parameters of any kind costs three times what sending a short
statement and loading its rows costs. Outside a transaction, where nobody counts statements or adds to them, and a
statement has one result, none of that is needed. In every other case, and where the server says no, the statement
goes the way of Django: which fails as it always did, for one that was refused has changed nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Error
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus

from linli.kernel import together

MOST_PLANS = 64  # of one connection; there are a dozen statements that are asked all day
GIVES_ROWS = ExecStatus.TUPLES_OK


def rows(statement: str) -> list[tuple]:
    """The rows of one statement without parameters (a percent sign is one)."""
    found = _sent(lambda server: server.pgconn.exec_(statement.encode()))
    if found is not None:
        return found
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def read(query: str, told: Any = ()) -> list[tuple]:
    """`linli.kernel.together.read`: with %s or %(name)s in the text, by a plan that the connection keeps."""
    text, names = together._numbered(query)
    values = [told[name] for name in names] if names else told
    found = _sent(lambda server: _by_plan(server, text, values))
    return together.read(query, told) if found is None else found


def _sent(send: Callable[[Any], Any]) -> list[tuple] | None:
    """What the server answered; None where the statement is to go the way of Django."""
    connection = connections[DEFAULT_DB_ALIAS]
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_thread_sharing()
    if (
        connection.in_atomic_block
        or connection.queries_logged
        or connection.execute_wrappers
        or not connection.autocommit
        or connection.errors_occurred
    ):
        return None
    server = connection.connection
    try:
        result = send(server)
    except Error:
        return None
    if result is None or result.status != GIVES_ROWS:
        return None
    loaded = Transformer(server)
    loaded.set_pgresult(result)
    return loaded.load_rows(0, result.ntuples, tuple)


def _by_plan(server: Any, text: str, values: Sequence[Any]) -> Any:
    given = Transformer(server)
    dumped = given.dump_sequence(values, [PyFormat.AUTO] * len(values))
    plans = server.__dict__.setdefault("linli_plans", {})
    asked = (text, tuple(given.types or ()))
    name = plans.get(asked)
    if name is None:
        if len(plans) >= MOST_PLANS:
            return None
        name = f"linli_{len(plans)}".encode()
        if server.pgconn.prepare(name, text.encode(), given.types).status != ExecStatus.COMMAND_OK:
            return None
        plans[asked] = name
    return server.pgconn.exec_prepared(name, dumped, given.formats)
