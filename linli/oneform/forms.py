"""The shape of what comes in about forms."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from linli.places.models import Place

from .queries import communities_to_fill


class OpenForm(forms.Form):
    """For which community and period a form is opened."""

    place = forms.CharField(label=_("社区代码"), max_length=24)
    period = forms.CharField(
        label=_("期间"), max_length=20, help_text=_("例如 2026、2026H1、2026Q1 或 2026-03")
    )

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_place(self) -> Place:
        found = communities_to_fill(self.user).filter(code=self.cleaned_data["place"].strip()).first()
        if found is None:
            raise ValidationError(_("您的岗位不负责填报这个社区。"))
        return found


def values_of(post) -> dict[int, str]:
    """{key of the cell: what was typed}, from fields called cell-<key>; others are no cells."""
    return {
        int(name[5:]): text
        for name, text in post.items()
        if name.startswith("cell-") and name[5:].isascii() and name[5:].isdigit() and len(name) < 24
    }
