"""Changing the phone of an account: proof of the old factor, then a code that the new number receives (A5)."""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from allauth.account.forms import VerifyPhoneForm
from allauth.account.internal.flows.phone_verification import phone_already_exists
from allauth.account.views import ChangePhoneView, verify_phone
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.ui.routes import public, signed_in

from . import codes

RECENT = timedelta(minutes=5)  # whoever has neither password nor second factor proves himself by a fresh code


class VerifyNewPhoneForm(VerifyPhoneForm):
    """Compares what was typed with the digest the session keeps; named in ACCOUNT_FORMS."""

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if not codes.opens(self.expected_code or "", code, purpose="sign-in"):
            raise get_adapter().validation_error("incorrect_code")
        phone_already_exists(self.user, self.phone, always_raise=True)
        return code


@signed_in
@reauthentication_required
def change_phone(request):
    """Asks for the new number and sends it a code; only accounts of a person have a phone."""
    if request.user.person_id is None:
        raise Http404
    if _must_sign_in_again(request):
        messages.info(request, _("为保护您的账号，请重新登录后再更换手机号。"))
        get_adapter().logout(request)
        return redirect("account_login")
    return ChangePhoneView.as_view()(request)


def _must_sign_in_again(request) -> bool:
    user = request.user
    if user.has_usable_password() or get_mfa_adapter().is_mfa_enabled(user):
        return False  # those were asked just now
    records = get_authentication_records(request, user)
    return not records or records[-1]["at"] < (clock.now() - RECENT).timestamp()


verify_new_phone = public(verify_phone)  # allauth sends away whoever has no code on its way
