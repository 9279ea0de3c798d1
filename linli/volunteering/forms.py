"""Forms of volunteering: steps of help orders, and the pages of volunteers and coordinators."""

import uuid
from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.forms import StepForm
from linli.kernel import clock
from linli.kernel.text import refuse_hidden_characters
from linli.people.models import Person
from linli.places.models import Place

from .matching import candidates
from .models.people import SLOTS

WHEN = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
CHECKS = forms.CheckboxSelectMultiple


def words(label, *, longest=200, required=True, rows=0):
    """A line or a paragraph of text without hidden characters."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(
        label=label,
        max_length=longest,
        required=required,
        widget=widget,
        validators=[refuse_hidden_characters],
    )


class KeyedForm(forms.Form):
    """A form whose sending has a key: sent twice, done once (L3)."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4

    def clean_key(self):
        return self.cleaned_data["key"] or uuid.uuid4()


# --- Steps of help orders ------------------------------------------------------------------------------


class OfferForm(StepForm):
    """Volunteers who suit, the best first, each with the reasons; a person chooses."""

    volunteer = forms.ChoiceField(label=_("推荐的志愿者"), widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.matches = {str(one.volunteer.pk): one for one in candidates(self.case.help)}
        self.fields["volunteer"].choices = [
            (key, f"{one.volunteer.person.name}（{one.volunteer.number}）：{one.why}")
            for key, one in self.matches.items()
        ]
        if not self.matches:
            self.fields["volunteer"].help_text = _("附近暂时没有合适的志愿者，可以先打电话征集。")

    def clean(self):
        told = super().clean()
        if match := self.matches.get(told.get("volunteer", "")):
            told["volunteer"], told["why"] = match.volunteer, match.why
        return told


class ServedForm(StepForm):
    """When, how long, and what was done."""

    begin = forms.DateTimeField(label=_("什么时候开始的"), widget=WHEN)
    minutes = forms.IntegerField(label=_("做了多少分钟"), min_value=1, max_value=480)
    content = words(_("做了什么"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        order = self.case.help
        self.fields["begin"].initial = order.wanted.lower
        self.fields["minutes"].initial = order.minutes
        del self.fields["note"]


class ConfirmForm(StepForm):
    """The other side's yes; who answers for it writes down how he knows."""

    evidence = words(_("佐证（本人确认可以不填；代为确认请写怎么核实的，如“电话核实”）"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["note"]
        is_own = self.by.person_id == self.case.reporter_id
        self.fields["evidence"].required = not is_own
        if is_own:
            self.fields["evidence"].widget = forms.HiddenInput()


class MinutesForm(StepForm):
    minutes = forms.IntegerField(label=_("核实后的分钟数"), min_value=1, max_value=480)


# --- Volunteers ------------------------------------------------------------------------------------------


class ProfileForm(forms.Form):
    """Skills, free times and how far."""

    skills = forms.MultipleChoiceField(label=_("特长"), required=False, widget=CHECKS)
    free = forms.MultipleChoiceField(label=_("空闲时间"), required=False, widget=CHECKS, choices=SLOTS)
    reach_m = forms.TypedChoiceField(
        label=_("愿意走多远"),
        coerce=int,
        choices=[(500, _("500 米")), (1000, _("1 公里")), (3000, _("3 公里")), (10000, _("10 公里"))],
        initial=3000,
    )

    def __init__(self, *args, charter, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["skills"].choices = [(line.code, line.name) for line in charter.rules.skills]


class ReportForm(KeyedForm):
    """One's own report of a service; somebody else looks at it."""

    service = forms.ChoiceField(label=_("做了什么服务"))
    begin = forms.DateTimeField(label=_("开始时间"), widget=WHEN)
    end = forms.DateTimeField(label=_("结束时间"), widget=WHEN)
    content = words(_("说明"))
    evidence = words(_("佐证：谁可以证明，或者照片、签到表编号"))

    def __init__(self, *args, charter, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [(line.code, line.name) for line in charter.rules.services]


class CoinsForm(KeyedForm):
    """Give to family, or donate to the pool."""

    to = forms.ChoiceField(label=_("给谁"), widget=forms.RadioSelect)
    coins = forms.DecimalField(
        label=_("多少个时间币"),
        min_value=0,
        max_digits=6,
        decimal_places=1,
        help_text=_("1 个时间币等于 1 小时服务"),
    )

    def __init__(self, *args, family, coin_minutes, **kwargs):
        super().__init__(*args, **kwargs)
        self.coin_minutes = coin_minutes
        self.family = {str(person.pk): person for person in family}
        self.fields["to"].choices = [
            ("pool", _("捐给社区公共池")),
            *((key, person.name) for key, person in self.family.items()),
        ]

    def clean_coins(self):
        minutes = round(self.cleaned_data["coins"] * self.coin_minutes)
        if minutes < 1:
            raise forms.ValidationError(_("请填大于 0 的数。"))
        return minutes


class AskForm(KeyedForm):
    """Three questions: what, when, anything to know."""

    service = forms.ChoiceField(label=_("想请人帮什么忙？"), widget=forms.RadioSelect)
    begin = forms.DateTimeField(label=_("什么时候方便？"), widget=WHEN)
    description = words(_("还有什么要说明的？"), required=False, longest=500, rows=3)

    def __init__(self, *args, charter, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [(line.code, line.name) for line in charter.rules.on_offer()]
        tomorrow = clock.now() + timedelta(days=1)
        self.fields["begin"].initial = tomorrow.replace(minute=0, second=0, microsecond=0)

    def clean_begin(self):
        begin = self.cleaned_data["begin"]
        if begin <= clock.now():
            raise forms.ValidationError(_("请选一个以后的时间。"))
        return begin


class EnterForm(AskForm):
    """The same, said on the phone or at the window: who calls is found in the register."""

    name = words(_("求助人姓名"), longest=50)
    phone = forms.CharField(label=_("电话"), max_length=20, required=False)
    channel = forms.ChoiceField(
        label=_("怎么提出的"),
        choices=[("phone", _("电话")), ("window", _("窗口")), ("family", _("家人代提"))],
        widget=forms.RadioSelect,
        initial="phone",
    )
    field_order = ["name", "phone", "channel", "service", "begin", "description"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self):
        told = super().clean()
        if name := told.get("name"):
            people = Person.objects.visible_to(self.user).filter(name=name, purged_at=None, died_on=None)
            found = list(people.select_related("home")[:20])
            if told.get("phone"):
                found = [one for one in found if one.phone == told["phone"].strip()]
            if len(found) != 1:
                raise forms.ValidationError(
                    _("辖区里没有找到这个人，请核对姓名，或者先登记。")
                    if not found
                    else _("有同名的人，请加上登记的电话。")
                )
            told["person"] = found[0]
        return told


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
    risk = words(_("风险提示（填写后报名的人要先确认，并按章程投保）"), required=False, longest=300, rows=2)

    def __init__(self, *args, user, charter, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [(line.code, line.name) for line in charter.rules.services]
        own = Place.objects.current().communities().filter(user.scope("volunteering.organise"))
        self.fields["place"].queryset = own.order_by("path")


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

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        own = Place.objects.current().communities().filter(user.scope("volunteering.organise"))
        self.fields["place"].queryset = own.order_by("path")

    def clean(self):
        told = super().clean()
        if told.get("kind") == "station" and not told.get("hours"):
            self.add_error("hours", _("请填写站点开放时间。"))
        return told


class DecideForm(forms.Form):
    """What a second person says about a record."""

    decision = forms.ChoiceField(choices=[("confirm", ""), ("refuse", "")])
    record = forms.IntegerField(min_value=1)
    minutes = forms.IntegerField(min_value=1, max_value=1440, required=False)
    words = forms.CharField(max_length=200, validators=[refuse_hidden_characters])


class IssueForm(KeyedForm):
    """Minutes for the pool, asked for with evidence."""

    coins = forms.IntegerField(label=_("多少个时间币"), min_value=1, max_value=10_000)
    reason = words(_("事由"))
    evidence = words(_("佐证（文件号、会议记录）"))


class CheckForm(forms.Form):
    """What stands on the paper."""

    n = forms.CharField(
        label=_("证明编号"), max_length=30, widget=forms.TextInput(attrs={"placeholder": "ZM-2026-000001"})
    )
    m = forms.IntegerField(label=_("时长（分钟）"), min_value=0)
    s = forms.CharField(label=_("防伪码"), max_length=64)


class RegisterForm(ProfileForm):
    """What a one-tap registration still has to ask, when the register does not know the birth date."""

    birth_on = forms.DateField(label=_("出生日期"), widget=forms.DateInput(attrs={"type": "date"}))
    field_order = ["birth_on", "skills", "free", "reach_m"]
