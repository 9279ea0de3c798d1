"""Forms about places: the shape of input; what it does stands in actions."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock

from . import actions
from .models import Committee, Place, UrbanRural


class PlaceForm(forms.Form):
    """Facts of a place that staff keep up to date."""

    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    urban_rural = forms.ChoiceField(
        label=_("城乡分类"), choices=[("", _("未定")), *UrbanRural.choices], required=False
    )
    committee = forms.ChoiceField(label=_("自治组织"), choices=Committee.choices, required=False)
    tags = forms.CharField(
        label=_("标签"), max_length=200, required=False, help_text=_("用顿号分开，例如：老旧小区、易地搬迁")
    )
    lon = forms.FloatField(label=_("中心点经度"), required=False, min_value=73, max_value=136)
    lat = forms.FloatField(label=_("中心点纬度"), required=False, min_value=3, max_value=54)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_tags(self):
        return [tag.strip() for tag in self.cleaned_data["tags"].split("、") if tag.strip()]

    def clean(self):
        cleaned = super().clean()
        if (cleaned.get("lon") is None) != (cleaned.get("lat") is None):
            self.add_error("lat", _("经度和纬度要一起填写。"))
        return cleaned

    @classmethod
    def of(cls, place: Place) -> "PlaceForm":
        names = ("address", "urban_rural", "committee", "lon", "lat", "version")
        return cls(initial={name: getattr(place, name) for name in names} | {"tags": "、".join(place.tags)})


class DayForm(forms.Form):
    """Which day the tree is asked for."""

    on = forms.DateField(label=_("日期"), widget=forms.DateInput(attrs={"type": "date"}))


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
