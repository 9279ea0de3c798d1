"""Forms of requests for frozen data: asking, deciding."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel.text import refuse_hidden_characters
from linli.plans.models import DataRequest, Edition


class DataRequestForm(forms.ModelForm):
    """Who asks for which edition, for what."""

    class Meta:
        model = DataRequest
        fields = ["edition", "institution", "purpose", "outcome"]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, plan, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Edition.objects.filter(plan=plan).select_related("plan", "place").defer("tables")
        self.fields["edition"].queryset = rows
        self.fields["edition"].empty_label = None

    def clean(self):
        """Whether an earlier one waits is said by the verb."""
        self._validate_constraints = False
        return self.cleaned_data


class DataDecisionForm(forms.Form):
    """Allowed until a day, or refused with the reason."""

    allow = forms.TypedChoiceField(
        label=_("审批"), choices=(("yes", _("批准")), ("no", _("不批准"))), widget=forms.RadioSelect,
        coerce=lambda said: said == "yes",
    )  # fmt: skip
    until = forms.DateField(
        label=_("可使用到"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    answer = forms.CharField(
        label=_("审批意见（不批准必填）"),
        max_length=200,
        required=False,
        validators=[refuse_hidden_characters],
    )
