"""Authenticated encryption of single values, and keyed digests to find them again (security D2).

A sealed value reads `aes:k1:<base64>`: algorithm, key id, nonce with ciphertext and tag. The text it is
bound to (table, column, row) is authenticated, so a value copied to another row does not open.
"""

import base64
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings

from .keys import keys

NONCE_BYTES, TAG_BYTES = 12, 16


class Sealed(str):
    """Text that has been encrypted; nothing but `unseal` makes sense of it."""

    __slots__ = ()


class CannotUnseal(Exception):
    """A sealed value was altered, moved to another row, or its key is gone."""


def seal(text: str, *, bound_to: str) -> Sealed:
    """Encrypt `text` under the current key; it opens only with the same `bound_to`."""
    algorithm, ring = settings.ENVIRONMENT.cipher, keys()
    key_id = ring.current["field"]
    nonce, aad = os.urandom(NONCE_BYTES), bound_to.encode()
    if algorithm == "aes":
        body = AESGCM(ring.key("field", key_id)).encrypt(nonce, text.encode(), aad)
    else:
        body = _sm4_encrypt(ring.key("field", key_id)[:16], nonce, text.encode(), aad)
    return Sealed(f"{algorithm}:{key_id}:{base64.b64encode(nonce + body).decode()}")


def unseal(sealed: str, *, bound_to: str) -> str:
    """The text inside a sealed value; CannotUnseal when it was altered or belongs elsewhere."""
    try:
        algorithm, key_id, encoded = sealed.split(":", 2)
        body, aad = base64.b64decode(encoded, validate=True), bound_to.encode()
        nonce, rest = body[:NONCE_BYTES], body[NONCE_BYTES:]
        key = keys().key("field", key_id)
        if algorithm == "aes":
            return AESGCM(key).decrypt(nonce, rest, aad).decode()
        if algorithm == "sm4":
            return _sm4_decrypt(key[:16], nonce, rest, aad).decode()
    except (ValueError, InvalidTag) as trouble:
        raise CannotUnseal(f"{bound_to}: {type(trouble).__name__}") from None
    raise CannotUnseal(f"{bound_to}: unknown algorithm")


def key_id_of(sealed: str) -> str:
    return sealed.split(":", 2)[1]


def hash_name() -> str:
    """The hash new digests use: SM3 where the deployment uses SM4."""
    return "sm3" if settings.ENVIRONMENT.cipher == "sm4" else "sha256"


def digest(purpose: str, key_id: str | None, text: str, *, algorithm: str = "") -> str:
    """Keyed digest of `text`, 64 hexadecimal digits, by the hash of the deployment unless one is named."""
    sm3 = (algorithm or hash_name()) == "sm3"
    mac = HMAC(keys().key(purpose, key_id), hashes.SM3() if sm3 else hashes.SHA256())
    mac.update(text.encode())
    return mac.finalize().hex()


def blind(column: str, value: str) -> str:
    """Digest by which a sealed value of high entropy is found again; its own key, never the field's."""
    return digest("blind", None, f"{column}\x00{value}")


def blinds(column: str, value: str) -> list[str]:
    """Every digest under which the value may stand, the current one first: `filter(x__in=blinds(…))`.

    While the key of the index changes some rows have the old digest and some the new; one whose value is kept nowhere
    (a secret, a key of a request) keeps the old one for good.
    """
    text, ring = f"{column}\x00{value}", keys()
    hashes_known = sorted(("sha256", "sm3"), key=lambda name: name != hash_name())
    key_ids = sorted(ring.by_purpose["blind"], key=lambda key_id: key_id != ring.current["blind"])
    return [digest("blind", key_id, text, algorithm=name) for key_id in key_ids for name in hashes_known]


def is_blind_of(kept: str, column: str, value: str) -> bool:
    """Whether `kept` is a digest of the value under any key of the file; no comparison tells how far it got."""
    return any(same(kept, found) for found in blinds(column, value))


def same(one: str, other: str) -> bool:
    """Whether two digests are equal, in constant time."""
    return hmac.compare_digest(one, other)


def _sm4_encrypt(key: bytes, nonce: bytes, text: bytes, aad: bytes) -> bytes:
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(aad)
    return encryptor.update(text) + encryptor.finalize() + encryptor.tag


def _sm4_decrypt(key: bytes, nonce: bytes, body: bytes, aad: bytes) -> bytes:
    text, tag = body[:-TAG_BYTES], body[-TAG_BYTES:]
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(aad)
    return decryptor.update(text) + decryptor.finalize()
