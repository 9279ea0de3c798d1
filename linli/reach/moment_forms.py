"""Shapes of input of the pages about outages, car parks and scenes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.registers.picking import PlaceField

from .models import Outage, Scene
from .rules import VERIFY

LEVELS = ("county", "street", "community", "compound")  # where something may fail
MOMENT = "%Y-%m-%dT%H:%M"


def moment_field(label, **more):
    return forms.DateTimeField(
        label=label, input_formats=[MOMENT],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT), **more,
    )  # fmt: skip


class OutageForm(forms.Form):
    place = PlaceField(
        VERIFY, levels=LEVELS, label=_("范围"), help_text=_("输入区县、街道、社区或小区的名称，从提示里选。")
    )
    utility = forms.ChoiceField(label=_("哪一项"))
    begins_at = moment_field(_("从什么时候"))
    ends_at = moment_field(_("到什么时候"), required=False, help_text=_("还不知道就不填"))
    text = forms.CharField(label=_("说明"), max_length=200)
    source = forms.CharField(label=_("发布单位"), max_length=60)
    phone = forms.CharField(label=_("咨询电话"), max_length=40, required=False)

    def __init__(self, *args, user, utilities, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].of(user)
        self.fields["utility"].choices = utilities


class WithdrawForm(forms.Form):
    withdraw = forms.ModelChoiceField(Outage.objects.none())

    def __init__(self, data, *, outages):
        super().__init__(data)
        self.fields["withdraw"].queryset = outages


class SpacesForm(forms.Form):
    facility = forms.ModelChoiceField(None, to_field_name="code")
    free = forms.IntegerField(label=_("空余车位"), min_value=0, max_value=100_000)
    spaces = forms.IntegerField(label=_("全部车位"), min_value=1, max_value=100_000)

    def __init__(self, data, *, parks):
        super().__init__(data)
        self.fields["facility"].queryset = parks


class SceneForm(forms.Form):
    place = PlaceField(VERIFY, label=_("社区"))
    chain = forms.ChoiceField(label=_("生活链环节"))
    title = forms.CharField(label=_("场景名称"), max_length=80, help_text=_("同名的会更新"))
    state = forms.ChoiceField(label=_("状态"), choices=Scene.State.choices)
    uses = forms.IntegerField(label=_("上个月使用人次"), min_value=0, required=False)
    as_of = forms.DateField(
        label=_("截至"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, user, chains, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].of(user)
        self.fields["chain"].choices = chains
