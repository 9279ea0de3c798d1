"""Forms around tasks: giving them out, telling progress, rounds of supervision, findings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.forms import LONGEST_NOTE, ManyFilesField, StepForm
from linli.files.kinds import PAPERS, PICTURES, declare_purpose
from linli.kernel import clock
from linli.kernel.text import refuse_hidden_characters
from linli.people.models import Unit
from linli.plans import rules
from linli.ui.widgets import ChecksInColumns

PROOF = declare_purpose("plans.evidence", "规划任务和督导整改的佐证", PAPERS | PICTURES)
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def words_field(label, **options):
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(
        label=label, max_length=LONGEST_NOTE, widget=widget, validators=[refuse_hidden_characters], **options
    )


class ProgressForm(StepForm):
    """How far a task is, in words, with what proves it."""

    purpose = PROOF
    percent = forms.IntegerField(label=_("完成了百分之几"), min_value=0, max_value=100)
    told = words_field(_("做了什么"))
    files = ManyFilesField(label=_("佐证（照片、文件，可不传）"), required=False)


class RemedyForm(StepForm):
    """What was put right, with what proves it."""

    purpose = PROOF
    remedy = words_field(_("整改情况"))
    files = ManyFilesField(label=_("佐证（照片、文件，可不传）"), required=False)


class UnitsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, unit):
        return unit.name if unit.name.startswith(unit.place.name) else f"{unit.place.name} · {unit.name}"


def units_in_reach(user):
    """The units that a user's posts may give work to."""
    units = Unit.objects.filter(user.scope(rules.ASSIGN, "place")).exclude(kind="committee")
    return units.select_related("place").order_by("place__path", "name")


class ShareForm(forms.Form):
    """Who does which part of a task by when."""

    units = UnitsField(Unit.objects.none(), label=_("交给哪些单位"), widget=ChecksInColumns)
    part = words_field(_("做什么"))
    due_on = forms.DateField(label=_("期限"), widget=DAY)

    def __init__(self, *args, user, task, **kwargs):
        super().__init__(*args, **kwargs)
        self.task = task
        self.fields["units"].queryset = units_in_reach(user)
        self.fields["part"].initial = task.quote
        self.fields["due_on"].initial = max(task.due_on, clock.today())

    def clean_due_on(self):
        due = self.cleaned_data["due_on"]
        if due < clock.today():
            raise forms.ValidationError(_("期限不能早于今天。"))
        return due


class RoundForm(forms.Form):
    """A new round of supervision."""

    title = forms.CharField(label=_("督导名称"), max_length=100, validators=[refuse_hidden_characters])


class FindingForm(forms.Form):
    """What a round found at a unit."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("责任单位"))
    words = words_field(_("发现的问题"))
    due_on = forms.DateField(label=_("整改期限"), widget=DAY)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_in_reach(user)
