"""Forms of volunteering: steps of help orders, and the pages of volunteers and coordinators."""

import uuid
from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.forms import StepForm
from linli.cases.models import Case
from linli.files.actions import FileRefused, store
from linli.files.kinds import PICTURES, declare_purpose
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.text import refuse_hidden_characters
from linli.people.models import Person

from .matching import candidates
from .models import Attendance
from .models.people import SLOTS

WHEN = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
PROOF = declare_purpose("volunteering.proof", "志愿服务佐证照片", PICTURES)
PHOTO_INPUT = forms.ClearableFileInput(attrs={"accept": "image/*"})
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


class DetailsForm(StepForm):
    """What the desk heard when it called back."""

    service = forms.ChoiceField(label=_("服务"), widget=forms.RadioSelect)
    begin = forms.DateTimeField(label=_("希望的时间"), widget=WHEN)
    minutes = forms.IntegerField(label=_("大约多少分钟"), min_value=15, max_value=480)
    description = words(_("说明"), required=False, longest=500, rows=3)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        order = self.case.help
        self.fields["service"].choices = [(line.code, line.name) for line in order.charter.rules.on_offer()]
        for name, now in (("service", order.service), ("begin", order.wanted.lower)):
            self.fields[name].initial = now
        self.fields["minutes"].initial, self.fields["description"].initial = order.minutes, order.description
        del self.fields["note"]


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
    evidence = words(_("佐证：谁可以证明，或者签到表编号"))
    receiver_name = words(
        _("受助人姓名（可以不填；填了姓名和电话，由他本人确认）"), longest=50, required=False
    )
    receiver_phone = forms.CharField(label=_("受助人电话"), max_length=20, required=False)
    photo = forms.FileField(label=_("照片（可以不附）"), required=False, widget=PHOTO_INPUT)

    def __init__(self, *args, charter, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [(line.code, line.name) for line in charter.rules.services]

    def clean(self):
        """Whoever was served, where name and telephone name one person; nothing tells whether they do."""
        told = super().clean()
        name, phone = told.pop("receiver_name", ""), told.pop("receiver_phone", "").strip()
        told["receiver"] = None
        if name and phone:
            people = Person.objects.filter(name=name, purged_at=None, died_on=None)[:50]
            found = [one for one in people if one.phone == phone]
            told["receiver"] = found[0] if len(found) == 1 else None
        return told

    def store_photo(self, *, by) -> bool:
        """Keep the photo that came along; False with the reason on the form when it was refused.

        A report that was taken before has its photo: sent again, the file is not kept a second time.
        """
        try:
            sent = self.cleaned_data["photo"]
            if sent and Attendance.objects.filter(key=self.cleaned_data["key"]).exists():
                sent = None
            self.cleaned_data["photo"] = store(sent, by=by, purpose=PROOF) if sent else None
        except FileRefused as no:
            self.add_error("photo", no)
            return False
        return True


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
    """Three questions: what, when, anything to know; and for whom, where one acts for others."""

    whom = forms.ChoiceField(label=_("给谁请？"), widget=forms.RadioSelect)
    service = forms.ChoiceField(label=_("想请人帮什么忙？"), widget=forms.RadioSelect)
    begin = forms.DateTimeField(label=_("什么时候方便？"), widget=WHEN)
    description = words(_("还有什么要说明的？"), required=False, longest=500, rows=3)

    def __init__(self, *args, charter, wards=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.wards = {str(person.pk): person for person in wards}
        self.fields["whom"].choices = [
            ("", _("我自己")),
            *((key, one.name) for key, one in self.wards.items()),
        ]
        self.fields["whom"].required = False
        if not self.wards:
            del self.fields["whom"]
        self.fields["service"].choices = [(line.code, line.name) for line in charter.rules.on_offer()]
        tomorrow = clock.now().astimezone(CHINA) + timedelta(days=1)
        self.fields["begin"].initial = tomorrow.replace(hour=9, minute=0, second=0, microsecond=0)

    def clean_begin(self):
        begin = self.cleaned_data["begin"]
        if begin <= clock.now():
            raise forms.ValidationError(_("请选一个以后的时间。"))
        return begin


class PersonForm(KeyedForm):
    """Somebody on the phone or at the window, found in the register by name and, among namesakes, phone."""

    name = words(_("姓名"), longest=50)
    phone = forms.CharField(label=_("电话"), max_length=20, required=False)

    def __init__(self, *args, user, permission, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = Person.objects.filter(user.scope(permission, "home"), purged_at=None, died_on=None)

    def clean(self):
        told = super().clean()
        if name := told.get("name"):
            found = list(self.people.filter(name=name).select_related("home")[:20])
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


class EnterForm(PersonForm, AskForm):
    """What somebody asks for on the phone or at the window."""

    channel = forms.ChoiceField(
        label=_("怎么提出的"),
        choices=[("phone", _("电话")), ("window", _("窗口")), ("family", _("家人代提"))],
        widget=forms.RadioSelect,
        initial="phone",
    )
    field_order = ["name", "phone", "channel", "service", "begin", "description"]


class DecideForm(forms.Form):
    """What a second person says about a record."""

    decision = forms.ChoiceField(choices=[("confirm", ""), ("refuse", "")])
    record = forms.IntegerField(min_value=1)
    minutes = forms.IntegerField(min_value=1, max_value=1440, required=False)
    words = forms.CharField(max_length=200, validators=[refuse_hidden_characters])


class CorrectForm(forms.Form):
    """How long it really was, and why that is known only now."""

    minutes = forms.IntegerField(min_value=1, max_value=1440)
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
    m = forms.IntegerField(label=_("时长（分钟；荣誉证书不填）"), min_value=0, required=False)
    s = forms.CharField(label=_("防伪码"), max_length=64)

    def clean(self):
        """A certificate of hours is checked with its minutes; one of honour has none."""
        told = super().clean()
        told["honour"] = told.get("n", "").strip().upper().startswith("RY-")
        if not told["honour"] and told.get("m") is None and "m" not in self.errors:
            self.add_error("m", _("请照证明填写分钟数。"))
        return told


class WindowForm(PersonForm):
    """Somebody without a phone registers at the window; the guardian of a child says yes there."""

    skills = forms.MultipleChoiceField(label=_("特长"), required=False, widget=CHECKS)
    free = forms.MultipleChoiceField(label=_("空闲时间"), required=False, widget=CHECKS, choices=SLOTS)
    guardian = forms.BooleanField(label=_("未成年：登记的监护人在场，同意他参加"), required=False)

    def __init__(self, *args, charter, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["skills"].choices = [(line.code, line.name) for line in charter.rules.skills]


class RegisterForm(ProfileForm):
    """What a one-tap registration still has to ask, when the register does not know the birth date."""

    birth_on = forms.DateField(label=_("出生日期"), widget=forms.DateInput(attrs={"type": "date"}))
    field_order = ["birth_on", "skills", "free", "reach_m"]


DAY = forms.DateInput(attrs={"type": "date"})


class SpanForm(forms.Form):
    """From which day to which; both may be left out."""

    since = forms.DateField(label=_("从哪天起（不填：从第一次服务）"), widget=DAY, required=False)
    until = forms.DateField(label=_("到哪天止（不填：到今天）"), widget=DAY, required=False)

    def clean(self):
        told = super().clean()
        if told.get("since") and told.get("until") and told["until"] < told["since"]:
            raise forms.ValidationError(_("结束日期要晚于开始日期。"))
        if told.get("until") and told["until"] > clock.today():
            raise forms.ValidationError(_("结束日期不能在今天以后。"))
        return told


class DutyForm(forms.Form):
    """What a volunteer does beyond tasks, and the project or matter in which he has a seat."""

    code = forms.ChoiceField(label=_("担任什么"), widget=forms.RadioSelect)
    case = words(_("参与的项目或事项（填编号，可以不填）"), longest=30, required=False)

    def __init__(self, *args, user, charter, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [(line.code, line.name) for line in charter.rules.duties]
        self.cases = Case.objects.visible_to(user)

    def clean_case(self):
        """The case by its number, one the reader may see."""
        number = self.cleaned_data["case"].strip().upper()
        found = self.cases.filter(number=number).first() if number else None
        if number and found is None:
            raise forms.ValidationError(_("没有找到这个编号。"))
        return found
