"""What is worked out once for all requests says what the libraries would have said (I5, W3, P1)."""

import pytest
from csp.constants import HEADER, HEADER_REPORT_ONLY, SELF
from csp.middleware import CSPMiddleware
from django.http import HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.test import RequestFactory, override_settings
from django.urls import Resolver404, resolve, set_urlconf
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from linli.config.standing import Handler, Language, Policy

OTHER = {"DIRECTIVES": {"default-src": [SELF], "img-src": [SELF, "https://maps.example"]}}


def rules(text: str) -> set[str]:
    return {part.strip() for part in text.split(";")}


def policies(view, kind):
    answer = kind(view)(RequestFactory().get("/places/"))
    return {name: rules(answer[name]) for name in (HEADER, HEADER_REPORT_ONLY) if name in answer.headers}


def plain(_request):
    return HttpResponse("ok")


def with_a_nonce(request):
    return HttpResponse(str(request.csp_nonce))


def with_rules_of_its_own(_request):
    answer = HttpResponse("ok")
    answer._csp_update = {"img-src": ["https://maps.example"]}
    return answer


def without_any(_request):
    answer = HttpResponse("ok")
    answer._csp_exempt = True
    return answer


def with_a_header(_request):
    return HttpResponse("ok", headers={HEADER: "default-src 'none'; sandbox"})


@pytest.mark.parametrize("view", [plain, with_rules_of_its_own, without_any, with_a_header])
def test_I5_the_policy_that_stands_is_the_one_that_would_be_built(view):
    assert policies(view, Policy) == policies(view, CSPMiddleware)


def test_I5_the_policy_follows_the_settings_and_tells_a_report_apart():
    kept = Policy(plain)
    before = rules(kept(RequestFactory().get("/"))[HEADER])
    with override_settings(CONTENT_SECURITY_POLICY=OTHER):
        assert rules(kept(RequestFactory().get("/"))[HEADER]) == {
            "default-src 'self'",
            "img-src 'self' https://maps.example",
        }
    assert rules(kept(RequestFactory().get("/"))[HEADER]) == before
    with override_settings(CONTENT_SECURITY_POLICY_REPORT_ONLY=OTHER):
        assert policies(plain, Policy) == policies(plain, CSPMiddleware)
        assert len(policies(plain, Policy)) == 2


def test_I5_a_nonce_that_comes_too_late_is_refused_as_before():
    request = RequestFactory().get("/")
    Policy(plain)(request)
    with pytest.raises(Exception, match="not available after"):
        str(request.csp_nonce)
    assert len(with_a_nonce(_asked_with_nonce()).content) > 20


def _asked_with_nonce():
    request = RequestFactory().get("/")
    Policy(with_a_nonce)(request)
    return request


wishes = st.one_of(
    st.sampled_from(
        ["", "en", "en-GB,en;q=0.9", "zh-CN,zh;q=0.9,en;q=0.8", "fr", "*", "zh-TW", "en;q=0, zh-hans"]
    ),
    st.text("enzhfr-;q=0.1,* \n", max_size=260),
)


@given(cookie=st.one_of(st.none(), st.sampled_from(["en", "zh-hans", "xx", ""])), accepted=wishes)
def test_the_language_of_a_request_is_the_one_django_finds(cookie, accepted):
    found = []
    for kind in (Language, LocaleMiddleware):
        request = RequestFactory().get("/en/places/", headers={"accept-language": accepted})
        if cookie is not None:
            request.COOKIES["django_language"] = cookie
        with translation.override(None):
            answer = kind(plain)(request)
        found.append((request.LANGUAGE_CODE, dict(answer.headers)))
    assert found[0] == found[1]


def asked(path):
    return RequestFactory().get(path)


def test_P1_an_address_is_answered_by_the_same_view_however_often_it_is_asked():
    handler = Handler()
    for path in (
        "/places/",
        "/cases/",
        "/api/v1/places",
        "/api/v1/places/990000000000",
        "/cases/RQ-2026-000001/",
    ):
        for _turn in range(2):
            request = asked(path)
            match, other = handler.resolve_request(request), resolve(path)
            assert request.resolver_match is match
            assert (match.func, match.args, match.kwargs, match.route, match.view_name) == (
                (other.func, other.args, other.kwargs, other.route, other.view_name)
            )
    assert [path for _urls, path in handler.known] == ["/places/", "/cases/", "/api/v1/places"]
    for _turn in range(2):
        with pytest.raises(Resolver404):
            handler.resolve_request(asked("/nothing-here/"))


def test_P1_other_addresses_of_a_test_or_a_request_are_not_mixed_up():
    handler, other = Handler(), "linli.exchange.urls"  # where /places/ is the entry of that code
    first = handler.resolve_request(asked("/places/"))
    elsewhere = resolve("/places/", other)
    assert elsewhere.func is not first.func
    with override_settings(ROOT_URLCONF=other):
        assert handler.resolve_request(asked("/places/")).func is elsewhere.func
    request = asked("/places/")
    request.urlconf = other
    try:
        assert handler.resolve_request(request).func is elsewhere.func
    finally:
        set_urlconf(None)
