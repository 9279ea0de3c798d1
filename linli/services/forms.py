"""Forms of surveys: a new one, an answer, how many were asked, what was done about the result."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place

from .models import SCALE, Answer, Provider, Survey
from .rules import SURVEY

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOST_QUESTIONS = 12  # more than that nobody answers to the end
LONGEST = 120


class PlaceField(forms.ModelChoiceField):
    def label_from_instance(self, place):
        return place.name


class SurveyForm(forms.ModelForm):
    """A new survey; the first question asks for satisfaction as a whole."""

    place = PlaceField(Place.objects.none(), label=_("调查范围"))
    questions = forms.CharField(
        label=_("问题，一行一个"), widget=forms.Textarea(attrs={"rows": 6}), validators=[refuse_hidden_characters],
        help_text=_("第一个问题问总体是否满意；都用“很满意”到“很不满意”五档回答。可以把居民登记的需求写成问题，问办到了没有。"),
    )  # fmt: skip

    class Meta:
        model = Survey
        fields = ["place", "provider", "title", "way", "questions", "least_valid", "opens_on", "closes_on"]
        widgets = {"opens_on": DAY, "closes_on": DAY}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        found = Place.objects.divisions().filter(user.scope(SURVEY), valid_to=None)
        self.fields["place"].queryset = found.order_by("path")
        self.fields["provider"].queryset = (
            Provider.objects.standing().filter(place__in=found).order_by("name")
        )
        self.fields["provider"].empty_label = str(_("不限机构，问社区服务"))
        self.fields["opens_on"].initial = clock.today()
        self.fields["questions"].initial = str(_("总的来说，您对社区服务满意吗？"))

    def clean_questions(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["questions"].splitlines() if line.strip()]
        if not 1 <= len(lines) <= MOST_QUESTIONS or max(map(len, lines)) > LONGEST:
            raise forms.ValidationError(
                _("写 1 至 %(n)d 个问题，每个不超过 %(long)d 字。") % {"n": MOST_QUESTIONS, "long": LONGEST}
            )
        return lines

    def clean(self):
        """What the database asks besides is said by the verb."""
        self._validate_constraints = False
        return self.cleaned_data


class AnswerForm(forms.Form):
    """One sheet: the community, then a mark for each question."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)  # of the form: sent twice, kept once
    place = PlaceField(Place.objects.none(), label=_("您住在哪个社区"))

    def __init__(self, *args, survey: Survey, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.survey = survey
        self.fields["key"].initial = uuid4
        self.fields["place"].queryset = places
        for nr, text in enumerate(survey.questions):
            self.fields[f"q{nr}"] = forms.TypedChoiceField(
                label=text, choices=SCALE, coerce=int, empty_value=None, required=nr == 0,
                widget=forms.RadioSelect,
            )  # fmt: skip

    def told(self) -> dict:
        """What the verbs ask."""
        marks = [self.cleaned_data[f"q{nr}"] for nr in range(len(self.survey.questions))]
        return {"place": self.cleaned_data["place"], "marks": marks, "key": self.cleaned_data["key"]}


class EnteredForm(AnswerForm):
    """A sheet that came by phone or on paper."""

    channel = forms.ChoiceField(label=_("渠道"), choices=Answer.Channel.choices[1:])

    def told(self) -> dict:
        return {**super().told(), "channel": self.cleaned_data["channel"]}


class SampleForm(forms.Form):
    """How many of a community were asked."""

    place = PlaceField(Place.objects.none(), label=_("社区"))
    asked = forms.IntegerField(label=_("发出多少份"), min_value=1, max_value=1_000_000)

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places


class DrawForm(forms.Form):
    """How many households of which community are drawn by lot."""

    place = PlaceField(Place.objects.none(), label=_("社区"))
    number = forms.IntegerField(
        label=_("抽多少户"), min_value=1, max_value=100_000,
        help_text=_("从登记的住户里随机抽取，一个社区只抽一次；抽中几户就记作发出几份。"),
    )  # fmt: skip

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places


class PublishForm(forms.Form):
    """The result goes out with what was done about it."""

    improved = forms.CharField(
        label=_("根据结果改了什么、准备改什么"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        validators=[refuse_hidden_characters],
    )  # fmt: skip
