"""The city's identity service: its assertion is asked for and the signature checked at each sign-in (ASVS 6.8.2).

OpenID Connect lets a client that fetched the ID token over TLS skip the signature, and allauth does. We do not: the
proxy or cache in between may be somebody's, and the keys of the service are one question away.
"""

import jwt
from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404

from linli.ui.routes import public

# With a key that both know, or none, whoever holds the public key could sign: only pairs of keys are believed.
BELIEVED = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)


class SignedAssertions(OpenIDConnectOAuth2Adapter):
    """Takes nobody's word without a token that the service signed for us."""

    def complete_login(self, request, app, token, **kwargs):
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("the identity service sent no ID token")
        return super().complete_login(request, app, token, **kwargs)

    def _decode_id_token(self, app, id_token: str) -> dict:
        try:
            algorithm = jwt.get_unverified_header(id_token).get("alg")
        except jwt.PyJWTError as broken:
            raise OAuth2Error("Invalid id_token") from broken
        if algorithm not in BELIEVED:
            raise OAuth2Error(f"an ID token signed by {algorithm} is not believed")
        return jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
            verify_signature=True,
        )


@public
@login_not_required
def callback(request, provider_id):
    """Where the service sends people back to; what is wrong with its assertion becomes allauth's error page."""
    try:
        return OAuth2CallbackView.adapter_view(SignedAssertions(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
