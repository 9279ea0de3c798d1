"""The evaluator and the SQL it stands for must agree on random formulas over random little worlds."""

from collections.abc import Iterator

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.plans.formula import FormulaError, Months, compile_formula, evaluate, ir
from linli.plans.formula.adding_up import State, add_up, nobody
from linli.plans.formula.evaluating import combine
from linli.plans.formula.sql import emit, emit_states, state_of
from linli.plans.formula.values import RANK

from .worlds import CATALOGUE, FIRST, formulas, worlds

pytestmark = [pytest.mark.database, pytest.mark.django_db]
TABLES = """
create temp table if not exists places (path text, code text);
create temp table if not exists units (code text, above text[], scopes text[]);
create temp table if not exists cells
  (measure text, code text, month int, span int, value bigint, status int);
truncate places; truncate units; truncate cells
"""


def fill(cursor, world):
    cursor.execute(TABLES)
    cursor.executemany("insert into places values (%s, %s)", list(world.own.items()))
    cursor.executemany(
        "insert into units values (%s, %s, %s)",
        [(unit.code, list(prefixes(unit.path)), sorted(unit.scopes)) for unit in world.units],
    )
    cursor.executemany(
        "insert into cells values (%s, %s, %s, %s, %s, %s)",
        [(*key, cell.value, RANK[cell.status]) for key, cell in world.cells.items()],
    )


def prefixes(path: str) -> Iterator[str]:
    return (path[: end + 1] for end, sign in enumerate(path) if sign == "/")


def compiled(text):
    try:
        return compile_formula(text, CATALOGUE).expression
    except FormulaError:
        return None


def agree(text, world, months):
    """Evaluator, one-query SQL, and stored states put together by Python, at every place of the world."""
    expression = compiled(text)
    if expression is not None:
        agree_on(expression, world, months)


def agree_on(expression, world, months):
    with connection.cursor() as cursor:
        fill(cursor, world)
        query = emit(expression, months, world.due_through)
        cursor.execute(query.sql, query.parameters)
        by_query = query.values(cursor.fetchall())
        aggregates = ir.aggregates_of(expression)
        cursor.execute(*emit_states(aggregates, months, world.due_through))
        states = {(aggregates[nr], path): state_of(*numbers) for nr, path, *numbers in cursor.fetchall()}
    by_evaluator = {path: evaluate(expression, world, path, months).value for path in world.own}
    by_states = {
        path: combine(expression, lambda aggregate, path=path: states[aggregate, path]).value
        for path in world.own
    }
    assert by_query == by_evaluator
    assert by_states == by_evaluator


PERIODS = st.builds(
    lambda first, length: Months(FIRST + first, FIRST + first + length - 1),
    st.integers(0, 5),
    st.integers(1, 16),
)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(formulas, worlds(), PERIODS)
def test_sql_and_evaluator_agree_exactly(text, world, months):
    agree(text, world, months)


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(formulas, worlds(), PERIODS)
def test_what_is_frozen_under_the_first_reading_is_computed_alike_too(text, world, months):
    """Editions keep the meaning of their formulas: the SQL of it and the evaluator agree."""
    expression = compiled(text)
    if expression is not None:
        agree_on(ir.as_read(expression, 1), world, months)


@pytest.mark.parametrize(
    "text", ["avg(设施面积 / 3)", "sum(户数 / -0.5)", "max(coalesce(户数 / 7, 户数 * 1))"]
)
@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(world=worlds(), months=PERIODS)
def test_units_divided_by_a_constant_are_added_up_exactly(text, world, months):
    agree(text, world, months)


@pytest.mark.slow
@settings(max_examples=4_000, suppress_health_check=list(HealthCheck))
@given(formulas, worlds(), PERIODS)
def test_sql_and_evaluator_agree_exactly_for_long(text, world, months):
    agree(text, world, months)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(formulas, worlds(), PERIODS)
def test_what_the_streets_have_between_them_adds_up_to_what_the_city_has(text, world, months):
    """Parent = Σ children, for every aggregate with its reason and its counts; rows of a place itself are its own."""
    expression = compiled(text)
    aggregates = ir.aggregates_of(expression) if expression is not None else ()
    if not aggregates:
        return
    with connection.cursor() as cursor:
        fill(cursor, world)
        cursor.execute(*emit_states(aggregates, months, world.due_through))
        states = {(nr, path): State(*numbers) for nr, path, *numbers in cursor.fetchall()}
    for nr, node in enumerate(aggregates):
        parts = [states[nr, path] for path in ("/city/s0/", "/city/s1/", "/city/none/")]
        assert states[nr, "/city/none/"] == nobody(node) or node.own_row
        assert add_up(node, parts) == (None if node.own_row else states[nr, "/city/"])
