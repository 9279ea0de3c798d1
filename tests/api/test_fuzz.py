"""Schemathesis over the whole description: no server error, no answer that is not described (I1).

The seed is fixed and the number of cases bounded; the slow run asks twenty times as much.
"""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from linli.api.platform import Description, LinliAPI, TwoOfOneName
from linli.config.api import api
from linli.config.wsgi import application
from tests.factories.api import make_token
from tests.factories.people import make_unit, make_user
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
OPERATIONS = [
    (path, method.upper())
    for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items()
    for method in methods
]

# A description cannot say which cursors we gave or which version stands, so a fitting request may be refused.
NOT_ASKED = [positive_data_acceptance]


@pytest.fixture
def _one_connection():
    """The server would close the connection between requests; the test's transaction lives in it."""
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    yield
    for moment in (request_started, request_finished):
        moment.connect(close_old_connections)


@pytest.fixture
def headers(monkeypatch, _one_connection):
    """Of a caller with every scope, over a small city; nobody comes too often in this test."""
    monkeypatch.setattr("linli.api.doors.limit", lambda rate, who: None)
    make_unit(make_community(1))
    from linli.api.scopes import scopes

    return {"Authorization": f"Bearer {make_token(make_user(), *scopes)[1]}"}


def ask(path, method, headers, count):
    """Ask the operation `count` times, with right and wrong requests; each answer is checked."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)

    @settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path][method].as_strategy())
    def every_answer_is_described(case):
        case.call_and_validate(headers=headers, excluded_checks=NOT_ASKED)

    every_answer_is_described()


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_described_and_none_is_a_fault(path, method, headers):
    ask(path, method, headers, 15)


@pytest.mark.slow
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_described_in_the_long_run(path, method, headers):
    ask(path, method, headers, 300)


def test_every_operation_says_who_may_enter():
    assert isinstance(api, LinliAPI)
    doors = [operation.auth_callbacks[0].door.declared.who for operation in api._operations()]
    assert len(doors) == len(OPERATIONS)


def test_a_name_that_means_two_things_in_the_description_is_refused():
    """Kind of a unit and kind of an organisation: one would be checked against the words of the other."""
    description = Description(api=api, path_prefix="/api/v1/")
    description.add_schema_definitions({"Colour": {"enum": ["red"]}})
    description.add_schema_definitions({"Colour": {"enum": ["red"]}})
    with pytest.raises(TwoOfOneName, match="'Colour'"):
        description.add_schema_definitions({"Colour": {"enum": ["blue"]}})
