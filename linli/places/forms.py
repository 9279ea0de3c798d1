"""Forms about places: the shape of input; what it does stands in actions."""

import json
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock

from . import actions, profile, queries
from .levels import Level
from .models import Committee, Place, PopulationFigure, ServiceState, UrbanRural


class PlaceForm(forms.Form):
    """Facts of a place that staff keep up to date."""

    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    urban_rural = forms.ChoiceField(
        label=_("城乡分类"), choices=[("", _("未定")), *UrbanRural.choices], required=False
    )
    committee = forms.ChoiceField(label=_("自治组织"), choices=Committee.choices, required=False)
    tags = forms.MultipleChoiceField(
        label=_("类型和标签"), required=False, widget=forms.CheckboxSelectMultiple
    )
    grid = forms.ModelChoiceField(
        label=_("所属网格"), queryset=Place.objects.none(), required=False, empty_label=_("未定")
    )
    lon = forms.FloatField(label=_("中心点经度"), required=False, min_value=73, max_value=136)
    lat = forms.FloatField(label=_("中心点纬度"), required=False, min_value=3, max_value=54)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, place: Place, *args, **kwargs):
        names = ("address", "urban_rural", "committee", "tags", "grid", "lon", "lat", "version")
        kwargs.setdefault("initial", {name: getattr(place, name) for name in names})
        super().__init__(*args, **kwargs)
        rules = profile.rules_of(place)
        known = [tag.name for tag in rules.tags] if rules is not None else []
        self.fields["tags"].choices = [(name, name) for name in dict.fromkeys([*known, *place.tags])]
        if place.level == Level.BUILDING:
            self.fields["grid"].queryset = queries.grids_beside(place)
        else:
            del self.fields["grid"]

    def clean(self):
        cleaned = super().clean()
        if (cleaned.get("lon") is None) != (cleaned.get("lat") is None):
            self.add_error("lat", _("经度和纬度要一起填写。"))
        return cleaned


class AddForm(forms.Form):
    """A new place below another."""

    level = forms.ChoiceField(label=_("级别"))
    code = forms.CharField(label=_("代码"), max_length=24)
    name = forms.CharField(label=_("名称"), max_length=100)
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    on = forms.DateField(label=_("启用日期"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, parent: Place, levels: list[Level], *args, **kwargs):
        self.parent = parent
        codes = {level: queries.next_code(parent, level) for level in levels}
        kwargs.setdefault("initial", {"code": codes[levels[0]], "on": clock.today()})
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [(level.value, level.label) for level in levels]
        hints = "；".join(f"{level.label} {code}" for level, code in codes.items())
        self.fields["code"].help_text = _("下一个可用的代码：%s") % hints

    def add(self, *, by) -> Place:
        return actions.add_place(by=by, parent=self.parent, **self.cleaned_data)


class FigureForm(forms.Form):
    """People and households of a year by one definition."""

    year = forms.IntegerField(label=_("年份"), min_value=1949, max_value=2100)
    definition = forms.ChoiceField(label=_("口径"), choices=PopulationFigure.Definition.choices)
    people = forms.IntegerField(label=_("人口"), min_value=0, max_value=2_000_000_000)
    households = forms.IntegerField(label=_("户数"), min_value=0, max_value=2_000_000_000, required=False)
    aged_60 = forms.IntegerField(label=_("60 岁及以上"), min_value=0, max_value=2_000_000_000, required=False)
    aged_80 = forms.IntegerField(label=_("80 岁及以上"), min_value=0, max_value=2_000_000_000, required=False)
    source = forms.CharField(label=_("来源"), max_length=200, help_text=_("例如：2025 年末户籍统计"))

    def clean(self):
        said = super().clean()
        parts = [said.get(name) for name in ("people", "aged_60", "aged_80")]
        for whole, part, name in zip(parts, parts[1:], ("aged_60", "aged_80"), strict=False):
            if whole is not None and part is not None and part > whole:
                self.add_error(name, _("不能比前面的数大。"))
        return said


class BoundaryForm(forms.Form):
    """The outline of a place as a file."""

    MOST_BYTES = 5_000_000

    file = forms.FileField(label=_("边界文件"), help_text=_("GeoJSON，一个面，WGS 84 坐标，不超过 5 MB。"))
    source = forms.CharField(label=_("来源"), max_length=200)
    as_of = forms.DateField(label=_("截至"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > self.MOST_BYTES:
            raise forms.ValidationError(_("文件太大。"))
        try:
            return json.loads(file.read())
        except (ValueError, RecursionError):
            raise forms.ValidationError(_("不是 JSON 文件。")) from None


class ServicesForm(forms.Form):
    """Each service that a place must have: is it there?"""

    def __init__(self, services: list[profile.Service], *args, **kwargs):
        self.services = services
        super().__init__(*args, **kwargs)
        choices = [("", _("还不清楚")), *ServiceState.State.choices]
        for one in services:
            known = one.state
            self.fields[one.line.code] = forms.ChoiceField(
                label=one.line.name, choices=choices, required=False, initial=known.state if known else ""
            )
            self.fields[f"{one.line.code}-note"] = forms.CharField(
                label=_("%s：说明") % one.line.name,
                max_length=200,
                required=False,
                initial=known.note if known else "",
            )

    @property
    def states(self) -> dict[str, tuple[str, str]]:
        codes = [one.line.code for one in self.services]
        said = self.cleaned_data
        return {code: (said[code], said[f"{code}-note"]) for code in codes if said[code]}


class DayForm(forms.Form):
    """Which day the tree is asked for."""

    on = forms.DateField(label=_("日期"), widget=forms.DateInput(attrs={"type": "date"}))


class TreeForm(DayForm):
    """Which area's tree, by the code it had on that day."""

    under = forms.RegexField(
        r"^[0-9]{12}[0-9A-Z]{0,12}$",
        label=_("上级区划代码"),
        required=False,
        help_text=_("当时的代码；不填就从最上级看起，再点进去。"),
        error_messages={"invalid": _("区划代码为 12 位数字，小区、网格后面还有字母和数字。")},
    )


class ActForm(forms.Form):
    """What every act of reorganisation asks."""

    on = forms.DateField(label=_("生效日期"), widget=forms.DateInput(attrs={"type": "date"}))
    version = forms.IntegerField(
        widget=forms.HiddenInput
    )  # what stood there when the effects were shown (L6)
    is_stale = False

    def __init__(self, place: Place, *args, **kwargs):
        self.place = place
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today()
        self.fields["version"].initial = place.version

    def clean(self):
        """The act's own words alone; after a conflict the form carries the new version: sending again decides."""
        said = super().clean()
        version = said.pop("version", None)
        if version is not None and version != self.place.version:
            self.is_stale, self.data = True, self.data.copy()
            self.data["version"] = self.place.version
            raise forms.ValidationError(_("打开这一页之后，这个区划已被改动。请看过现在的内容再决定。"))
        return said

    def _place_with_code(self, code: str) -> Place:
        found = Place.objects.current().filter(code=code.strip()).first()
        if found is None:
            raise forms.ValidationError(_("没有代码为 %(code)s 的区划。") % {"code": code})
        return found


class RenameForm(ActForm):
    name = forms.CharField(label=_("新名称"), max_length=100)

    def act(self, *, by) -> Place:
        return actions.rename(self.place, by=by, **self.cleaned_data)


class MoveForm(ActForm):
    parent = forms.CharField(label=_("新上级的代码"), max_length=24)

    def clean_parent(self):
        return self._place_with_code(self.cleaned_data["parent"])

    def act(self, *, by) -> Place:
        return actions.move(self.place, by=by, **self.cleaned_data)


class RecodeForm(ActForm):
    code = forms.CharField(label=_("新代码"), max_length=24)

    def act(self, *, by) -> Place:
        return actions.recode(self.place, by=by, **self.cleaned_data)


class MergeForm(ActForm):
    into = forms.CharField(label=_("并入哪个区划（代码）"), max_length=24)
    reason = forms.CharField(label=_("依据"), max_length=200)

    def clean_into(self):
        return self._place_with_code(self.cleaned_data["into"])

    def act(self, *, by) -> Place:
        return actions.merge([self.place], by=by, **self.cleaned_data)


class SplitForm(ActForm):
    reason = forms.CharField(label=_("依据"), max_length=200)
    parts = forms.CharField(
        label=_("拆成"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("每行一个：代码 名称 人口占比 下级代码（用逗号分开）"),
    )

    def clean_parts(self):
        parts = []
        for number, line in enumerate(self.cleaned_data["parts"].strip().splitlines(), start=1):
            words = line.replace("，", ",").split()
            if len(words) not in (3, 4):
                raise forms.ValidationError(_("第 %(n)d 行不完整。") % {"n": number})
            try:
                share = Decimal(words[2])
            except ArithmeticError:
                raise forms.ValidationError(_("第 %(n)d 行的占比不是数字。") % {"n": number}) from None
            children = tuple(filter(None, words[3].split(","))) if len(words) == 4 else ()
            parts.append(actions.Part(words[0], words[1], children, share))
        return parts

    def act(self, *, by) -> Place:
        return actions.split(self.place, by=by, **self.cleaned_data)[0]


ACTS = {
    "rename": (_("更名"), RenameForm),
    "move": (_("迁移到另一上级"), MoveForm),
    "recode": (_("换代码"), RecodeForm),
    "merge": (_("并入另一区划"), MergeForm),
    "split": (_("拆分"), SplitForm),
}
