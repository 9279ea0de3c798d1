"""Forms of what is handed in as a file: pictures of projects, reports of evaluators."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.files.actions import store
from linli.files.kinds import PICTURES, declare_purpose
from linli.kernel.text import refuse_hidden_characters
from linli.plans.models import EvaluatorReport, ProjectPhoto

PHOTO = declare_purpose("plans.livelihood", "民生实事的进展照片", PICTURES)
REPORT = declare_purpose("plans.evaluation", "第三方评估报告", frozenset({"application/pdf"}))


class ProjectPhotoForm(forms.Form):
    """One picture with what it shows."""

    photo = forms.FileField(label=_("照片"), widget=forms.ClearableFileInput(attrs={"accept": "image/*"}))
    caption = forms.CharField(label=_("照片上是什么"), max_length=60, validators=[refuse_hidden_characters])

    def stored(self, by) -> dict:
        """What the verb asks, the file kept; FileRefused when it is no picture."""
        file = store(self.cleaned_data["photo"], by=by, purpose=PHOTO)
        return {"file": file, "caption": self.cleaned_data["caption"]}


class PhotoDownForm(forms.Form):
    """Which picture is taken down."""

    photo = forms.ModelChoiceField(
        ProjectPhoto.objects.none(), label=_("撤下哪一张"), widget=forms.RadioSelect
    )

    def __init__(self, *args, project, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["photo"].queryset = project.photos.shown()


class EvaluatorReportForm(forms.ModelForm):
    """The report with its conclusion in words."""

    report = forms.FileField(
        label=_("报告（PDF）"), widget=forms.ClearableFileInput(attrs={"accept": ".pdf"})
    )

    class Meta:
        model = EvaluatorReport
        fields = ["title", "evaluator", "conclusion"]
        widgets = {"conclusion": forms.Textarea(attrs={"rows": 5})}

    def stored(self, by) -> dict:
        """What the verb asks, the file kept; FileRefused when it is no PDF."""
        told = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return {**told, "file": store(self.cleaned_data["report"], by=by, purpose=REPORT)}
