"""Changing the phone of an account: proof of the old factor, then a code that the new number receives (A5)."""

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.forms import VerifyPhoneForm
from allauth.account.internal.flows.phone_verification import phone_already_exists
from allauth.account.views import ChangePhoneView, verify_phone
from django.http import Http404

from linli.ui.routes import public, signed_in

from . import codes


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
    return ChangePhoneView.as_view()(request)


verify_new_phone = public(verify_phone)  # allauth sends away whoever has no code on its way
