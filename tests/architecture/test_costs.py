"""I13, W2: every costly door says what it may be asked, and whoever asks more is told to wait."""

import re

import pytest
from django.test import Client

from linli.api import rates
from linli.kernel.clock import now
from linli.ui.costs import OF_ONE_ADDRESS
from linli.ui.routes import list_routes
from tests.architecture.foreign_objects import FOREIGN, OPEN
from tests.architecture.test_permission_matrix import address
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
ROUTES = {(route.name, route.pattern.split(" ")[0]): route for route in list_routes()}.values()
# Words in the name of a route that tell of much reading, reckoning or writing behind one press.
COSTLY = re.compile(
    r"export|what-if|compare|handbook|paper|certificate|bulk|copy|search|suggest|print|plan-data|isochrone"
    r"|analytics|values|try-rules|import-(new|apply)|runs$|editions|find$|wide|feed$|hand-over|plan-(public|tasks)$|near(by)?(-map)?$|circle|open311|request-map|volunteering-map|coverage"
)
# Routes with such a name that cost no more than a page, each with the reason.
CHEAP = {
    "import-list": "one's own last imports",
    "import-run": "one row and its sentence",
    "care-find": "the scope of one community; a page of ten",
    "volunteering-near": "a page of ten activities",
    "gallery-search": "made-up rows of the gallery, in memory",
}


def test_every_door_with_a_costly_name_declares_its_cost():
    silent = {route.name for route in ROUTES if COSTLY.search(route.name) and not route.declared.cost}
    assert silent - CHEAP.keys() == set()


def test_what_is_called_cheap_exists_and_declares_no_cost():
    known = {route.name: route for route in ROUTES}
    assert {name for name in CHEAP if known[name].declared.cost} == set()


DOORS = [route for route in ROUTES if route.declared and route.declared.cost and " " not in route.pattern]
CALLS = [route for route in ROUTES if route.declared and route.declared.cost and " " in route.pattern]


def spend(cost, user=None) -> None:
    """As many visits as the cost allows."""
    name, each, who = cost.name, cost.each, str(user.pk) if user else "127.0.0.1"
    if user is None:
        name, each = f"{name}-address", each * OF_ONE_ADDRESS
    rate = rates.Rate(name, each, cost.window_s)
    for _visit in range(each):
        rates.count(rate, who)


@pytest.mark.parametrize("route", DOORS, ids=lambda route: route.name)
def test_I13_one_visit_too_many_at_a_costly_page_is_told_how_long_to_wait(client, route):
    cost, user = route.declared.cost, make_user()
    client.force_login(user)
    url, method = address(route), sorted(cost.methods)[-1].lower()
    spend(cost, user)

    answer = getattr(client, method)(url)

    wait_s = cost.window_s - int(now().timestamp()) % cost.window_s
    assert (answer.status_code, answer["Retry-After"]) == (429, str(wait_s))
    said = f"try again in {wait_s} seconds" if url.startswith("/open311/") else f"请在 {wait_s} 秒后再试。"
    assert said in answer.content.decode()


@pytest.mark.parametrize("route", CALLS, ids=lambda route: route.pattern)
def test_I13_one_call_too_many_at_a_costly_operation_is_a_problem(route):
    spend(route.declared.cost)
    method, sent = route.pattern.split(" ")[0].lower(), {}
    if method == "post":
        sent = {"data": {}, "content_type": "application/json"}

    answer = getattr(Client(), method)(address(route), **sent)

    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert int(answer["Retry-After"]) <= route.declared.cost.window_s


def test_W2_persons_are_counted_apart_and_other_pages_stay_open(client):
    cost = next(route.declared.cost for route in DOORS if route.name == "search")
    busy, other = make_user(), make_user()
    spend(cost, busy)
    client.force_login(busy)
    seen = [client.get("/search/").status_code, client.get("/places/").status_code]
    client.force_login(other)

    assert [*seen, client.get("/search/").status_code] == [429, 200, 200]


def test_the_walk_knows_an_address_of_each_costly_door():
    named = {route.name for route in (*DOORS, *CALLS) if "<" in route.pattern}
    assert named - FOREIGN.keys() - OPEN.keys() == set()
