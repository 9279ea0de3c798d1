"""Sign-in meets the channels: allauth's adapter. Codes and links leave at once, into no row and no log."""

import secrets
from types import SimpleNamespace
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.fields import PhoneField
from allauth.core import context, ratelimit
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.audit.signing import AuditedSignIn, record_account_change
from linli.kernel import clock
from linli.kernel.cipher import blinds
from linli.people.models import User
from linli.search.actions import touch

from . import codes
from .channels.sms import sending as sms
from .middleware import BEGAN, SEEN


class AccountAdapter(AuditedSignIn, DefaultAccountAdapter):
    """Accounts found by phone where it is one account's alone; codes by text message or mail."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "phone_password_mismatch": gettext_lazy("手机号或密码不正确；多人共用的手机号请用用户名登录。"),
    }

    def login(self, request, user) -> None:
        """Sign in; from now on the session's limits count."""
        super().login(request, user)
        request.session[BEGAN] = request.session[SEEN] = int(clock.now().timestamp())

    def get_reauthentication_methods(self, user) -> list[dict]:
        """Proof anew (A5): a code by text or mail only for who has neither password nor second factor."""
        methods = super().get_reauthentication_methods(user)
        return [one for one in methods if one["id"] != "reauthenticate_by_code"] or methods

    # --- codes ---------------------------------------------------------------------------------------
    def generate_login_code(self) -> str:
        return self._fresh_code()

    def generate_phone_verification_code(self, *, user, phone) -> str:
        return self._fresh_code()

    def _fresh_code(self) -> str:
        """What the session may keep of a new code; the code itself waits on the request for its channel."""
        code = codes.make_code()
        kept = codes.sealed(code, purpose="sign-in")
        context.request.codes_on_their_way = {kept: code}
        return kept

    def _take_code(self, kept: str) -> str | None:
        """The code to send, once; None when the whole platform has sent its share for this hour."""
        code = vars(context.request).pop("codes_on_their_way", {}).get(kept)
        within = ratelimit.consume(context.request, action="codes_of_everybody", key="everybody")
        return code if within else None

    def send_verification_code_sms(self, user, phone, code, **kwargs) -> None:
        plain = self._take_code(code)
        if plain:
            text = _("【邻里】验证码 %(code)s，%(minutes)s 分钟内有效，仅用于本人登录，请勿告诉他人。") % {
                "code": plain,
                "minutes": codes.MINUTES,
            }
            codes.send_beside(sms.send_text, phone, text, key=f"code-{secrets.token_hex(8)}")

    def send_unknown_account_sms(self, phone, **kwargs) -> None:
        """Nobody is told anything on the page; a phone that several share is told by text what to do."""
        if _accounts_of(phone).count() > 1:
            text = _("【邻里】该手机号登记了多个账号，请用各自的用户名和密码登录。")
            codes.send_beside(sms.send_text, phone, text, key=f"code-{secrets.token_hex(8)}")

    # --- mail ----------------------------------------------------------------------------------------
    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Render with our own address (A6), put the code in, send beside the request."""
        said = {"email": email, "current_site": _site(), **context, "request": None}
        if "code" in context:
            said["code"] = self._take_code(context["code"])
            if said["code"] is None:
                return
        codes.send_beside(self.render_mail(template_prefix, email, said).send)

    def format_email_subject(self, subject) -> str:
        return f"【邻里】{subject}"

    def get_email_confirmation_url(self, request, emailconfirmation) -> str:
        return f"{settings.PUBLIC_URL}{reverse('account_confirm_email', args=[emailconfirmation.key])}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _dash, token = key.partition("-")
        address = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return f"{settings.PUBLIC_URL}{address}"

    def send_account_already_exists_mail(self, email: str) -> None:
        addresses = {
            "signup_url": f"{settings.PUBLIC_URL}{reverse('account_signup')}",
            "password_reset_url": f"{settings.PUBLIC_URL}{reverse('account_reset_password')}",
        }
        self.send_mail("account/email/account_already_exists", email, addresses)

    # --- phones --------------------------------------------------------------------------------------
    def phone_form_field(self, **kwargs) -> PhoneField:
        return PhoneField(**{"validators": [], "label": gettext_lazy("手机号码"), **kwargs})

    def clean_phone(self, phone: str) -> str:
        number = sms.normalise(phone)
        if not number:
            raise ValidationError(_("请输入 11 位手机号码。"), code="invalid_phone")
        return number

    def get_user_by_phone(self, phone: str) -> User | None:
        """The one active account of this phone; None when there is none or several share it."""
        found = list(_accounts_of(phone)[:2])
        return found[0] if len(found) == 1 else None

    def get_phone(self, user) -> tuple[str, bool] | None:
        phone = sms.normalise(user.person.phone) if user.person else ""
        return (phone, True) if phone else None

    @transaction.atomic
    def set_phone(self, user, phone: str, verified: bool) -> None:
        """Give the account's person a verified phone and tell the old one (A5)."""
        if not verified or user.person is None:
            return
        before = sms.normalise(user.person.phone)
        user.person.phone = self.clean_phone(phone)
        user.person.version += 1
        user.person.save()
        touch(user.person)
        record_account_change("account.phone_changed", user)
        if before and before != user.person.phone:
            text = _("【邻里】您账号的联系手机已更改。如非本人操作，请联系社区工作人员。")
            transaction.on_commit(
                lambda: codes.send_beside(sms.send_text, before, text, key=f"code-{secrets.token_hex(8)}")
            )

    def set_phone_verified(self, user, phone: str) -> None:
        self.set_phone(user, phone, True)

    # --- counting ------------------------------------------------------------------------------------
    def _get_login_attempts_cache_key(self, request, **credentials) -> str:
        """Normalised first, then counted (A2): another way to write a name or phone is no new counter."""
        given = str(credentials.get("phone") or credentials.get("email") or credentials.get("username") or "")
        return f"login:{sms.normalise(given) or given.strip().casefold()}"


def _accounts_of(phone: str):
    """Active accounts of the persons with this phone; none for what is no mobile number."""
    number = sms.normalise(phone)
    found = User.objects.filter(is_active=True, person__phone_index__in=blinds("phone", number))
    return found if number else User.objects.none()


def _site() -> SimpleNamespace:
    return SimpleNamespace(name="邻里 Linli", domain=urlsplit(settings.PUBLIC_URL).netloc)
