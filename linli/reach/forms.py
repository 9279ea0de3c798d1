"""Shapes of input of the pages about the life circle."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.facilities.models import Facility, Kind
from linli.people.models import Residence
from linli.places.models import Place
from linli_compute.hours import Moment

from .catalogue import sited_in
from .models import Entry, Report, Run
from .models.studies import WEEKDAYS
from .queries.gaps import GROUP_WORDS
from .queries.near import LEVELS, Start, places_called, start_at, start_in, start_of

LONGEST = 200
CODE_12 = 24


class NearForm(forms.Form):
    """Where somebody is and what is looked for; a position comes by POST and is kept nowhere."""

    community = forms.SlugField(required=False, max_length=CODE_12)
    place = forms.SlugField(required=False, max_length=40)
    address = forms.CharField(required=False, max_length=80)
    at_lon = forms.FloatField(required=False, min_value=73, max_value=136)
    at_lat = forms.FloatField(required=False, min_value=3, max_value=54)
    function = forms.SlugField(required=False, max_length=40)
    open_now = forms.BooleanField(required=False)
    step_free = forms.BooleanField(required=False)

    def called(self) -> list[Place]:
        """The places an address may mean."""
        words = self.cleaned_data.get("address", "").strip()
        return places_called(words) if words else []

    def wishes(self) -> dict:
        """What is looked for, as `outlets_near` takes it."""
        told = self.cleaned_data
        return {
            "function": told.get("function") or "",
            "open_now": bool(told.get("open_now")),
            "step_free": bool(told.get("step_free")),
        }

    def start(self, user) -> Start | None:
        """The position, else the address, else the place asked for, else the verified home of who is signed in."""
        told = self.cleaned_data
        if told.get("at_lon") is not None and told.get("at_lat") is not None:
            return start_at(told["at_lon"], told["at_lat"])
        if told.get("address"):
            called = self.called()
            return start_of(called[0]) if len(called) == 1 else None
        if told.get("place"):
            known = Place.objects.current().filter(code=told["place"], level__in=LEVELS).first()
            return known and start_of(known)
        place = _community(told.get("community") or "") or own_community(user)
        return None if place is None else start_in(place)


def _community(code: str) -> Place | None:
    return Place.objects.current().communities().filter(code=code).first() if code else None


def own_community(user) -> Place | None:
    if not user.is_authenticated or user.person_id is None:
        return None
    own = Residence.objects.filter(person=user.person_id, verified_at__isnull=False).select_related(
        "community"
    )
    found = own.order_by("-verified_at").first()
    return found and found.community


class ReportForm(forms.Form):
    """What is wrong with an outlet, or what is missing in a community."""

    kind = forms.ChoiceField(label=_("哪里不对"), widget=forms.RadioSelect)
    said = forms.CharField(
        label=_("说明"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不用写姓名和电话。比如：搬到了马路对面。"),
    )  # fmt: skip

    def __init__(self, *args, facility: Facility | None, **kwargs):
        super().__init__(*args, **kwargs)
        missing = Report.Kind.MISSING
        if facility is None:
            self.fields["kind"].choices = [(missing.value, missing.label)]
            self.fields["kind"].initial = missing.value
            self.fields["said"].required = True
            self.fields["said"].label = _("什么地方、什么服务")
        else:
            self.fields["kind"].choices = [pair for pair in Report.Kind.choices if pair[0] != missing]


class AnswerForm(forms.Form):
    report = forms.ModelChoiceField(Report.objects.none())
    was_right = forms.TypedChoiceField(
        choices=[("1", _("属实")), ("0", _("不属实"))], coerce=lambda value: value == "1"
    )
    answer = forms.CharField(required=False, max_length=LONGEST)

    def __init__(self, data, *, reports):
        super().__init__(data)
        self.fields["report"].queryset = reports


class EntryForm(forms.Form):
    """An outlet that asks to be listed."""

    name = forms.CharField(label=_("网点名称"), max_length=120)
    kind = forms.ModelChoiceField(Kind.objects.none(), label=_("类别"))
    address = forms.CharField(label=_("地址"), max_length=LONGEST)
    hours = forms.CharField(
        label=_("开放时间"), max_length=LONGEST, required=False, help_text=_("例如：周一至周五 8:30-17:30")
    )
    phone = forms.CharField(
        label=_("服务电话"), max_length=40, required=False, help_text=_("会公布给居民，不要写私人号码")
    )
    agreed = forms.BooleanField(label=_("我看过准入条件和行业规范，照此执行"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = Kind.objects.filter(outlet=True).order_by("order")

    def facts(self) -> dict:
        """What `ask_entry` is asked."""
        return {name: value for name, value in self.cleaned_data.items() if name != "agreed"}


def wanted_kind(asked) -> dict:
    """The kind of outlet a gap asks for (`?function=`), chosen beforehand in the form."""
    found = Kind.objects.filter(outlet=True, functions__contains=[asked.get("function", "")[:20]])
    first = found.order_by("order").first() if asked.get("function") else None
    return {} if first is None else {"kind": first.pk}


class EntryAnswerForm(forms.Form):
    entry = forms.ModelChoiceField(Entry.objects.none())
    accepted = forms.TypedChoiceField(
        choices=[("1", _("接收")), ("0", _("不接收"))], coerce=lambda value: value == "1"
    )
    answer = forms.CharField(required=False, max_length=LONGEST)

    def __init__(self, data, *, entries):
        super().__init__(data)
        self.fields["entry"].queryset = entries


class RunForm(forms.Form):
    """A study to start."""

    place = forms.ModelChoiceField(Place.objects.none(), label=_("研究范围"), to_field_name="code")
    on = forms.DateField(
        label=_("网点截至哪一天"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("不填就是今天"),
    )  # fmt: skip
    profile = forms.ChoiceField(label=_("谁来走"), required=False)
    weekday = forms.TypedChoiceField(
        label=_("只算那时开着的网点：星期几"), required=False, coerce=int, empty_value=None,
        choices=[("", _("不限")), *enumerate(WEEKDAYS, 1)],
        help_text=_("例如周六晚上还有哪些服务可去。没有登记开放时间的网点不参与判断；这样的研究不计入规划指标。"),
    )  # fmt: skip
    hour = forms.IntegerField(label=_("几点"), required=False, min_value=0, max_value=23)

    def __init__(self, *args, places, profiles, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places
        self.fields["profile"].choices = profiles

    def clean(self):
        told = super().clean()
        if (told.get("weekday") is None) != (told.get("hour") is None) and not self.errors:
            self.add_error("hour", _("星期几和几点要一起填。"))
        return told

    def asked(self) -> dict:
        """What `start_run` is asked, once the form is in order."""
        told = self.cleaned_data
        moment = None if told["weekday"] is None else Moment(told["weekday"], told["hour"] * 60)
        return {name: told[name] for name in ("place", "on", "profile")} | {"moment": moment}


STARS = [
    (5, _("5 星：很满意")),
    (4, _("4 星：满意")),
    (3, _("3 星：一般")),
    (2, _("2 星：不满意")),
    (1, _("1 星：很不满意")),
]


class RateForm(forms.Form):
    """Five levels, none chosen beforehand."""

    stars = forms.TypedChoiceField(label=_("您打几星"), choices=[("", _("请选择")), *STARS], coerce=int)


class CircleForm(forms.Form):
    radius_m = forms.IntegerField(label=_("半径（米）"), min_value=300, max_value=5000)
    reason = forms.CharField(label=_("理由"), max_length=LONGEST)


def spots_in(text: str) -> list[tuple[float, float]]:
    """Sites of “lon,lat;lon,lat”. ValidationError: they are none."""
    try:
        spots = [tuple(map(float, pair.split(","))) for pair in text.split(";") if pair]
    except ValueError:
        raise forms.ValidationError(_("点位写得不对，请重新在地图上点。"))
    if any(len(spot) != 2 or not (73 <= spot[0] <= 136 and 3 <= spot[1] <= 54) for spot in spots):
        raise forms.ValidationError(_("点位写得不对，请重新在地图上点。"))
    return spots


class ScenarioForm(forms.Form):
    """Sites pointed at on the map."""

    function = forms.ChoiceField(label=_("功能"))
    group = forms.ChoiceField(label=_("人群"), choices=list(GROUP_WORDS.items()))
    sites = forms.CharField(required=False, max_length=1200, widget=forms.HiddenInput)
    at_lon = forms.FloatField(required=False, min_value=73, max_value=136, widget=forms.HiddenInput)
    at_lat = forms.FloatField(required=False, min_value=3, max_value=54, widget=forms.HiddenInput)
    title = forms.CharField(label=_("方案名称"), required=False, max_length=80)

    def __init__(self, *args, run: Run, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["function"].choices = [(row["key"], row["title"]) for row in sited_in(run.parameters)]

    def clean_sites(self) -> list[tuple[float, float]]:
        return spots_in(self.cleaned_data["sites"])

    @property
    def spots(self) -> list[tuple[float, float]]:
        """The sites so far and the one just pointed at."""
        told = self.cleaned_data
        here = (told.get("at_lon"), told.get("at_lat"))
        return [*told.get("sites", []), *([here] if None not in here else [])]
