"""Forms of the steps of requests, whistles and rectifications."""

from pathlib import Path
from tempfile import NamedTemporaryFile

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.forms import LONGEST_NOTE, DispatchForm, ManyFilesField, ReasonForm, StepForm, units_around
from linli.cases.models import Ask, Case, Rating
from linli.files.kinds import PAPERS, PICTURES, declare_purpose
from linli.kernel.text import refuse_hidden_characters
from linli.packs.reading import MAX_BYTES, read_pack
from linli.people.models import Unit

from .actions.redacting import check_boxes
from .models import Category, Request
from .rulebook import RequestsPack
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


class ObjectionForm(StepForm):
    """Why a rating is no fair one; the evidence is for staff."""

    purpose = EVIDENCE
    ground = forms.ChoiceField(label=_("异议理由"), choices=Ask.Ground.choices, widget=forms.RadioSelect)
    reason = text_field(_("请说明依据（评价会保留，只作标记）"), max_length=500)
    files = ManyFilesField(label=_("证据（照片、文件，可不传）"), required=False)


class PublishForm(StepForm):
    """An idea as everybody may read it."""

    text = text_field(_("公布的内容（写清采纳了什么、怎么办；不写任何人的姓名、住址）"), max_length=500)


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


class PlanForm(StepForm):
    """How a frequent matter is put right as a whole."""

    measure = text_field(_("治理办法"))
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("牵头单位（不换就不选）"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_around(self.case.place)


class FinishForm(StepForm):
    outcome = text_field(_("治理结果"))


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


class BulkForm(forms.Form):
    """One step for the chosen requests; tried first, then run."""

    step = forms.ChoiceField(
        label=_("怎么办"),
        choices=[("dispatch", _("派单")), ("recategorise", _("改类别"))],
        widget=forms.RadioSelect,
    )
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("承办单位"), required=False)
    category = forms.ModelChoiceField(Category.objects.none(), label=_("类别"), required=False)
    note = text_field(_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, place, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_around(place)
        self.fields["category"].queryset = Category.objects.filter(retired_on=None)

    def clean(self):
        told = super().clean()
        needed = {"dispatch": "unit", "recategorise": "category"}.get(told.get("step"))
        if needed and not told.get(needed):
            self.add_error(needed, _("请选择。"))
        return told

    @property
    def data_of_step(self) -> dict:
        """What the step itself is told."""
        name = {"dispatch": "unit", "recategorise": "category"}[self.cleaned_data["step"]]
        return {name: self.cleaned_data[name]}


class RedactForm(forms.Form):
    """Which parts of a photo are covered, and why."""

    photo = forms.IntegerField(widget=forms.HiddenInput)
    boxes = forms.CharField(
        label=_("遮挡框"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每行一个：左 上 右 下，0 到 100，如 20 10 45 60；整张遮住写 0 0 100 100。"),
    )
    reason = text_field(_("遮挡理由，如“路人的脸”“车牌”"), max_length=200, widget=forms.TextInput)

    def clean_boxes(self):
        try:
            found = [
                tuple(float(part) for part in line.split())
                for line in self.cleaned_data["boxes"].splitlines()
            ]
            boxes = [box for box in found if box]
            check_boxes(boxes)
        except ValueError:
            raise forms.ValidationError(_("每个遮挡框写四个 0 到 100 的数：左 上 右 下。")) from None
        return boxes


class TryRulesForm(forms.Form):
    """A rules pack and how far back it is tried."""

    file = forms.FileField(label=_("规则文件（YAML）"))
    days = forms.IntegerField(label=_("试算最近多少天"), min_value=1, max_value=366, initial=90)

    def clean_file(self):
        """The pack; what is wrong with it is told by line."""
        given = self.cleaned_data["file"]
        if given.size > MAX_BYTES:
            raise forms.ValidationError(_("文件太大。"))
        with NamedTemporaryFile(suffix=".yaml") as kept:
            kept.write(given.read())
            kept.flush()
            pack, problems = read_pack(Path(kept.name))
        if problems:
            raise forms.ValidationError([f"{one.line}: {one.message}" for one in problems[:10]])
        if not isinstance(pack, RequestsPack):
            raise forms.ValidationError(_("这不是诉求办理规则。"))
        return pack
