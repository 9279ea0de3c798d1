"""Forms of the three lists."""

from django import forms
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.cases.forms import LONGEST_NOTE, StepForm, units_around
from linli.kernel.text import refuse_hidden_characters
from linli.people.models import Unit
from linli.places.models import Place

from .models import NeedKinds, Project, Resource
from .rules import LIST

DAY = forms.DateInput(attrs={"type": "date"})


def serving(model, place):
    """Resources or projects of the place and of what lies around it up to its county."""
    codes = place.ancestor_codes
    county = "/".join(codes[:3])
    return model.objects.filter(Q(place__code__in=codes) | Q(place__path__startswith=f"{county}/"))


class MatchForm(StepForm):
    resource = forms.ModelChoiceField(Resource.objects.none(), label=_("用哪项资源"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        free = serving(Resource, self.case.place).filter(ended_on=None, taken__lt=F("capacity"))
        same_first = sorted(free.select_related("place"), key=lambda one: one.kind != self.case.need.kind)
        field = self.fields["resource"]
        field.queryset = free
        field.choices = [
            ("", "---------"),
            *((one.pk, f"{one.title}（{one.place.name}）") for one in same_first),
        ]


class ProjectStepForm(StepForm):
    project = forms.ModelChoiceField(Project.objects.none(), label=_("列入哪个项目"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = serving(Project, self.case.place).filter(
            state__in=["planned", "running"]
        )


class KindForm(StepForm):
    kind = forms.ChoiceField(label=_("分类"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds_at(self.case.place)


def kinds_at(place) -> list[tuple[str, str]]:
    return [(line.code, line.name) for line in NeedKinds.at(place).rules.kinds]


class _OwnPlace(forms.Form):
    """A form about a place where the user keeps the lists."""

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        posts = [grant.place for grant in by.grants if LIST in grant.permissions]
        own = Place.objects.current().divisions().filter(by.scope(LIST)).order_by("path")
        self.fields["place"].queryset = own
        self.fields["place"].initial = posts[0].pk
        self.fields["kind"].choices = kinds_at(posts[0])
        if "unit" in self.fields:
            self.fields["unit"].queryset = units_around(posts[0])


class NeedForm(_OwnPlace):
    place = forms.ModelChoiceField(Place.objects.none(), label=_("哪个社区"))
    kind = forms.ChoiceField(label=_("分类"))
    text = forms.CharField(
        label=_("需要什么"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea,
        validators=[refuse_hidden_characters],
    )


class ResourceForm(_OwnPlace, forms.ModelForm):
    kind = forms.ChoiceField(label=_("分类"))
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("提供单位"))

    class Meta:
        model = Resource
        fields = ["title", "kind", "place", "unit", "about", "capacity"]


class ProjectForm(_OwnPlace, forms.ModelForm):
    kind = forms.ChoiceField(label=_("分类"))
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("责任单位"))

    class Meta:
        model = Project
        fields = ["title", "kind", "place", "unit", "about", "state", "due_on"]
        widgets = {"due_on": DAY}
