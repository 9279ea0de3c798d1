"""What htmx said of a request is read as django_htmx reads it."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxMiddleware

from linli.ui.middleware import Htmx

WHOLE = {"HX-Boosted": "true", "HX-Target": "list", "HX-Current-URL": "http://testserver/cases/"}
SAID = (
    {},
    {"HX-Request": "true"},
    {"HX-Request": "false"},
    {"HX-Request": ""},
    {"HX-Target": "list"},
    {"HX-Request": "true", **WHOLE},
)


@pytest.mark.parametrize("headers", SAID, ids=str)
def test_it_is_what_the_library_says(headers):
    found = []
    for kind in (Htmx, HtmxMiddleware):
        request = RequestFactory().get("/cases/", headers=headers)
        kind(lambda _request: HttpResponse())(request)
        htmx = request.htmx
        found.append((bool(htmx), htmx.boosted, htmx.target, htmx.current_url, htmx.current_url_abs_path))
    assert found[0] == found[1]
