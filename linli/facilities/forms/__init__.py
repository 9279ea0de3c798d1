"""Forms about facilities: the shape of input; what each does stands in actions."""

from decimal import Decimal

import numpy as np
from django import forms
from django.utils.translation import gettext_lazy as _

from linli.files.actions import store as store
from linli.kernel import clock as clock
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place as Place
from linli.registers.picking import PlaceField
from linli_compute.geometry import points

from ..actions import furnishing, keeping, living
from ..hours import WrongHours, parse_hours
from ..hours import write_hours as write_hours
from ..models import (
    Facility,
    Function,
    Kind,
    Level,
    Mark,
    Origin,
    RoomUse,
    Tenure,
)
from ..models import (
    OpenDay as OpenDay,
)
from ..models import (
    Photo as Photo,
)
from ..models.facilities import Condition
from ..rules import APPROVE as APPROVE
from ..rules import EDIT
from ..rules import LOG as LOG
from ..states import STEPS as STEPS
from ..states import State

HOURS_HELP = _("例如：周一至周五 8:30-12:00、14:00-17:30；周六 9:00-12:00；全天写“每天 24小时”。")


def day_field(label, **options):
    # The browser reads a day in this one style, whatever the language of the page.
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


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

    place = PlaceField(EDIT, levels=keeping.PLACE_LEVELS, label=_("所在社区"))
    state = forms.ChoiceField(
        label=_("状态"), choices=[(s.value, s.label) for s in keeping.ANYTIME], initial=State.OPEN
    )
    hours = forms.CharField(label=_("开放时间"), max_length=300, required=False, help_text=HOURS_HELP)
    field_order = ("name", "kind", "place", "state", "address", "phone", "opened_on", "hours", "area_m2")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].of(user)

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
