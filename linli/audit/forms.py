"""What the auditor may ask for: a fixed list of filters (P7)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Result


class EntryFilter(forms.Form):
    act = forms.CharField(label=_("行为"), max_length=60, required=False)
    by = forms.CharField(label=_("账号"), max_length=150, required=False)
    thing = forms.CharField(label=_("对象编号"), max_length=64, required=False)
    result = forms.ChoiceField(label=_("结果"), choices=[("", _("全部")), *Result.choices], required=False)
    start = forms.DateField(label=_("从"), required=False, widget=forms.DateInput({"type": "date"}))
    end = forms.DateField(label=_("到"), required=False, widget=forms.DateInput({"type": "date"}))

    def clean(self):
        asked = super().clean()
        if asked.get("start") and asked.get("end") and asked["end"] < asked["start"]:
            self.add_error("end", _("结束日期早于开始日期。"))
        return asked
