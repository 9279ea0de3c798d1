"""Forms of sign-in by code, and of the choice how one wants to be told."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel.text import refuse_hidden_characters
from linli.people.models import User

from . import channels, codes, rules


class ConfirmCodeForm(ConfirmLoginCodeForm):
    """Compares what was typed with the digest the session keeps; named in ACCOUNT_FORMS."""

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if not codes.opens(self.expected_code or "", code, purpose="sign-in"):
            raise get_adapter().validation_error("incorrect_code")
        return code


def key_name(*, required: bool) -> forms.CharField:
    """What a security key is called: the library's own field has an English label in every language."""
    return forms.CharField(label=_("安全密钥的名称"), max_length=100, required=required)


class AddKeyForm(AddWebAuthnForm):
    """Named in MFA_FORMS."""

    name = key_name(required=False)


class EditKeyForm(EditWebAuthnForm):
    """Named in MFA_FORMS."""

    name = key_name(required=True)


class ChannelForm(forms.Form):
    """How somebody wants to be told; only what reaches the person is offered."""

    channel = forms.ChoiceField(label=_("通知方式"))

    def __init__(self, person, *arguments, **named):
        super().__init__(*arguments, **named)
        self.fields["channel"].choices = channels.choices_for(person)
        self.fields["channel"].initial = channels.choose(person)


class LostFactorForm(forms.Form):
    """Whose second factor is taken off, why, and how the person proved who he is."""

    CHECKS = [
        ("", _("请选择")),
        ("document", _("当面核对了身份证件")),
        ("head", _("由其部门负责人当面确认")),
        ("call", _("用登记的电话回拨确认")),
    ]
    username = forms.CharField(label=_("账号（用户名）"), max_length=150)
    reason = forms.CharField(label=_("重置的原因"), max_length=200, validators=[refuse_hidden_characters])
    checked = forms.ChoiceField(label=_("怎样核对本人"), choices=CHECKS)

    def __init__(self, *arguments, by, **named):
        super().__init__(*arguments, **named)
        self.by = by

    def clean_username(self):
        """The account; one out of reach is answered like one that does not exist (P3)."""
        account = User.objects.filter(username=self.cleaned_data["username"].strip(), is_active=True).first()
        if account is None or not rules.can_reset_factor(self.by, account):
            raise forms.ValidationError(_("没有这个账号，或者不在您负责的范围内。"))
        return account


class LettersForm(forms.Form):
    """Which letters to print: the keys of the boxes that were ticked, at most a page of them."""

    MOST = 50

    def keys(self) -> list[int]:
        chosen = self.data.getlist("letter")[: self.MOST]
        return [int(key) for key in chosen if key.isascii() and key.isdigit() and len(key) <= 18]
