"""Forms about facilities: the shape of input; what each does stands in actions."""

from decimal import Decimal

import numpy as np
from django import forms
from django.utils.translation import gettext_lazy as _

from linli.files.actions import store
from linli.kernel import clock
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place
from linli_compute.geometry import points

from .actions import furnishing, keeping, living
from .hours import WrongHours, parse_hours, write_hours
from .models import ChangeRequest, Facility, Function, Kind, Level, Mark, OpenDay, Origin, RoomUse, Tenure
from .models.facilities import Condition
from .rules import APPROVE, EDIT, LOG
from .states import STEPS, State

HOURS_HELP = _("例如：周一至周五 8:30-12:00、14:00-17:30；周六 9:00-12:00；全天写“每天 24小时”。")


def day_field(label, **options):
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **options)


def note_field(label, **options):
    options = {"max_length": 200, "validators": [refuse_hidden_characters], **options}
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 3}), **options)


class KindField(forms.ModelChoiceField):
    """Kinds under their groups."""

    def __init__(self, **options):
        super().__init__(Kind.objects.none(), label=_("类别"), **options)

    def fill(self, *, keep: Kind | None = None) -> None:
        kinds = Kind.objects.filter(retired_on=None) | Kind.objects.filter(pk=keep and keep.pk)
        self.queryset = kinds
        groups: dict[str, list] = {}
        for kind in kinds:
            groups.setdefault(kind.group_name, []).append((kind.pk, kind.name))
        self.choices = [("", "---------"), *groups.items()]


class FacilityForm(forms.Form):
    """Facts of a facility that its keepers know."""

    name = forms.CharField(label=_("名称"), max_length=120, validators=[refuse_hidden_characters])
    kind = KindField()
    address = forms.CharField(
        label=_("地址"), max_length=200, required=False, validators=[refuse_hidden_characters]
    )
    phone = forms.CharField(
        label=_("服务电话"), max_length=40, required=False, help_text=_("对外公开的电话，不要填私人号码。")
    )
    area_m2 = forms.DecimalField(
        label=_("建筑面积（㎡）"), required=False, min_value=Decimal("0.01"), max_digits=10,
        decimal_places=2, help_text=_("不知道就空着，不要填 0。"),
    )  # fmt: skip
    opened_on = day_field(_("启用日期"), required=False)
    tenure = forms.ChoiceField(
        label=_("用房性质"), choices=[("", _("未填")), *Tenure.choices], required=False
    )
    agreement_from = day_field(_("协议开始"), required=False)
    agreement_until = day_field(_("协议到期"), required=False)
    rent_yuan = forms.DecimalField(
        label=_("年租金（元）"), required=False, min_value=0, max_digits=12, decimal_places=2,
        help_text=_("零租金填 0；不知道就空着。"),
    )  # fmt: skip
    condition = forms.ChoiceField(
        label=_("设施状况"), choices=[("", _("未填")), *Condition.choices], required=False
    )
    capacity = forms.IntegerField(label=_("可容纳人数"), min_value=0, max_value=100_000, required=False)
    level = forms.ChoiceField(label=_("级别"), choices=Level.choices, initial=Level.COMMUNITY)
    functions = forms.MultipleChoiceField(
        label=_("与邻近单位共享的功能（一部三室三站一场）"), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("在自己房间里的功能写在房间上，这里只勾共享的。"),
    )  # fmt: skip
    marks = forms.MultipleChoiceField(label=_("标记"), required=False, widget=forms.CheckboxSelectMultiple)
    lon = forms.FloatField(label=_("经度"), required=False, min_value=73, max_value=136)
    lat = forms.FloatField(label=_("纬度"), required=False, min_value=3, max_value=54)
    point_origin = forms.ChoiceField(
        label=_("坐标系"), choices=[("", _("未填")), *Origin.choices], required=False,
        help_text=_("从高德、腾讯地图抄来的是 GCJ-02，百度地图是 BD-09；系统换算成 WGS 84 保存。"),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, facility: Facility | None = None, **kwargs):
        if facility is not None:
            kwargs.setdefault("initial", facts_of(facility))
        super().__init__(*args, **kwargs)
        self.facility = facility
        self.fields["kind"].fill(keep=facility and facility.kind)
        for name, model in (("functions", Function), ("marks", Mark)):
            self.fields[name].choices = list(
                model.objects.filter(retired_on=None).values_list("code", "name")
            )

    def clean(self):
        """Turn a point that was typed anew to WGS 84; one that was left alone keeps its origin."""
        told = super().clean()
        lon, lat = told.get("lon"), told.get("lat")
        if lon is None or lat is None:
            told["point_origin"] = ""
        elif self.facility is None or (lon, lat) != (self.facility.lon, self.facility.lat):
            told["point_origin"] = told.get("point_origin") or Origin.WGS84
            if told["point_origin"] != Origin.WGS84:
                there = points(np.array([lon]), np.array([lat]), datum=told["point_origin"])
                told["lon"], told["lat"] = round(float(there.lon[0]), 7), round(float(there.lat[0]), 7)
        else:
            told["point_origin"] = self.facility.point_origin
        return told

    @property
    def facts(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name in keeping.EDITED}


def facts_of(facility: Facility) -> dict:
    return {name: getattr(facility, name) for name in keeping.EDITED} | {"version": facility.version}


class NewFacilityForm(FacilityForm):
    """A facility to be entered, in one of the user's communities."""

    place = forms.ModelChoiceField(Place.objects.none(), label=_("所在社区"))
    state = forms.ChoiceField(
        label=_("状态"), choices=[(s.value, s.label) for s in keeping.ANYTIME], initial=State.OPEN
    )
    hours = forms.CharField(label=_("开放时间"), max_length=300, required=False, help_text=HOURS_HELP)
    field_order = ("name", "kind", "place", "state", "address", "phone", "opened_on", "hours", "area_m2")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        places = Place.objects.current().filter(user.scope(EDIT), level__in=keeping.PLACE_LEVELS)
        self.fields["place"].queryset = places
        if places.count() == 1:
            self.fields["place"].initial = places.get()

    def clean_hours(self):
        return read_hours(self.cleaned_data["hours"])

    def register(self, *, by) -> Facility:
        told = self.cleaned_data
        facility = keeping.register_facility(by=by, place=told["place"], state=told["state"], **self.facts)
        if told["hours"]:
            facility = living.set_hours(facility, by=by, periods=told["hours"])
        return facility


def read_hours(text: str) -> list:
    try:
        return parse_hours(text)
    except WrongHours as wrong:
        raise forms.ValidationError(str(wrong)) from None


class RoomForm(forms.Form):
    """One room of the table of rooms; a line without a name is no room."""

    name = forms.CharField(
        label=_("房间"), max_length=60, required=False, validators=[refuse_hidden_characters]
    )
    use = forms.ChoiceField(label=_("用途"), required=False)
    function = forms.ChoiceField(label=_("功能"), required=False)
    area_m2 = forms.DecimalField(
        label=_("面积（㎡）"), min_value=Decimal("0.01"), max_digits=8, decimal_places=2, required=False
    )
    shared = forms.BooleanField(label=_("一室多用"), required=False)

    def __init__(self, *args, uses, functions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["use"].choices = [("", ""), *uses]
        self.fields["function"].choices = [("", ""), *functions]

    def clean(self):
        told = super().clean()
        if told.get("name"):
            for name, why in (("use", _("请选择用途。")), ("area_m2", _("请填面积。"))):
                if not told.get(name) and name not in self.errors:
                    self.add_error(name, why)
        return told


class Rooms(forms.BaseFormSet):
    """The table of rooms of a facility."""

    @property
    def lines(self) -> list[furnishing.RoomLine]:
        told = [form.cleaned_data for form in self.forms if form.cleaned_data.get("name")]
        return [furnishing.RoomLine(**line) for line in told]


ROOMS = forms.formset_factory(RoomForm, formset=Rooms, extra=4, max_num=200, validate_max=True)


def rooms_formset(facility: Facility, data=None) -> Rooms:
    """The rooms as they stand with a few empty lines, or as they were sent."""
    catalogue = {
        "uses": list(RoomUse.objects.filter(retired_on=None).values_list("code", "name")),
        "functions": list(Function.objects.filter(retired_on=None).values_list("code", "name")),
    }
    standing = [
        {
            "name": room.name,
            "use": room.use.code,
            "function": room.function.code if room.function else "",
            "area_m2": room.area_m2,
            "shared": room.shared,
        }
        for room in facility.rooms.select_related("use", "function")
    ]
    return ROOMS(data, initial=standing, form_kwargs=catalogue)


class ActForm(forms.Form):
    """What is done to a facility; `permission` says who sees the act offered."""

    permission = EDIT

    def __init__(self, facility: Facility, *args, **kwargs):
        self.facility = facility
        super().__init__(*args, **kwargs)


class StepForm(ActForm):
    """A step of the table: the day, and why where the table asks."""

    on = day_field(_("从哪天起"))
    note = note_field(_("说明"), required=False)

    def __init__(self, facility, *args, step: str, **kwargs):
        super().__init__(facility, *args, **kwargs)
        self.step = STEPS[step]
        self.fields["on"].initial = clock.today()
        if self.step.asks_why:
            self.fields["note"].required = True
            self.fields["note"].label = _("原因（居民会看到）")

    def act(self, *, by):
        return living.take_step(self.facility, self.step.name, by=by, **self.cleaned_data)


class HoursForm(ActForm):
    hours = forms.CharField(label=_("每周开放时间"), max_length=300, required=False, help_text=HOURS_HELP)

    def __init__(self, facility, *args, **kwargs):
        super().__init__(facility, *args, **kwargs)
        periods = facility.periods.values_list("weekday", "opens_min", "closes_min")
        self.fields["hours"].initial = write_hours(periods)

    def clean_hours(self):
        return read_hours(self.cleaned_data["hours"])

    def act(self, *, by):
        return living.set_hours(self.facility, by=by, periods=self.cleaned_data["hours"])


class ClosureForm(ActForm):
    permission = LOG
    first = day_field(_("从"))
    last = day_field(_("到（含这天）"))
    reason = note_field(_("原因（居民会看到）"))

    def act(self, *, by):
        return living.announce_closure(self.facility, by=by, **self.cleaned_data)


class LogForm(ActForm):
    permission = LOG
    day = day_field(_("哪一天"))
    hours = forms.DecimalField(
        label=_("实际开放几小时"), min_value=0, max_value=24, decimal_places=2, help_text=_("没开填 0。")
    )
    source = forms.ChoiceField(label=_("怎么知道的"), choices=OpenDay.Source.choices)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = clock.today()

    def act(self, *, by):
        told = self.cleaned_data
        minutes = int(told["hours"] * 60)
        return living.log_day(self.facility, by=by, day=told["day"], minutes=minutes, source=told["source"])


class SurveyForm(ActForm):
    step_free = forms.TypedChoiceField(
        label=_("轮椅、婴儿车能不能不抬就进去"), choices=[("yes", _("能")), ("no", _("不能"))],
        coerce=lambda said: said == "yes", widget=forms.RadioSelect,
    )  # fmt: skip
    on = day_field(_("哪天看的"))
    access_note = note_field(_("说明"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today()

    def act(self, *, by):
        return keeping.survey_access(self.facility, by=by, **self.cleaned_data)


class PhotoForm(ActForm):
    permission = LOG
    photo = forms.FileField(label=_("照片"), widget=forms.ClearableFileInput(attrs={"accept": "image/*"}))
    caption = forms.CharField(
        label=_("说明"), max_length=60, required=False, validators=[refuse_hidden_characters]
    )

    def act(self, *, by):
        file = store(self.cleaned_data["photo"], by=by, purpose=furnishing.PHOTO)
        return furnishing.add_photo(self.facility, by=by, file=file, caption=self.cleaned_data["caption"])


class ServicesForm(ActForm):
    places = forms.CharField(
        label=_("还服务哪些社区（代码，一行一个）"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, facility, *args, **kwargs):
        super().__init__(facility, *args, **kwargs)
        self.fields["places"].initial = "\n".join(facility.services.values_list("place__code", flat=True))

    def clean_places(self):
        codes = self.cleaned_data["places"].split()
        found = {place.code: place for place in Place.objects.current().communities().filter(code__in=codes)}
        if missing := [code for code in codes if code not in found]:
            raise forms.ValidationError(_("没有这个社区：%s") % missing[0])
        return list(found.values())

    def act(self, *, by):
        return furnishing.set_services(self.facility, by=by, **self.cleaned_data)


class MergeForm(ActForm):
    permission = APPROVE
    duplicate = forms.CharField(label=_("重复记录的设施编号"), max_length=40)
    note = note_field(_("为什么是同一处设施"))

    def clean_duplicate(self):
        code = self.cleaned_data["duplicate"].strip()
        found = Facility.objects.standing().filter(code=code).exclude(pk=self.facility.pk).first()
        if found is None:
            raise forms.ValidationError(_("没有编号为 %s 的另一处设施。") % code)
        return found

    def act(self, *, by):
        return keeping.merge_facilities(self.facility, by=by, **self.cleaned_data)


class ArchiveForm(ActForm):
    permission = APPROVE
    note = note_field(_("归档原因"))

    def act(self, *, by):
        return keeping.archive_facility(self.facility, by=by, **self.cleaned_data)


ACTS = {
    "hours": (_("开放时间"), HoursForm),
    "log": (_("登记今天开放"), LogForm),
    "closure": (_("预告闭馆"), ClosureForm),
    "survey": (_("无障碍查看"), SurveyForm),
    "photo": (_("添加照片"), PhotoForm),
    "services": (_("服务范围"), ServicesForm),
    "merge": (_("合并重复记录"), MergeForm),
    "archive": (_("归档"), ArchiveForm),
}


class WrongForm(forms.Form):
    """What a resident says is wrong."""

    field = forms.ChoiceField(
        label=_("哪里不对"), choices=ChangeRequest.Field.choices, widget=forms.RadioSelect
    )
    proposed = note_field(_("应当是怎样"))


class AnswerForm(forms.Form):
    accepted = forms.TypedChoiceField(
        label=_("核实结果"), choices=[("yes", _("属实，采纳")), ("no", _("不采纳"))],
        coerce=lambda said: said == "yes", widget=forms.RadioSelect,
    )  # fmt: skip
    answer = note_field(_("答复"), required=False)
