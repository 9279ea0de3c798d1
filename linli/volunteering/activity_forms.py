"""Forms of whoever organises: an activity, its shifts, teams and stations."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Case
from linli.facilities.models import Facility
from linli.people.models import Unit
from linli.places.models import Place

from .forms import WHEN, KeyedForm, words
from .models import Team, Volunteer


def the_only(places):
    """The place where there is one to choose; nobody picks from a list of one."""
    found = list(places[:2])
    return found[0] if len(found) == 1 else None


class ActivityForm(KeyedForm):
    """An activity with its first shift."""

    title = words(_("活动名称"), longest=80)
    service = forms.ChoiceField(label=_("服务类别"))
    description = words(_("说明"), longest=1000, rows=4)
    place = forms.ModelChoiceField(Place.objects.none(), label=_("社区"))
    address = words(_("集合地点"))
    begin = forms.DateTimeField(label=_("开始时间"), widget=WHEN)
    end = forms.DateTimeField(label=_("结束时间"), widget=WHEN)
    capacity = forms.IntegerField(label=_("招募人数"), min_value=1, max_value=1000)
    least_age = forms.IntegerField(label=_("最低年龄"), min_value=0, max_value=100, initial=0)
    elder_friendly = forms.BooleanField(label=_("适合老年志愿者"), required=False)
    team = forms.ModelChoiceField(Team.objects.none(), label=_("哪支队伍来办"), required=False)
    asked_by = forms.ModelChoiceField(Unit.objects.none(), label=_("哪个单位提出的需要"), required=False)
    case = words(_("为哪件诉求、探访而办（填编号）"), longest=30, required=False)
    teaches = forms.ChoiceField(label=_("这是一次培训，教的是"), required=False)
    requires = forms.ChoiceField(label=_("报名的人要先参加过培训"), required=False)
    risk = words(_("风险提示（填写后报名的人要先确认，并按章程投保）"), required=False, longest=300, rows=2)

    def __init__(self, *args, user, charter, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [(line.code, line.name) for line in charter.rules.services]
        skills = [("", "—"), *((line.code, line.name) for line in charter.rules.skills)]
        self.fields["teaches"].choices = self.fields["requires"].choices = skills
        own = Place.objects.current().communities().filter(user.scope("volunteering.organise"))
        self.fields["place"].queryset = own.order_by("path")
        self.fields["place"].initial = the_only(own)
        here = user.scope("volunteering.organise", "place")
        self.fields["team"].queryset = Team.objects.filter(here, disbanded_on=None).order_by("name")
        self.fields["asked_by"].queryset = Unit.objects.filter(here, closed_on=None).order_by("name")
        self.cases = Case.objects.visible_to(user)

    def clean_case(self):
        """The request or visit the activity answers; one the reader may see."""
        number = self.cleaned_data["case"].strip().upper()
        found = self.cases.filter(number=number).first() if number else None
        if number and found is None:
            raise forms.ValidationError(_("没有找到这个编号。"))
        return found


class TeamForm(forms.Form):
    """A team, or a station, of a community."""

    kind = forms.ChoiceField(
        label=_("登记什么"),
        choices=[("team", _("志愿服务队")), ("station", _("志愿服务站"))],
        widget=forms.RadioSelect,
        initial="team",
    )
    place = forms.ModelChoiceField(Place.objects.none(), label=_("社区"))
    name = words(_("名称"), longest=60)
    about = words(_("专长，或站点挂牌"), longest=60, required=False)
    hours = words(_("站点开放时间"), longest=120, required=False)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("队伍所属单位（居民自己的队伍不填）"), required=False
    )
    leader = words(_("队长的志愿者编号"), longest=30, required=False)
    facility = forms.ModelChoiceField(Facility.objects.none(), label=_("站点设在哪处设施"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(user.scope("volunteering.organise", "place"), closed_on=None)
        self.fields["unit"].queryset = units.order_by("name")
        own = Place.objects.current().communities().filter(user.scope("volunteering.organise"))
        self.fields["place"].queryset = own.order_by("path")
        self.fields["place"].initial = the_only(own)
        here = Facility.objects.filter(user.scope("volunteering.organise", "place"), archived_at=None)
        self.fields["facility"].queryset = here.exclude(state="closed").order_by("name")

    def clean_leader(self):
        """The volunteer behind the number."""
        number = self.cleaned_data["leader"].strip().upper()
        found = Volunteer.objects.active().filter(number=number).first() if number else None
        if number and found is None:
            raise forms.ValidationError(_("没有这个编号的志愿者。"))
        return found

    def clean(self):
        told = super().clean()
        if told.get("kind") == "station" and not told.get("hours"):
            self.add_error("hours", _("请填写站点开放时间。"))
        facility = told.get("facility")
        if facility is not None and facility.place_id != getattr(told.get("place"), "pk", None):
            self.add_error("facility", _("设施和站点要在同一个社区。"))
        return told


class SomebodyForm(forms.Form):
    """Who called or stands there, by the numbers people know: one, several who come together, or a team."""

    number = words(_("志愿者编号（几个人一起来，编号之间空格；整队来，填队伍编号）"), longest=600)
    risk = forms.BooleanField(label=_("已告知风险，本人知道了"), required=False)


class WidthForm(forms.Form):
    capacity = forms.IntegerField(label=_("招募人数"), min_value=1, max_value=1000)


class TimesForm(WidthForm):
    begin = forms.DateTimeField(label=_("开始时间"), widget=WHEN)
    end = forms.DateTimeField(label=_("结束时间"), widget=WHEN)


class WordingForm(forms.Form):
    """Where it is and what it says, put right."""

    address = words(_("集合地点"))
    description = words(_("说明"), longest=1000)
    seen = forms.CharField(max_length=16)


class CancelForm(forms.Form):
    why = words(_("取消的原因（会告诉报名的人）"), longest=100)
