"""Forms around evaluations: opening a round, the checks, what was found on the spot, answers to comments."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.forms import ManyFilesField, StepForm
from linli.kernel.text import refuse_hidden_characters
from linli.measures import Period
from linli.plans.models import EvaluationIndex
from linli.plans.queries.evaluations import lines_of

from .tasks import PROOF, words_field


class EvaluationForm(forms.Form):
    """A new round of evaluation."""

    index = forms.ModelChoiceField(
        EvaluationIndex.objects.filter(retired_on=None), label=_("评价指标体系"), empty_label=None
    )
    period = forms.CharField(label=_("数据时期（如 2025 或 2025-12）"), max_length=10)
    title = forms.CharField(label=_("评价名称"), max_length=60, validators=[refuse_hidden_characters])

    def clean_period(self):
        try:
            return Period.parse(self.cleaned_data["period"].strip())
        except ValueError:
            raise forms.ValidationError(_("写成 2025、2025H1、2025Q3 或 2025-07。")) from None


class CheckForm(StepForm):
    """What a check found, in words, with what proves it."""

    purpose = PROOF
    words = words_field(_("核查情况"))
    files = ManyFilesField(label=_("佐证（照片、文件，可不传）"), required=False)


class AppealForm(StepForm):
    """Why a published evaluation is not right, with what proves it."""

    purpose = PROOF
    why = words_field(_("哪一项不对，依据是什么"))
    files = ManyFilesField(label=_("佐证（照片、文件，可不传）"), required=False)


class CorrectForm(StepForm):
    """One value that is different on the spot, and why."""

    code = forms.ChoiceField(label=_("哪一项"))
    value = forms.DecimalField(label=_("现场核定的数"), min_value=0, max_digits=12, decimal_places=2)
    why = forms.CharField(label=_("依据"), max_length=200, validators=[refuse_hidden_characters])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        told = lines_of(self.case.evaluation.round.index)
        self.fields["code"].choices = [(code, line["title"]) for code, line in told.items()]


class AnswerForm(StepForm):
    """The public answer to what people said."""

    answer = forms.CharField(
        label=_("对意见的答复"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        validators=[refuse_hidden_characters],
    )  # fmt: skip
