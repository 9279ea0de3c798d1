"""The second factor's secrets, sealed in the database with the platform's cipher (D2); named in settings."""

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from linli.kernel import cipher
from linli.kernel.keys import keys
from linli.people.privacy.rotating import OtherStore, other_stores

BOUND_TO = "mfa_authenticator:secret"  # allauth does not say of which row; a passkey's row holds no secret


class SealedSecrets(DefaultMFAAdapter):
    """TOTP seeds and the seed of recovery codes leave the process sealed."""

    def encrypt(self, text: str) -> str:
        return str(cipher.seal(text, bound_to=BOUND_TO))

    def decrypt(self, encrypted_text: str) -> str:
        return _open(encrypted_text)


def _open(stored: str) -> str:
    """The secret; one that was stored before sealing began has no algorithm in front and is sealed by `reseal`."""
    return cipher.unseal(stored, bound_to=BOUND_TO) if ":" in stored else stored


SECRETS = ("secret", "seed")  # where allauth keeps what it encrypts: TOTP, recovery codes


def _outdated():
    """(authenticator's key, name, sealed value) of what is not sealed with the current algorithm and key."""
    current = f"{settings.ENVIRONMENT.cipher}:{keys().current['field']}:"
    for row in Authenticator.objects.filter(data__has_any_keys=SECRETS).order_by("pk").iterator():
        for name in SECRETS:
            if name in row.data and not row.data[name].startswith(current):
                yield row.pk, name, row.data[name]


def reseal() -> int:
    """Seal again what needs an older key; how many values. Each row is a transaction of its own."""
    count = 0
    for key, name, _value in list(_outdated()):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().get(pk=key)
            row.data[name] = str(cipher.seal(_open(row.data[name]), bound_to=BOUND_TO))
            row.save(update_fields=["data"])
            count += 1
    return count


other_stores["second factor"] = OtherStore(reseal, lambda: sum(1 for _row in _outdated()))
