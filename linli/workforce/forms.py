"""What-if numbers of the next recruitment."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

NORM, LEAST = Decimal(18), 5  # where no pack is installed


class HiringForm(forms.Form):
    """Other numbers than the rules'; what is left empty or wrong is taken from the rules."""

    per_10000 = forms.DecimalField(
        label=_("每万城镇常住人口工作者"), min_value=0, max_value=200, max_digits=5, decimal_places=1, required=False
    )  # fmt: skip
    growth = forms.DecimalField(
        label=_("常住人口增减（%）"), min_value=-50, max_value=200, max_digits=5, decimal_places=1, required=False,
        help_text=_("如下一轮招聘前预计增加 3%，填 3。"),
    )  # fmt: skip
    least = forms.IntegerField(label=_("每社区不少于"), min_value=0, max_value=50, required=False)
    households = forms.IntegerField(
        label=_("每名工作者最多服务户数"), min_value=1, max_value=10_000, required=False,
        help_text=_("按管理幅度测算时填，如 300；不填不算。"),
    )  # fmt: skip

    def __init__(self, data=None, *, rules=None):
        norm = rules.body["norm"] if rules else {}
        self.norm = {
            "per_10000": Decimal(str(norm.get("workers_per_10000", NORM))),
            "growth": Decimal(0),
            "least": norm.get("full_time_least", LEAST),
            "households": None,
        }
        named = {name: data.get(name, "") for name in self.norm} if data else None
        super().__init__(named, initial=self.norm)

    def asked(self) -> dict:
        """The numbers to count with."""
        given = self.cleaned_data if self.is_bound and (self.is_valid() or self.errors) else {}
        return {name: value if given.get(name) is None else given[name] for name, value in self.norm.items()}
