"""Forms of sign-in by code, and of the choice how one wants to be told."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm
from django import forms
from django.utils.translation import gettext_lazy as _

from . import channels, codes


class ConfirmCodeForm(ConfirmLoginCodeForm):
    """Compares what was typed with the digest the session keeps; named in ACCOUNT_FORMS."""

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if not codes.opens(self.expected_code or "", code, purpose="sign-in"):
            raise get_adapter().validation_error("incorrect_code")
        return code


class ChannelForm(forms.Form):
    """How somebody wants to be told; only what reaches the person is offered."""

    channel = forms.ChoiceField(label=_("通知方式"))

    def __init__(self, person, *arguments, **named):
        super().__init__(*arguments, **named)
        self.fields["channel"].choices = channels.choices_for(person)
        self.fields["channel"].initial = channels.choose(person)


class LettersForm(forms.Form):
    """Which letters to print: the keys of the boxes that were ticked, at most a page of them."""

    MOST = 50

    def keys(self) -> list[int]:
        chosen = self.data.getlist("letter")[: self.MOST]
        return [int(key) for key in chosen if key.isascii() and key.isdigit() and len(key) <= 18]
