"""Forms of livelihood projects, pilots and methods."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.places.models import Place
from linli.plans import rules
from linli.plans.models import Adoption, Indicator, LivelihoodProject, MethodCard, Pilot

from .tasks import DAY

LINES = forms.Textarea(attrs={"rows": 4})


class PlacesField(forms.ModelChoiceField):
    def label_from_instance(self, place):
        return place.name


def places_of(user):
    """The divisions a user's posts let him give work to."""
    found = Place.objects.divisions().filter(user.scope(rules.ASSIGN), valid_to=None)
    return found.order_by("path")


class WorkForm(forms.ModelForm):
    """Something of a place in one's reach, with an indicator of a plan that runs."""

    place = PlacesField(Place.objects.none(), label=_("区划"))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places_of(user)
        if "indicator" in self.fields:
            running = {"plan__retired_on": None, "plan__valid_to__gte": clock.today(), "retired_on": None}
            self.fields["indicator"].queryset = Indicator.objects.filter(**running).order_by("plan", "order")

    def clean(self):
        """What the database asks besides is said by the verb."""
        self._validate_constraints = False
        return self.cleaned_data


class ProjectForm(WorkForm):
    """A project of the yearly list."""

    class Meta:
        model = LivelihoodProject
        fields = ["place", "year", "number", "title", "promise", "goal", "unit", "indicator", "due_on"]
        widgets = {"due_on": DAY, "promise": LINES}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = clock.today().year


class ProjectProgressForm(forms.ModelForm):
    """How far a project is."""

    class Meta:
        model = LivelihoodProject
        fields = ["done", "told"]
        widgets = {"told": LINES}


class PilotForm(WorkForm):
    """A pilot to be begun."""

    class Meta:
        model = Pilot
        fields = ["place", "title", "hypothesis", "measures", "indicator", "begins_on", "ends_on"]
        widgets = {"begins_on": DAY, "ends_on": DAY, "hypothesis": LINES, "measures": LINES}

    def clean(self):
        told = super().clean()
        if told.get("begins_on") and told.get("ends_on") and told["ends_on"] <= told["begins_on"]:
            self.add_error("ends_on", _("要晚于开始的日子。"))
        return told


class PilotResultForm(forms.Form):
    """What came of a pilot."""

    result = forms.ChoiceField(label=_("结果"), choices=Pilot.Result.choices[1:])
    findings = forms.CharField(label=_("评估结论"), max_length=2000, widget=LINES)


class MethodForm(forms.ModelForm):
    """A method as a card."""

    class Meta:
        model = MethodCard
        fields = ["title", "problem", "steps", "needs"]
        widgets = {"problem": LINES, "steps": LINES, "needs": LINES}


class AdoptionForm(WorkForm):
    """A place that took a method over."""

    class Meta:
        model = Adoption
        fields = ["place", "note"]
