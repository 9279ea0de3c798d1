"""Reporting that a fact is wrong, and answering."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Correction


class ReportForm(forms.ModelForm):
    """Which fact, what it says, what it should say."""

    class Meta:
        model = Correction
        fields = ("subject", "field", "stated", "proposed")
        help_texts = {
            "subject": _("例如单位代码、区划代码或名称；请不要写身份证号。"),
            "field": _("例如“公开电话”“名称”。"),
        }


class AnswerForm(forms.Form):
    """What was done about a report; an answer in words unless the fact was simply put right."""

    outcome = forms.ChoiceField(label=_("结果"), choices=Correction.Outcome.choices)
    answer = forms.CharField(label=_("答复"), max_length=300, required=False)

    def clean(self):
        said = super().clean()
        if said.get("outcome") == Correction.Outcome.KEPT and not said.get("answer"):
            self.add_error("answer", _("请写明核实的情况。"))
        return said


class UploadForm(forms.Form):
    """The table to import."""

    table = forms.FileField(
        label=_("表格文件"),
        help_text=_("xlsx、xls、ods 或 csv。先检查，不会马上写入；有问题的行会退回给您改。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )
