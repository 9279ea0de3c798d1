"""Shapes of input of the pages about offers and orders."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.facilities.models import Facility
from linli.reach.outlet_rules import outlet_rules_at

from .models import Offer

MOMENT = "%Y-%m-%dT%H:%M"


class OfferForm(forms.ModelForm):
    """A new offer; money is written in yuan."""

    facility = forms.ModelChoiceField(
        Facility.objects.none(), label=_("哪一处网点"), required=False, empty_label=_("我自己（居民）")
    )
    kind = forms.ChoiceField(label=_("类别"))
    yuan = forms.DecimalField(
        label=_("价格（元）"), required=False, min_value=Decimal(0), max_value=Decimal(100_000), decimal_places=2,
        help_text=_("不填就是面议"),
    )  # fmt: skip
    closes_at = forms.DateTimeField(
        label=_("截止时间"), required=False, input_formats=[MOMENT],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT), help_text=_("拼单必填"),
    )  # fmt: skip
    link = forms.URLField(
        label=_("外部店铺链接"), required=False, max_length=200, assume_scheme="https",
        help_text=_("已经有网店的，可以留一个链接"),
    )  # fmt: skip
    agreed = forms.BooleanField(label=_("我看过准入条件和行业规范，照此执行"))

    class Meta:
        model = Offer
        fields = [
            "facility", "kind", "seeks", "title", "text", "brand", "serves", "yuan", "per", "way", "least_count",
            "most_count", "closes_at", "pick_up", "link",
        ]  # fmt: skip
        help_texts = {
            "seeks": _("勾选表示您在找人帮忙做这件事"),
            "text": _("不要写姓名和电话；下单以后再联系。"),
            "per": _("例如：次、份、小时"),
            "least_count": _("拼单必填"),
        }

    def __init__(self, *args, place, outlets, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["facility"].queryset = outlets.filter(place=place)
        self.fields["kind"].choices = [(line.code, line.title) for line in outlet_rules_at(place).offers]

    def clean(self):
        said = super().clean()
        if said.get("way") == Offer.Way.GROUP:
            for name in ("least_count", "closes_at"):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, _("拼单要写明满多少份、到什么时候。"))
        least, most = said.get("least_count"), said.get("most_count")
        if most == 0 or (least and most and most < least):
            self.add_error("most_count", _("不能少于成团的份数。"))
        return said

    def _post_clean(self):
        """The verb builds and checks the row; a half-made instance would be checked for what nobody typed."""

    def facts(self) -> dict:
        """What `make_offer` is asked."""
        said = dict(self.cleaned_data)
        said.pop("agreed")
        yuan = said.pop("yuan")
        return said | {"price_cents": None if yuan is None else int(yuan * 100)}


class OrderForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    count = forms.IntegerField(label=_("份数"), min_value=1, max_value=99, initial=1)
    wanted = forms.CharField(label=_("什么时候、有什么要求"), max_length=200, required=False)
    contact = forms.CharField(
        label=_("联系电话"), max_length=20, help_text=_("只给接单的人看，完成一年后清除")
    )


class StepForm(forms.Form):
    answer = forms.CharField(max_length=200, required=False)
    stars = forms.IntegerField(min_value=1, max_value=5, required=False)
    said = forms.CharField(max_length=200, required=False)


class CheckForm(forms.Form):
    offer = forms.ModelChoiceField(Offer.objects.none())
    listed = forms.TypedChoiceField(choices=[("1", ""), ("0", "")], coerce=lambda value: value == "1")
    answer = forms.CharField(required=False, max_length=200)

    def __init__(self, data, *, offers):
        super().__init__(data)
        self.fields["offer"].queryset = offers
