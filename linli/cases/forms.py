"""Forms of steps. Each knows the case and who fills it in, and carries the version that was read."""

from django import forms
from django.apps import apps
from django.utils.translation import gettext_lazy as _

from linli.files.actions import FileRefused, store
from linli.kernel import clock
from linli.kernel.personal import Sensitivity
from linli.kernel.text import refuse_hidden_characters
from linli.people.models import Unit, User

from .actors import account_of
from .models import Rating

LONGEST_NOTE = 2000


def draft_name(workflow, step) -> str:
    """The name under which a browser may keep what is typed for a step.

    Empty, so that nothing is kept on the device, where the app of this kind of case holds any class 3 (D1),
    or where no app says what it holds.
    """
    config = apps.get_containing_app_config(workflow.states.__module__)
    if config is None:
        return ""
    held = (said for model in config.get_models() for said in getattr(model, "personal", {}).values())
    return "" if any(said.sensitivity == Sensitivity.SENSITIVE for said in held) else step.name


def few_words(label, longest: int) -> forms.CharField:
    """A field for a remark nobody has to make."""
    return forms.CharField(
        label=label, max_length=longest, required=False, validators=[refuse_hidden_characters]
    )


def words(label, *, longest: int) -> forms.CharField:
    """A field for a reason that must be given."""
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=label, max_length=longest, widget=area, validators=[refuse_hidden_characters]
    )


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files in one field; the cleaned value is a list of uploads."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        return [super(ManyFilesField, self).clean(one, initial) for one in data or []]


class StepForm(forms.Form):
    """The form of a step that asks for nothing but, perhaps, a word about it."""

    purpose = ""  # what its files are stored for

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    note = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[refuse_hidden_characters],
    )

    def __init__(self, *args, case, by, **kwargs):
        self.case, self.by = case, by
        kwargs.setdefault("initial", {}).setdefault("version", case.version)
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "note"])  # the words come last

    def store_files(self) -> bool:
        """Keep the files that came with a valid form, before any case is locked; False when one was refused."""
        for name, field in self.fields.items():
            if not isinstance(field, ManyFilesField):
                continue
            try:
                uploads = self.cleaned_data[name]
                self.cleaned_data[name] = [
                    store(upload, by=account_of(self.by), purpose=self.purpose) for upload in uploads
                ]
            except FileRefused as refused:
                self.add_error(name, refused)
                return False
        return True


class ReasonForm(StepForm):
    """A step that may not be taken without saying why."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True
        self.fields["note"].label = _("理由")


class ExclusionForm(StepForm):
    """Why a case should not count in the figures."""

    reason = words(_("剔除考核的理由"), longest=500)


class AssignForm(StepForm):
    """A person of the responsible unit takes the case."""

    assignee = forms.ModelChoiceField(User.objects.none(), label=_("经办人"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = workers_of(self.case)


class DispatchForm(StepForm):
    """Another unit becomes responsible."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("承办单位"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_around(self.case.place)


class RateForm(StepForm):
    """Five levels, none chosen beforehand."""

    stars = forms.TypedChoiceField(
        label=_("您对这次办理满意吗？"),
        choices=Rating.Stars.choices,
        coerce=int,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("还想说的话"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[refuse_hidden_characters],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["note"]


def workers_of(case):
    """Accounts whose post in the responsible unit lets them hear of such cases."""
    return User.objects.filter(
        is_active=True,
        person__posts__unit=case.unit_id,
        person__posts__during__contains=clock.today(),
        person__posts__role__permissions__contains=[f"{case.kind}.hear"],
    ).distinct()


def units_around(place):
    """Units that serve the place: seated at it, within its county, or above it."""
    county = "/".join(place.ancestor_codes[:3])
    return (
        Unit.objects.filter(closed_on=None, place__path__startswith=county)
        | Unit.objects.filter(closed_on=None, place__code__in=place.ancestor_codes)
    ).order_by("kind", "name")
