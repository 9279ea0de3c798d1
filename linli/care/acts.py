"""What can be done with somebody on the care list: each act with its form and the change it makes."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.text import refuse_hidden_characters
from linli.people.models import Person

from . import rules
from .actions import delivering, listing, planning
from .forms import long_text, visitors_at
from .models import CareContact, Pause
from .queries import rules_at


class ActForm(forms.Form):
    """A form that knows whom it is about and who fills it in."""

    def __init__(self, *args, cared, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.cared, self.by = cared, by
        self.rules = rules_at(cared.person.home).rules

    def text(self, label, most=200, **options):
        return forms.CharField(label=label, max_length=most, validators=[refuse_hidden_characters], **options)


class CategoryForm(ActForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"] = forms.ChoiceField(
            label=_("关爱类别"), choices=[(line.code, line.name) for line in self.rules.categories]
        )
        self.fields["basis"] = self.text(_("依据（文件、认定、走访发现）"))
        self.fields["source"] = self.text(_("来源部门"), 100)


class RiskForm(ActForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        levels = [(line.code, line.name) for line in self.rules.levels]
        self.fields["risk"] = forms.ChoiceField(label=_("风险等级"), choices=levels, widget=forms.RadioSelect)
        self.fields["reason"] = long_text(_("为什么是这个等级"), required=True)


class EnrolForm(CategoryForm):
    """The first category with the level of risk."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        levels = [(line.code, line.name) for line in self.rules.levels]
        self.fields["risk"] = forms.ChoiceField(label=_("风险等级"), choices=levels, widget=forms.RadioSelect)
        self.fields["reason"] = long_text(_("为什么是这个等级"), required=True)


class EndCategoryForm(ActForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        standing = self.cared.entries.filter(during__contains=clock.today())
        self.fields["category"] = forms.ChoiceField(
            label=_("结束哪个类别"),
            choices=[(one.category, self.rules.category(one.category).name) for one in standing],
            widget=forms.RadioSelect,
        )


class ReasonForm(ActForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"] = self.text(_("原因"))


class PauseForm(ActForm):
    reason = forms.ChoiceField(label=_("原因"), choices=Pause.Reason.choices, widget=forms.RadioSelect)
    until = forms.DateField(
        label=_("到哪天（不知道就不填）"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class VisitorForm(ActForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        found = visitors_at(self.cared.person.home)
        self.fields["visitor"] = forms.ModelChoiceField(found, label=_("探访人"))


class ContactForm(ActForm):
    kind = forms.ChoiceField(label=_("类别"), choices=CareContact.Kind.choices, widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"] = self.text(_("姓名"), 50)
        self.fields["relation"] = self.text(_("与本人关系"), 20)
        self.fields["phone"] = self.text(_("电话"), 20)


class PairForm(ActForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["volunteer"] = self.text(_("志愿者姓名（须是辖区登记的居民）"), 50)
        self.fields["promise"] = self.text(_("约定（如每周电话、代买菜）"))

    def clean_volunteer(self):
        found = Person.objects.visible_to(self.by).filter(name=self.cleaned_data["volunteer"], purged_at=None)
        if len(found) != 1:
            raise ValidationError(_("辖区内没有这位居民，或者有同名的几位，请先核对登记。"))
        return found[0]


class DeliverForm(ActForm):
    """A service of the minimum set that is no case of the platform's own."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        given = [(line.code, line.name) for line in self.rules.services if line.kind is None]
        self.fields["service"] = forms.ChoiceField(label=_("服务"), choices=given, widget=forms.RadioSelect)
        self.fields["on"] = forms.DateField(
            label=_("哪天提供的"),
            initial=clock.today,
            widget=forms.DateInput(attrs={"type": "date", "max": clock.today().isoformat()}),
        )
        self.fields["provider"] = self.text(_("谁提供的（单位或者人）"), 60)


class SureForm(ActForm):
    """Nothing to fill in: the page says what will happen, the button does it."""


@dataclass(frozen=True)
class Act:
    """One act: what the button says, what the page explains, who may, the form and the change."""

    label: str
    about: str
    needs: str
    form: type[ActForm]
    do: Callable


ACTS = {
    "category": Act(_("增加类别"), "", rules.ENROL, CategoryForm, listing.add_category),
    "end-category": Act(_("结束类别"), "", rules.ENROL, EndCategoryForm, listing.end_category),
    "assess": Act(
        _("评估风险"),
        _("只影响今天以后的探访安排，已经开始的不变。"),
        rules.ENROL,
        RiskForm,
        listing.assess,
    ),
    "visitor": Act(_("指定探访人"), "", rules.PLAN, VisitorForm, listing.give_visitor),
    "change": Act(
        _("有重大变故"),
        _("住院出院、亲人去世、摔倒等重大变故，按规则限时上门。"),
        rules.ENROL,
        SureForm,
        planning.report_change,
    ),
    "contact": Act(_("增加联系人"), _("没有应答时依次联系。"), rules.ENROL, ContactForm, listing.add_contact),
    "pair": Act(_("结对志愿者"), _("双方都同意后登记。"), rules.ENROL, PairForm, listing.pair),
    "deliver": Act(
        _("登记服务"),
        _("助餐、康复等最低服务提供之后登记；探访不用登记，平台自己知道。"),
        rules.ENROL,
        DeliverForm,
        delivering.deliver,
    ),
    "pause": Act(
        _("暂停探访"),
        _("暂停的不计入月探访率，但会在旁边列出；本人拒绝的须负责人确认。"),
        rules.ENROL,
        PauseForm,
        listing.pause,
    ),
    "resume": Act(_("恢复探访"), "", rules.ENROL, SureForm, listing.resume),
    "leave": Act(
        _("退出名单"), _("各类别同时结束，未做的探访取消。"), rules.ENROL, ReasonForm, listing.leave
    ),
    "ask-access": Act(
        _("申请查阅"), _("未成年人的档案须经负责人审批，查阅留痕。"), "", ReasonForm, listing.ask_access
    ),
}
