"""The shape of what comes in about forms."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from linli.registers.declaring import registers
from linli.registers.picking import PlaceField

from .actions.defining import LEVELS
from .models import FormDefinition
from .rules import FILL, REVIEW_COUNTY


class OpenForm(forms.Form):
    """For which community and period a form is opened."""

    place = PlaceField(FILL, label=_("社区"))
    period = forms.CharField(
        label=_("期间"), max_length=20, help_text=_("例如 2026、2026H1、2026Q1 或 2026-03")
    )

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].of(user)


ASKED = {"填数字": "number", "填文字": "text"}


class DefineForm(forms.Form):
    """A form a county or city asks; each line of `columns` says what a column is and where it comes from."""

    place = PlaceField(REVIEW_COUNTY, levels=LEVELS, label=_("下发范围"))
    code = forms.SlugField(label=_("代码"), max_length=60, help_text=_("字母、数字和短横线。"))
    title = forms.CharField(label=_("报表"), max_length=120)
    issuer = forms.CharField(label=_("下发单位"), max_length=120)
    basis = forms.CharField(label=_("依据"), max_length=300)
    approval = forms.CharField(
        label=_("批准文号"), max_length=120, required=False, help_text=_("没有批准文号的，社区可以不填。")
    )
    refusal_rule = forms.CharField(label=_("拒填依据"), max_length=300)
    frequency = forms.ChoiceField(label=_("频次"), choices=FormDefinition.Frequency.choices)
    valid_from = forms.DateField(label=_("起"), widget=forms.DateInput(attrs={"type": "date"}))
    expires_on = forms.DateField(label=_("有效期至"), widget=forms.DateInput(attrs={"type": "date"}))
    term_workdays = forms.IntegerField(label=_("时限（工作日）"), min_value=1, max_value=60)
    minutes = forms.IntegerField(label=_("每次用时（分钟）"), min_value=1, max_value=2_000)
    rows = forms.ChoiceField(label=_("每行是哪个台账的一条"), required=False)
    columns = forms.CharField(
        label=_("列"), widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("一行一列：“名称=台账”“专职工作人员数=计数”“开展次数=填数字，本期公开开展的次数”“困难=填文字，说明”。"),
    )  # fmt: skip

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].of(user)
        known = [(one.name, one.title) for one in registers.values() if not one.sensitive]
        self.fields["rows"].choices = [("", _("不按台账，每个社区一行")), *known]

    def clean(self):
        """Lines become columns: a title of the register's, a measure's, or a gap with its meaning."""
        told = super().clean()
        if told.get("columns"):
            lines = [line.strip() for line in told["columns"].splitlines() if line.strip()]
            try:
                told["columns"] = [_column(line, told.get("rows", "")) for line in lines]
            except ValidationError as wrong:
                self.add_error("columns", wrong)
        return told


def _column(line: str, rows: str) -> dict:
    title, _sign, source = line.replace("＝", "=").partition("=")
    word, _comma, meaning = source.replace(",", "，").partition("，")
    title, word, meaning = title.strip(), word.strip(), meaning.strip()
    if word == "台账" and rows:
        register = registers[rows]
        name = next((n for n in register.columns if register.title_of(n) == title), "")
        if not name:
            raise ValidationError(_("台账里没有“%s”这一列。") % title)
        return {"title": title, "field": name}
    if word == "计数":
        return {"title": title, "measure": title}
    if word in ASKED and meaning:
        return {"title": title, "gap": ASKED[word], "meaning": meaning}
    raise ValidationError(_("“%s”看不懂：请照下面的例子写，要填的列写明口径。") % line[:40])


def values_of(post) -> dict[int, str]:
    """{key of the cell: what was typed}, from fields called cell-<key>; others are no cells."""
    return {
        int(name[5:]): text
        for name, text in post.items()
        if name.startswith("cell-") and name[5:].isascii() and name[5:].isdigit() and len(name) < 24
    }
