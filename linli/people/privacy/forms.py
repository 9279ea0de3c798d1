"""Forms of the privacy pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel.text import refuse_hidden_characters

from ..models import Person
from .correcting import correctable_fields


def hidden_fields() -> list[tuple[str, str]]:
    """Fields of a person that pages hide, and that can be shown for a reason; indexes are no fields to people."""
    return [
        (name, str(Person._meta.get_field(name).verbose_name))
        for name, said in Person.personal.items()
        if said.sensitivity > 1 and not name.endswith("_index")
    ]


class RevealForm(forms.Form):
    """Which hidden fields, and why."""

    fields_wanted = forms.MultipleChoiceField(
        label=_("要查看的项目"), choices=hidden_fields, widget=forms.CheckboxSelectMultiple
    )
    purpose = forms.CharField(
        label=_("事由"),
        min_length=2,
        max_length=200,
        help_text=_("本人可以看到您写的事由。"),
        validators=[refuse_hidden_characters],
    )


class CorrectionForm(forms.Form):
    """What is wrong, and what is right."""

    field = forms.ChoiceField(label=_("项目"), choices=lambda: list(correctable_fields().items()))
    proposed = forms.CharField(label=_("正确内容"), max_length=100, validators=[refuse_hidden_characters])
    reason = forms.CharField(
        label=_("说明"), max_length=200, required=False, validators=[refuse_hidden_characters]
    )


class AnswerForm(forms.Form):
    """Accept, or refuse with a reason."""

    accept = forms.TypedChoiceField(
        choices=[("yes", _("更正")), ("no", _("不更正"))], coerce=lambda value: value == "yes"
    )
    answer = forms.CharField(max_length=200, required=False, validators=[refuse_hidden_characters])
