"""P1–P3, P6: every route × every role × a foreign object, walked from the URLconf itself.

A route whose address names an object says here how a foreign one is made; a new route that does not fails.
"""

from functools import cache
from pathlib import Path

import pytest
from django.urls import reverse

from linli.packs.reading import read_packs
from linli.ui.routes import list_routes
from tests.architecture.foreign_objects import FOREIGN, GUARDED, KEYED, OPEN, WIDE
from tests.factories.people import make_post, make_role, make_user
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
LIBRARIES = ("accounts/", "api/v1/openapi.json", "api/v1/docs")
PAGES = [
    route
    for route in list_routes()
    if not route.pattern.startswith(LIBRARIES) and not route.pattern.split(" ")[-1].startswith("api/")
]
# A path of the API is listed once for each of its operations: here each operation stands once.
OPERATIONS = list(
    {
        route.pattern: route
        for route in list_routes()
        if route.pattern.split(" ")[-1].startswith("api/") and " " in route.pattern
    }.values()
)


@cache
def roles() -> dict[str, frozenset[str]]:
    packs, _problems = read_packs(Path(__file__).parents[2] / "packs" / "roles")
    return {role.code: frozenset(role.may) for pack in packs for role in pack.roles}


def user_with(role: str, place):
    user = make_user()
    make_post(user, place, role=make_role(role, *roles()[role]))
    return user


def address(route) -> str:
    if "<" not in route.pattern:
        return reverse(route.name)
    if route.name in OPEN:
        return reverse(route.name, kwargs=OPEN[route.name])
    assert route.name in FOREIGN, (
        f"say in tests/architecture/foreign_objects.py what is foreign to {route.name}"
    )
    named = FOREIGN[route.name]()
    query = named.pop("?", None)
    return reverse(route.name, kwargs=named, query=query)


def call(client, operation) -> int:
    """The status of an operation called with an empty object: whoever may not enter is told before it is read."""
    method = operation.pattern.split(" ")[0].lower()
    sent = {} if method == "get" else {"data": {}, "content_type": "application/json"}
    return getattr(client, method)(address(operation), **sent).status_code


def statuses(client, url: str) -> set[int]:
    return {client.get(url).status_code, client.post(url).status_code}


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.name)
def test_P1_a_stranger_enters_public_routes_alone(client, route):
    seen = statuses(client, address(route))
    if route.name in GUARDED:
        assert seen <= {302, 404, 405}  # signing in may help; it tells nothing of whether the thing exists
    elif route.declared.who == "public":
        assert not seen & ({401} if route.name in KEYED else {401, 403})
    else:
        assert seen <= {302, 405}
        assert 302 in seen


@pytest.mark.parametrize("role", sorted(roles()))
def test_P2_a_role_enters_what_its_permissions_name_and_nothing_else(client, role):
    own = make_community(1)
    client.force_login(user_with(role, own))
    wide = {}
    for route in PAGES:
        if route.declared.who == "needs" and route.declared.permission not in roles()[role]:
            seen = statuses(client, address(route))
            if not seen <= {403, 405}:
                wide[route.name] = seen
    assert wide == {}


@pytest.mark.parametrize("role", sorted(roles()))
def test_P3_an_object_that_guards_itself_does_not_exist_for_foreign_roles(client, role):
    """Doors open to everybody (number and secret, public files) and to whoever signed in: the object decides."""
    own = make_community(1)
    client.force_login(user_with(role, own))
    wide = {}
    for route in PAGES:
        if route.name in GUARDED and WIDE.get(route.name) not in roles()[role]:
            seen = statuses(client, address(route))
            if not seen <= {404, 405}:
                wide[route.name] = seen
    assert wide == {}


@pytest.mark.parametrize("role", sorted(roles()))
def test_P3_a_foreign_object_is_answered_as_what_does_not_exist(client, role):
    own = make_community(1)
    client.force_login(user_with(role, own))
    wide = {}
    for route in PAGES:
        if (
            "<" in route.pattern
            and route.declared.who == "needs"
            and route.declared.permission in roles()[role]
        ):
            seen = statuses(client, address(route))
            if not seen <= {404, 405}:
                wide[route.name] = seen
    assert wide == {}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.pattern)
def test_P1_a_stranger_calls_public_operations_alone(client, operation):
    if operation.declared.who == "public":
        assert call(client, operation) not in {401, 403}
    else:
        assert call(client, operation) == 401


@pytest.mark.parametrize("role", sorted(roles()))
def test_P2_P3_a_role_calls_what_it_may_and_foreign_objects_do_not_exist(client, role):
    client.force_login(user_with(role, make_community(1)))
    wrong = {}
    for operation in OPERATIONS:
        asked, status = operation.declared, call(client, operation)
        expected = set()
        if asked.who == "needs" and asked.permission not in roles()[role]:
            expected = {403}
        elif asked.who != "public" and "<" in operation.pattern:
            expected = {404}
        if (expected and status not in expected) or (not expected and status in {401, 403}):
            wrong[operation.pattern] = status
    assert wrong == {}


def test_what_is_said_of_a_route_is_said_of_one_that_exists():
    named = {route.name for route in list_routes()}
    assert ({*FOREIGN, *GUARDED, *OPEN, *WIDE} - named) == set()
    assert set(WIDE) <= GUARDED <= set(FOREIGN)
    assert not set(OPEN) & set(FOREIGN)


def test_every_permission_of_a_route_is_granted_by_some_role():
    granted = frozenset().union(*roles().values())
    assert {r.declared.permission for r in (*PAGES, *OPERATIONS) if r.declared.permission} - granted == set()
