"""ASVS 6.8.2: an assertion of the city's identity service counts when that service signed it for us, and never else."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import jwt
import pytest
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.urls import resolve

from linli.notices.identity_service import SignedAssertions, callback

ISSUER, US = "https://id.example.org", "linli"
APP = SimpleNamespace(client_id=US)
FAR = datetime(2100, 1, 1, tzinfo=UTC)  # the library reads the machine's clock
SERVICE, STRANGER = (rsa.generate_private_key(public_exponent=65_537, key_size=2048) for _key in range(2))


class Answer:
    """What the service's address of keys answers."""

    def __init__(self, body):
        self.body = body

    def raise_for_status(self):
        """It answered."""

    def json(self):
        return self.body


class Session:
    def __enter__(self):
        return self

    def __exit__(self, *_trouble):
        return None

    def get(self, _url):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(SERVICE.public_key()))
        return Answer({"keys": [{**public, "kid": "one", "alg": "RS256"}]})


@pytest.fixture
def service(monkeypatch, rf):
    adapter = SignedAssertions(rf.get("/"), "city")
    adapter._openid_config = {"jwks_uri": f"{ISSUER}/keys", "issuer": ISSUER}
    adapter.did_fetch_access_token = True  # where allauth would skip the signature
    monkeypatch.setattr(
        "allauth.socialaccount.adapter.DefaultSocialAccountAdapter.get_requests_session",
        lambda self: Session(),
    )
    return adapter


def token(key=SERVICE, *, alg="RS256", kid="one", **claims) -> str:
    said = {"iss": ISSUER, "aud": US, "sub": "7", "exp": FAR, **claims}
    return jwt.encode(said, key, algorithm=alg, headers={"kid": kid})


def test_what_the_service_signed_is_believed(service):
    assert service._decode_id_token(APP, token())["sub"] == "7"


def forged() -> str:
    """A good token in which somebody changed the person."""
    head, body, signature = token().split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    changed = _part(json.dumps({**said, "sub": "8"}).encode())
    return f"{head}.{changed}.{signature}"


def by_public_key() -> str:
    """Signed with the public key as if it were a shared secret, as a library would not do it for us."""
    public = SERVICE.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    body = token().split(".")[1]
    head = _part(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "one"}).encode())
    return f"{head}.{body}.{_part(hmac.digest(public, f'{head}.{body}'.encode(), 'sha256'))}"


def _part(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


@pytest.mark.parametrize(
    "made",
    [
        forged,
        by_public_key,
        lambda: token(STRANGER),
        lambda: token(kid="two"),
        lambda: token(None, alg="none"),
        lambda: token(aud="another"),
        lambda: token(iss="https://elsewhere.example.org"),
        lambda: token(exp=datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=1)),
        lambda: "no.token.atall",
        lambda: "",
    ],
)
def test_what_it_did_not_sign_for_us_now_is_refused(service, made):
    with pytest.raises(OAuth2Error):
        service._decode_id_token(APP, made())


def test_an_answer_without_a_token_is_refused(service):
    with pytest.raises(OAuth2Error, match="no ID token"):
        service.complete_login(None, APP, None, response={"access_token": "x"})


def test_the_way_back_from_the_service_is_ours():
    assert resolve("/accounts/oidc/city/login/callback/").func is callback
