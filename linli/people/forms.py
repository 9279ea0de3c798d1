"""Forms about people and posts."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.text import refuse_hidden_characters

from .models import Household, IdKind, Proxy, Residence, Role, Unit
from .numbers import check_id_number, check_phone
from .queries import places_called

SAME_NAMES = 4  # shown of several places of one name


class PlaceCodeField(forms.CharField):
    """A place by its code or by its name; of several of one name the page says which, to be written out."""

    def __init__(self, *, level="", **kwargs):
        self.level = level  # only places of this level go by their name
        super().__init__(**kwargs)

    def clean(self, value):
        text = "".join(super().clean(value).split())
        if not text:
            return None
        found = places_called(text, self.level)
        if not found:
            raise ValidationError(_("没有找到“%(text)s”，请写区划名称或代码。") % {"text": text})
        if len(found) > 1:
            names = "、".join(
                f"{one.parent.name if one.parent else ''}{one.name}" for one in found[:SAME_NAMES]
            )
            raise ValidationError(_("有几个同名的：%(names)s。请连上一级的名称一起写。") % {"names": names})
        return found[0]


class PersonForm(forms.Form):
    """Registering somebody."""

    name = forms.CharField(label=_("姓名"), max_length=50, validators=[refuse_hidden_characters])
    home = PlaceCodeField(
        label=_("住处"),
        max_length=60,
        help_text=_("楼栋连小区一起写，如“水岸小区3号楼”；也可以写社区名称或代码。"),
    )
    room = forms.CharField(label=_("门牌"), max_length=40, required=False)
    phone = forms.CharField(label=_("手机号码"), max_length=20, required=False)
    id_kind = forms.ChoiceField(label=_("证件类型"), choices=IdKind.choices, required=False)
    id_number = forms.CharField(label=_("证件号码"), max_length=30, required=False)
    birth_on = forms.DateField(
        label=_("出生日期"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    needs_help_with_phone = forms.BooleanField(label=_("需要协助使用手机"), required=False)

    def clean_phone(self):
        text = self.cleaned_data["phone"]
        return check_phone(text) if text else None

    def clean(self):
        cleaned = super().clean()
        number = cleaned.get("id_number", "").strip().upper()
        if cleaned.get("id_kind") == IdKind.RESIDENT and number:
            try:
                check_id_number(number)
            except ValidationError as wrong:
                self.add_error("id_number", wrong)
        if number and not cleaned.get("id_kind"):
            self.add_error("id_kind", _("请选择证件类型。"))
        if (birth_on := cleaned.get("birth_on")) and birth_on > clock.today():
            self.add_error("birth_on", _("出生日期不能晚于今天。"))
        return cleaned | {"id_number": number}


class PersonEditForm(forms.Form):
    """What a worker puts right; numbers of documents are corrected on request, with proof."""

    name = forms.CharField(label=_("姓名"), max_length=50, validators=[refuse_hidden_characters])
    home = PlaceCodeField(label=_("住处（楼栋或社区代码）"), max_length=24)
    room = forms.CharField(
        label=_("门牌"), max_length=40, required=False, validators=[refuse_hidden_characters]
    )
    phone = forms.CharField(
        label=_("新的手机号码"), max_length=20, required=False, help_text=_("不填就保留原来的号码")
    )
    birth_on = forms.DateField(
        label=_("出生日期"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    needs_help_with_phone = forms.BooleanField(label=_("需要协助使用手机"), required=False)
    died_on = forms.DateField(
        label=_("去世日期"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_phone(self):
        text = self.cleaned_data["phone"]
        return check_phone(text) if text else ""

    def clean_birth_on(self):
        if (birth_on := self.cleaned_data["birth_on"]) and birth_on > clock.today():
            raise ValidationError(_("出生日期不能晚于今天。"))
        return birth_on


class PostForm(forms.Form):
    """Giving a post."""

    role = forms.ModelChoiceField(Role.objects.filter(retired_on=None), label=_("角色"))
    place = PlaceCodeField(
        label=_("区划"), max_length=60, help_text=_("写名称或代码；有同名的，请连上一级的名称一起写。")
    )
    unit = forms.ModelChoiceField(Unit.objects.filter(closed_on=None), label=_("单位"), required=False)
    start = forms.DateField(label=_("开始日期"), widget=forms.DateInput(attrs={"type": "date"}))
    end = forms.DateField(
        label=_("结束日期（不含）"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(label=_("依据"), max_length=200, required=False)

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end <= start:
            self.add_error("end", _("结束日期应晚于开始日期。"))
        return cleaned


class SettleForm(forms.Form):
    """Behind which door somebody lives, and how."""

    place = PlaceCodeField(label=_("住处（楼栋或社区代码）"), max_length=24)
    room = forms.CharField(
        label=_("门牌"), max_length=40, required=False, validators=[refuse_hidden_characters]
    )
    kind = forms.ChoiceField(label=_("类别"), choices=Household.Kind.choices, initial=Household.Kind.RESIDENT)
    relation = forms.CharField(
        label=_("与户主关系"), max_length=20, validators=[refuse_hidden_characters],
        help_text=_("例如：本人、配偶、子、女、母亲、租客"),
    )  # fmt: skip
    is_head = forms.BooleanField(label=_("户主"), required=False)


class ProxyForm(forms.Form):
    """Who may act for somebody, until when and why."""

    name = forms.CharField(label=_("代办人姓名"), max_length=50, validators=[refuse_hidden_characters])
    number = forms.CharField(
        label=_("代办人的手机号码或证件号码"), max_length=30, help_text=_("要写全；只用来找到本人，不会显示")
    )
    kind = forms.ChoiceField(label=_("关系"), choices=Proxy.Kind.choices)
    basis = forms.CharField(
        label=_("依据"),
        max_length=200,
        validators=[refuse_hidden_characters],
        help_text=_("例如：本人当面委托"),
    )
    end = forms.DateField(
        label=_("到哪天为止（不含）"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args, own: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if own:  # a resident entrusts family for himself; guardians are entered by the community
            self.fields["kind"].choices = [(Proxy.Kind.FAMILY.value, Proxy.Kind.FAMILY.label)]
            self.fields["basis"].initial = _("本人在平台上委托")

    def clean_number(self):
        return "".join(self.cleaned_data["number"].split()).upper()

    def clean_end(self):
        end = self.cleaned_data["end"]
        if end and end <= clock.today():
            raise ValidationError(_("应晚于今天。"))
        return end


class AnswerForm(forms.Form):
    """Verifying a residence, or saying why not."""

    accept = forms.TypedChoiceField(choices=[("yes", ""), ("no", "")], coerce=lambda value: value == "yes")
    reason = forms.CharField(max_length=200, required=False)


class ClaimForm(forms.Form):
    """Saying where one belongs."""

    community = PlaceCodeField(
        label=_("社区或村"),
        level="community",
        max_length=60,
        help_text=_("写名称就行；有同名的，请连街道或乡镇一起写，如“桥头街道第一社区”。"),
    )
    kind = forms.ChoiceField(label=_("居住类型"), choices=Residence.Kind.choices)

    def clean_community(self):
        community = self.cleaned_data["community"]
        if community and community.level != "community":
            raise ValidationError(_("请选择社区或村。"))
        return community
