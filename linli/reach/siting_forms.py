"""Shapes of input of siting: the wish, and candidates for building."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.registers.picking import PlaceField
from linli.ui.widgets import ChecksInColumns

from .catalogue import house_in, sited_in
from .models import Candidate, Run, Scenario
from .queries.gaps import GROUP_WORDS
from .rules import PLAN
from .siting import Wish

Method = Scenario.Method
CHECKS = forms.CheckboxSelectMultiple
SOURCES = [
    ("idle", _("闲置房屋（含已关停设施的用房）")),
    ("ground", _("空闲场地")),
    ("homes", _("街边有住户的楼（只找位置，没有面积和费用）")),
]
NUMBER_OF = {  # method → the field with its number
    Method.MOST: "count",
    Method.WALK: "count",
    Method.BUDGET: "budget",
    Method.FEWEST: "percent",
    Method.CHEAPEST: "percent",
}


class SitingForm(forms.Form):
    """Which functions, where one may build, what is wanted, and how long one waits."""

    title = forms.CharField(label=_("方案名称"), max_length=80)
    functions = forms.MultipleChoiceField(
        label=_("补哪几项功能"),
        widget=ChecksInColumns,
        help_text=_("选两项以上，就按“合建在一处”求解。"),
    )
    group = forms.ChoiceField(
        label=_("为谁补"), choices=list(GROUP_WORDS.items()), required=False,
        help_text=_("只选一项功能时有效；合建时，每项功能按规则包里各自的人群计算。"),
    )  # fmt: skip
    method = forms.ChoiceField(
        label=_("想要什么"), choices=[(m, Method(m).label) for m in NUMBER_OF], widget=forms.RadioSelect
    )
    count = forms.IntegerField(label=_("新建几处"), required=False, min_value=1, max_value=500)
    budget = forms.DecimalField(
        label=_("预算（万元）"), required=False, min_value=Decimal("0.01"), max_digits=12, decimal_places=2
    )
    percent = forms.IntegerField(label=_("目标覆盖率（%）"), required=False, min_value=1, max_value=100)
    floor = forms.IntegerField(
        label=_("每个社区至少覆盖（%）"), required=False, min_value=1, max_value=100,
        help_text=_("不填就不要求。"),
    )  # fmt: skip
    sources = forms.MultipleChoiceField(label=_("从哪里选"), choices=SOURCES, widget=CHECKS)
    house = forms.BooleanField(required=False)
    by_places = forms.BooleanField(
        label=_("按容量算：一处服务的人不超过它的名额"), required=False,
        help_text=_("现有网点按登记的可容纳人数，新点按面积；没有登记的按够用算。"),
    )  # fmt: skip
    seconds = forms.IntegerField(
        label=_("最多算几秒"), min_value=5, max_value=600, initial=30,
        help_text=_("到时间就用找到的最好答案，并说明最多还能好多少。"),
    )  # fmt: skip

    def __init__(self, *args, run: Run, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["functions"].choices = [(row["key"], row["title"]) for row in sited_in(run.parameters)]
        house = house_in(run.parameters)
        if house is None:
            del self.fields["house"]
            return
        titles = [row["title"] for row in house["services"] if row["key"] in house["core"]]
        told = {"m2": f"{house['least_m2']:g}", "n": house["least_core"], "names": "、".join(titles)}
        self.fields["house"].label = (
            _("必须是嵌入式综合体：不小于 %(m2)s ㎡，%(names)s中至少 %(n)s 项") % told
        )

    def clean(self):
        told = super().clean()
        needed = NUMBER_OF.get(told.get("method"))
        if needed and told.get(needed) is None and needed not in self.errors:
            self.add_error(needed, _("这个目标要填这一项。"))
        if told.get("house") and "homes" in told.get("sources", []):
            self.add_error("sources", _("综合体要有面积，不能从没有面积的楼里选。"))
        if told.get("method") in (Method.BUDGET, Method.CHEAPEST) and "homes" in told.get("sources", []):
            self.add_error("sources", _("按费用求解，不能从没有费用的楼里选。"))
        return told

    def wish(self) -> Wish:
        """What is asked, once the form is in order."""
        told = self.cleaned_data
        return Wish(
            tuple(told["functions"]), told["group"] or "all", told["method"],
            float(told[NUMBER_OF[told["method"]]]), told["floor"], tuple(told["sources"]),
            bool(told.get("house")), told["by_places"], told["seconds"],
        )  # fmt: skip


class CandidateForm(forms.Form):
    """Idle rooms or open ground."""

    place = PlaceField(PLAN, label=_("社区"))
    name = forms.CharField(label=_("名称"), max_length=120, help_text=_("例如：某某厂旧礼堂"))
    kind = forms.ChoiceField(label=_("性质"), choices=Candidate.Kind.choices, widget=forms.RadioSelect)
    area_m2 = forms.DecimalField(
        label=_("可用建筑面积（㎡）"), min_value=Decimal("0.01"), max_digits=10, decimal_places=2
    )
    cost_10k = forms.DecimalField(
        label=_("改造或建设费用（万元）"), required=False, min_value=0, max_digits=10, decimal_places=2,
        help_text=_("不知道就不填；不填的不参加按费用的求解。"),
    )  # fmt: skip
    lon = forms.FloatField(label=_("经度（WGS 84）"), min_value=73, max_value=136)
    lat = forms.FloatField(label=_("纬度（WGS 84）"), min_value=3, max_value=54)
    note = forms.CharField(label=_("说明"), required=False, max_length=200)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].of(user)
