"""The token against forgery, as Django makes it, from one draw of random bytes instead of one for each character."""

import os

from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, get_token

CHARS = CSRF_ALLOWED_CHARS.encode()
FAIR = 256 - 256 % len(CHARS)  # bytes above would make the first characters likelier
UNFAIR = bytes(range(FAIR, 256))
NUMBERS = bytes(byte % len(CHARS) for byte in range(256))
PLACES = bytes.maketrans(CHARS, bytes(range(len(CHARS))))
TWICE = CHARS * 2


def token_for(request: HttpRequest) -> str:
    """`get_token`: a secret for who has none yet, masked anew for each answer."""
    meta = request.META
    secret = meta.get("CSRF_COOKIE")
    if secret is None:
        secret = meta["CSRF_COOKIE"] = _drawn()
    elif len(secret) != CSRF_SECRET_LENGTH or not secret.isascii():
        return get_token(request)
    meta["CSRF_COOKIE_NEEDS_UPDATE"] = True
    mask = _drawn()
    pairs = zip(_places(secret), _places(mask), strict=True)
    return mask + bytes([TWICE[own + other] for own, other in pairs]).decode()


def _places(text: str) -> bytes:
    return text.encode().translate(PLACES)


def _drawn() -> str:
    """A text of the length of a secret, each character as likely as any other; from the system's own randomness."""
    found = b""
    while len(found) < CSRF_SECRET_LENGTH:
        found += os.urandom(2 * CSRF_SECRET_LENGTH).translate(NUMBERS, UNFAIR)
    return bytes([CHARS[number] for number in found[:CSRF_SECRET_LENGTH]]).decode()
