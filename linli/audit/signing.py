"""Sign-ins, sign-outs, failures and changes of password or second factor, recorded without signals (A4, L8).

`AuditedSignIn` is mixed into the account adapter, which stands in `notices` and is named in settings:

    class AccountAdapter(AuditedSignIn, DefaultAccountAdapter): ...
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q

from .actions import record

# What allauth tells the owner of an account by mail, and the act it stands for.
ACCOUNT_CHANGES = {
    "account/email/password_changed": "account.password_changed",
    "account/email/password_set": "account.password_set",
    "account/email/password_reset": "account.password_reset",
    "account/email/email_changed": "account.email_changed",
    "account/email/email_deleted": "account.email_removed",
    "mfa/email/totp_activated": "account.totp_added",
    "mfa/email/totp_deactivated": "account.totp_removed",
    "mfa/email/webauthn_added": "account.passkey_added",
    "mfa/email/webauthn_removed": "account.passkey_removed",
    "mfa/email/recovery_codes_generated": "account.recovery_codes_made",
    "socialaccount/email/account_connected": "account.city_sign_in_connected",
    "socialaccount/email/account_disconnected": "account.city_sign_in_removed",
}


@transaction.atomic
def record_sign_in(user) -> None:
    record("account.signed_in", by=user, thing=user)


@transaction.atomic
def record_sign_out(user) -> None:
    record("account.signed_out", by=user, thing=user)


@transaction.atomic
def record_failed_sign_in(name: str) -> None:
    """Somebody failed to sign in as `name`, which itself is never written: it may be a phone or a slip."""
    account = get_user_model().objects.filter(Q(username=name) | Q(email__iexact=name)).first()
    record("account.sign_in_failed", by=None, thing=account, result="failed")


@transaction.atomic
def record_account_change(act: str, user, *, by=None) -> None:
    """The owner, or `by` for him, changed the password or a factor of an account."""
    record(act, by=by or user, thing=user)


class AuditedSignIn:
    """Mixin for the account adapter: what it does to sessions, passwords and factors is recorded with it."""

    request: Any

    @transaction.atomic
    def login(self, request, user) -> None:
        super().login(request, user)  # type: ignore[misc]  # behind the mixin
        record_sign_in(user)

    @transaction.atomic
    def logout(self, request) -> None:
        user = request.user if request.user.is_authenticated else None
        super().logout(request)  # type: ignore[misc]  # behind the mixin
        if user is not None:
            record_sign_out(user)

    def authentication_failed(self, request, **credentials) -> None:
        super().authentication_failed(request, **credentials)  # type: ignore[misc]  # behind the mixin
        name = next((credentials[key] for key in ("username", "email", "phone") if credentials.get(key)), "")
        record_failed_sign_in(str(name))

    def send_notification_mail(self, template_prefix, user, context=None, email=None) -> None:
        """Allauth calls this once for every change it tells the owner of; the second factor's adapter too."""
        record_account_change(ACCOUNT_CHANGES.get(template_prefix, "account.changed"), user)
        super().send_notification_mail(template_prefix, user, context=context, email=email)  # type: ignore[misc]  # behind the mixin
