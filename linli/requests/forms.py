"""Forms of the steps of requests, whistles and rectifications."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.forms import LONGEST_NOTE, DispatchForm, ManyFilesField, ReasonForm, StepForm, units_around
from linli.cases.models import Case, Rating
from linli.files.kinds import PAPERS, PICTURES, declare_purpose
from linli.kernel.text import refuse_hidden_characters
from linli.people.models import Unit

from .models import Category, Request
from .suggest import alike

PHOTOS = declare_purpose("requests.photos", "居民反映问题的照片", PICTURES)
EVIDENCE = declare_purpose("requests.evidence", "诉求办理佐证", PAPERS | PICTURES)
LONG = forms.Textarea(attrs={"rows": 5})


def text_field(label, **options):
    options = {
        "max_length": LONGEST_NOTE,
        "widget": LONG,
        "validators": [refuse_hidden_characters],
        **options,
    }
    return forms.CharField(label=label, **options)


class DispatchRequestForm(DispatchForm):
    """The unit the rules suggest stands first, with the reason."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        request = self.case.request
        if request.suggested_unit_id:
            self.fields["unit"].initial = request.suggested_unit_id
            self.fields["unit"].help_text = _("建议：%(unit)s（%(why)s）") % {
                "unit": request.suggested_unit.name,
                "why": request.suggested_why,
            }


class RejectForm(StepForm):
    """A reason of the list; its words go to the requester."""

    reason = forms.ChoiceField(label=_("不予受理的理由"), widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        lines = self.case.request.rulebook.rules.reasons
        self.fields["reason"].choices = [(line.code, line.name) for line in lines]


class CategoryForm(StepForm):
    category = forms.ModelChoiceField(Category.objects.none(), label=_("类别"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        area = self.case.request.rulebook.area
        self.fields["category"].queryset = Category.objects.filter(area=area, retired_on=None)


class ResolveForm(StepForm):
    """The answer; the replies of the rulebook are offered to be filled in."""

    purpose = EVIDENCE
    result = forms.ChoiceField(label=_("结果"), choices=Request.Result.choices, widget=forms.RadioSelect)
    outcome = text_field(_("给诉求人的答复"))
    files = ManyFilesField(label=_("办理佐证（照片、文件，可不传）"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        replies = self.case.request.rulebook.rules.replies
        if replies:
            offered = "\n".join(f"【{reply.name}】{reply.text}" for reply in replies)
            self.fields["outcome"].help_text = _("可以照抄再填空：") + offered


class ExtensionForm(StepForm):
    count = forms.IntegerField(label=_("延长多少"), min_value=1, max_value=365)
    reason = text_field(_("延期理由（会告知诉求人）"), max_length=500)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["count"].help_text = str(self.case.get_term_unit_display())


class ExclusionForm(StepForm):
    reason = text_field(_("剔除考核的理由"), max_length=500)


class WhistleForm(StepForm):
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(), label=_("请哪些单位协助"), widget=forms.CheckboxSelectMultiple
    )
    task = text_field(_("请协助什么"))
    hours = forms.IntegerField(
        label=_("多少小时内（不填按规则）"), min_value=1, max_value=720, required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = units_around(self.case.place).exclude(pk=self.case.unit_id)


class ReplyForm(StepForm):
    reply = text_field(_("反馈"))


class AbsorbForm(StepForm):
    """Requests that may be about the same matter, with why one may think so; a person chooses."""

    duplicates = forms.ModelMultipleChoiceField(
        Case.objects.none(), label=_("并入这些诉求"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        request = self.case.request
        found = alike(
            text=request.description,
            category=request.category,
            place=self.case.place,
            lon=request.lon,
            lat=request.lat,
            rules=request.rulebook.rules,
            but=request,
        )
        keys = [one.request.pk for one in found]
        self.fields["duplicates"].queryset = Case.objects.visible_to(self.by).filter(pk__in=keys)


class CallBackForm(StepForm):
    reached = forms.TypedChoiceField(
        label=_("联系上了吗？"),
        choices=[("yes", _("联系上了")), ("no", _("没有联系上"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    solved = forms.NullBooleanField(label=_("诉求人认为解决了吗？"), required=False)
    satisfied = forms.TypedChoiceField(
        label=_("满意程度（诉求人不愿说就不填）"),
        choices=[("", _("未表态")), *Rating.Stars.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )


class RemedyForm(StepForm):
    remedy = text_field(_("整改情况"))


class ConfirmForm(StepForm):
    accepted = forms.TypedChoiceField(
        label=_("诉求人认可整改吗？"),
        choices=[("yes", _("认可")), ("no", _("不认可，已说明"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


class SayForm(ReasonForm):
    """A word that has to be said."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("内容")


class LookUpForm(forms.Form):
    """Number and secret; neither alone opens anything."""

    number = forms.CharField(
        label=_("编号"), max_length=30, widget=forms.TextInput(attrs={"placeholder": "RQ-2026-000123"})
    )
    secret = forms.CharField(label=_("查询码"), max_length=20)
