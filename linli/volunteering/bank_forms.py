"""Forms of the counter, the shops, the key clients and the awards."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.places.models import Place

from .forms import PersonForm, words
from .models import Team, Volunteer

DAY = forms.DateInput(attrs={"type": "date"})


class ClientForm(PersonForm):
    """Somebody whom the pool pays for, with the reason."""

    reason = words(_("依据（如：特困供养、失能，文件号）"), longest=60)
    field_order = ["name", "phone", "reason"]


class CloseForm(forms.Form):
    """Closing a purse: why, and who inherits."""

    why = words(_("注销原因"))
    heir = forms.ChoiceField(label=_("余额给谁"), required=False)

    def __init__(self, *args, family, **kwargs):
        super().__init__(*args, **kwargs)
        self.family = {str(person.pk): person for person in family}
        people = ((key, _("继承：%(name)s") % {"name": one.name}) for key, one in self.family.items())
        self.fields["heir"].choices = [("", _("转入公共池")), *people]

    def clean_heir(self):
        return self.family.get(self.cleaned_data["heir"])


class ShopForm(forms.Form):
    name = words(_("兑换点名称"), longest=80)
    place = forms.ModelChoiceField(Place.objects.none(), label=_("所在区划"))

    def __init__(self, *args, user, permission, **kwargs):
        super().__init__(*args, **kwargs)
        found = Place.objects.current().filter(user.scope(permission), level__in=["county", "street"])
        self.fields["place"].queryset = found.order_by("path")


class RewardForm(forms.Form):
    """Something a shop gives for coins."""

    title = words(_("兑换品"), longest=80)
    coins = forms.DecimalField(label=_("多少个时间币"), min_value=0, max_digits=6, decimal_places=1)
    stock = forms.IntegerField(label=_("多少份"), min_value=1, max_value=100_000)
    since = forms.DateField(label=_("从哪天起"), widget=DAY)
    until = forms.DateField(label=_("到哪天止"), widget=DAY)

    def clean(self):
        told = super().clean()
        if told.get("since") and told.get("until") and told["until"] < told["since"]:
            self.add_error("until", _("结束日期要晚于开始日期。"))
        if told.get("coins") is not None and told["coins"] <= 0:
            self.add_error("coins", _("请填大于 0 的数。"))
        return told


class ObjectionForm(forms.Form):
    """What speaks against a nomination, or what was found."""

    words = words(_("异议（实名，只给评选单位看）"), longest=500)


class LookForm(forms.Form):
    entry = forms.UUIDField()
    in_order = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    words = words(_("怎么核实的"))


class RoundForm(forms.Form):
    """A new award round of a city or county."""

    place = forms.ModelChoiceField(Place.objects.none(), label=_("区划"))
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2200)
    title = words(_("名称"), longest=80)

    def __init__(self, *args, user, permission, **kwargs):
        super().__init__(*args, **kwargs)
        found = Place.objects.current().filter(user.scope(permission), level__in=["city", "county"])
        self.fields["place"].queryset = found.order_by("path")
        self.fields["year"].initial = clock.today().year


class NominateForm(forms.Form):
    """Who is put forward, by the number people know, and why."""

    category = forms.ChoiceField(label=_("奖项"), widget=forms.RadioSelect)
    number = words(_("志愿者编号或队伍编号"), longest=30)
    reason = words(_("推荐理由（公示时大家会看到）"), longest=500, rows=3)

    def __init__(self, *args, award_round, **kwargs):
        super().__init__(*args, **kwargs)
        self.place = award_round.place
        lines = award_round.charter.rules.awards
        self.fields["category"].choices = [(line.code, line.name) for line in lines]

    def clean(self):
        told = super().clean()
        number = (told.get("number") or "").strip().upper()
        here = {"number": number, "place__path__startswith": self.place.path}
        told["volunteer"] = Volunteer.objects.active().filter(**here).first()
        told["team"] = Team.objects.filter(disbanded_on=None, **here).first()
        if number and not (told["volunteer"] or told["team"]):
            self.add_error("number", _("没有这个编号的志愿者或队伍。"))
        return told
