"""Control P1: each route says who may enter, and the decorators hold to it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import path
from ninja import NinjaAPI

from linli.ui.routes import (
    PUBLIC,
    SIGNED_IN,
    Declared,
    list_routes,
    needs,
    public,
    refuse_undeclared_routes,
    signed_in,
    undeclared_routes_check,
)


def forgotten(request):
    return HttpResponse("open to whom?")


@public
def shop_window(request):
    return HttpResponse("welcome")


@signed_in
def hall(request):
    return HttpResponse("hall")


@needs("requests.dispatch")
def desk(request):
    return HttpResponse("desk")


api = NinjaAPI(urls_namespace="test-routes")


@api.get("/counted")
@needs("requests.view")
def counted(request):
    return 1


@api.post("/counted")
def uncounted(request):
    return 2


class urlconf:
    urlpatterns = [
        path("", shop_window),
        path("hall/", hall, name="hall"),
        path("desk/", desk),
        path("forgotten/", forgotten),
        path("api/", api.urls),
    ]


class Visitor:
    is_authenticated = True

    def __init__(self, *permissions):
        self.permissions = permissions

    def may(self, permission):
        return permission in self.permissions


def asked_by(user):
    request = RequestFactory().get("/desk/?page=2")
    request.user = user
    return request


@override_settings(ROOT_URLCONF=urlconf)
def test_P1_a_route_that_says_nothing_stops_the_start_and_is_named():
    said = [error.msg for error in undeclared_routes_check()]
    assert said == [
        "the route 'forgotten/' (tests.ui.test_routes.forgotten) does not say who may enter",
        "the route 'POST api/counted' (tests.ui.test_routes.uncounted) does not say who may enter",
    ]
    with pytest.raises(RuntimeError, match="control P1"):
        refuse_undeclared_routes()


@override_settings(ROOT_URLCONF=urlconf)
def test_each_route_is_listed_with_its_declaration():
    declared = {route.pattern: route.declared for route in list_routes()}
    assert [declared[key] for key in ("", "hall/", "desk/", "GET api/counted")] == [
        PUBLIC,
        SIGNED_IN,
        Declared("needs", "requests.dispatch"),
        Declared("needs", "requests.view"),
    ]


def test_P1_every_route_of_the_platform_is_declared():
    assert undeclared_routes_check() == []


def test_a_stranger_is_sent_to_sign_in_and_comes_back_to_the_same_page():
    answers = [view(asked_by(AnonymousUser())) for view in (hall, desk)]
    assert [(answer.status_code, answer.url) for answer in answers] == [
        (302, "/accounts/login/?next=/desk/%3Fpage%3D2")
    ] * 2


def test_a_permission_opens_its_route_and_no_other():
    assert desk(asked_by(Visitor("requests.dispatch"))).content == b"desk"
    with pytest.raises(PermissionDenied):
        desk(asked_by(Visitor("requests.view")))
