"""Forms of a plan being written: its head, one indicator, one task; each gives and takes the pack's own words."""

import json
import re

import yaml
from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel.text import refuse_hidden_characters
from linli.packs.reading import PackLoader
from linli.plans.models.plans import Direction, Nature
from linli.plans.queries.drafts import starting_points

from .tasks import DAY

CODE = forms.RegexField(
    r"^[a-z0-9]+(-[a-z0-9]+)*$", label=_("代码（小写字母、数字和连字符）"), max_length=60,
    error_messages={"invalid": _("只用小写字母、数字和中间的连字符，如 day-care-seats。")},
)  # fmt: skip
LEVELS = [  # what the pack writes, and what a person reads
    ("中", _("全国")),
    ("省", _("省级")),
    ("市", _("市级")),
    ("区", _("区级")),
    ("县", _("县级")),
    ("街", _("街道（乡镇）")),
]
FIGURES = [
    ("", _("还没定")),
    ("records", _("按记录计算")),
    ("reported", _("逐级填报")),
    ("both", _("两者都有，按记录为准")),
]
KINDS = [("task", _("任务")), ("action", _("专栏行动")), ("deliverable", _("成果"))]
MARKS = {"derived": "（推定）", "date_assumed": "（期限推定）"}  # what the plan does not say in so many words
TARGET = re.compile(
    r"(?P<by>\d{4}-\d{2}-\d{2})\s*[：: ]\s*(?P<low>-?\d{1,12}(?:\.\d{1,6})?)"
    r"(?:\s*[—–~～-]\s*(?P<high>\d{1,12}(?:\.\d{1,6})?))?"
    r"\s*(?P<derived>[（(]推定[）)])?\s*(?P<date_assumed>[（(]期限推定[）)])?"
)


def words(label, *, longest=200, required=True, **options):
    return forms.CharField(
        label=label, max_length=longest, required=required, validators=[refuse_hidden_characters], **options
    )


class ManyWordsField(forms.CharField):
    """Several names in one line, parted by 、"""

    def prepare_value(self, value):
        return "、".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value):
        return [part.strip() for part in re.split(r"[、,，;；\n]", value or "") if part.strip()]

    def validate(self, value):
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value):
        for part in value:
            super().run_validators(part)


class TargetsField(forms.CharField):
    """One target a line: 2028-12-31：85, or a range 2028-12-31：18–30; （推定） behind what is our reading."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value):
        if not isinstance(value, list):
            return value
        return "\n".join(map(self._line, value))

    @staticmethod
    def _line(target: dict) -> str:
        said = target.get("value") or f"{target['low']}–{target['high']}"
        return f"{target['by']}：{said}" + "".join(mark for name, mark in MARKS.items() if target.get(name))

    def to_python(self, value):
        return [self._target(line) for line in (value or "").splitlines() if line.strip()]

    def _target(self, line: str) -> dict:
        found = TARGET.fullmatch(line.strip())
        if not found:
            raise forms.ValidationError(
                _("“%(line)s”没看懂。一行一个目标，写成 2028-12-31：85。"), params={"line": line[:40]}
            )
        by, low, high = found["by"], found["low"], found["high"]
        number = {"value": low} if high is None else {"low": low, "high": high}
        return {"by": by, **number, **{name: True for name in MARKS if found[name]}}

    def run_validators(self, value):
        """Each line has been read already."""


class DocumentForm(forms.Form):
    """A part of a pack: `line` is what the pack would say, fields it does not know stay as they were."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, line: dict, version: int = 1, **kwargs):
        super().__init__(*args, initial={**self.read(line), "version": version}, **kwargs)
        self.before = line

    def read(self, line: dict) -> dict:
        return line

    def written(self) -> dict:
        """The line as the pack would say it; what is left empty is left out."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        kept = {name: value for name, value in self.before.items() if name not in told}
        return {**kept, **{name: value for name, value in told.items() if value not in ("", None, [])}}


class StartForm(forms.Form):
    """Where a new draft begins."""

    based_on = forms.ChoiceField(label=_("沿用哪份规划"))
    code = forms.RegexField(CODE.regex, label=_("新规划的代码，如 city-2030"), max_length=60)
    title = words(_("新规划的名称"))
    valid_from = forms.DateField(label=_("规划期从"), widget=DAY)
    valid_to = forms.DateField(label=_("到"), widget=DAY)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["based_on"].choices = list(starting_points().items())

    def clean(self):
        told = super().clean()
        if told.get("valid_from") and told.get("valid_to") and told["valid_to"] <= told["valid_from"]:
            self.add_error("valid_to", _("要晚于开始的日子。"))
        return told


class HeadForm(DocumentForm):
    """What a plan says of itself; the rest of the pack that has no form stands here as it is written."""

    title = words(_("规划名称"))
    source = words(_("依据和出处"), longest=300)
    level = forms.ChoiceField(label=_("级别"), choices=LEVELS[1:])
    valid_from = forms.DateField(label=_("规划期从"), widget=DAY)
    valid_to = forms.DateField(label=_("到"), widget=DAY)
    rest = forms.CharField(
        label=_("牵头单位、常数、方向性目标和基础数据（按规划包的写法）"), max_length=100_000, required=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "form-control code"}),
    )  # fmt: skip
    REST = ("responsible", "constants", "directions", "statements")

    def read(self, line):
        rest = {key: line[key] for key in self.REST if line.get(key)}
        return {
            **line,
            "rest": yaml.safe_dump(rest, allow_unicode=True, sort_keys=False, width=100) if rest else "",
        }

    def clean_rest(self):
        try:
            told = yaml.load(self.cleaned_data["rest"] or "{}", Loader=PackLoader)  # noqa: S506
        except (yaml.YAMLError, RecursionError, ValueError) as wrong:
            mark = getattr(wrong, "problem_mark", None)
            raise forms.ValidationError(
                _("第 %(line)s 行没看懂：缩进和冒号要对齐。"), params={"line": mark.line + 1 if mark else 1}
            ) from None
        if not isinstance(told, dict) or set(told) - set(self.REST):
            raise forms.ValidationError(_("这里只写 %(names)s。"), params={"names": "、".join(self.REST)})
        return self._as_json(told)

    @staticmethod
    def _as_json(told: dict) -> dict:
        """What YAML reads and a document cannot hold is refused: not-a-number, and what no eye sees."""
        try:
            written = json.dumps(told, default=str, allow_nan=False, ensure_ascii=False)
        except (TypeError, ValueError):
            raise forms.ValidationError(_('有一个数写得不对，常数要加引号，如 "30"。')) from None
        if "\\u0000" in written:
            raise forms.ValidationError(_("有看不见的字符，请删去后重填。"))
        refuse_hidden_characters(written)
        return json.loads(written)

    def written(self) -> dict:
        told = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "rest")}
        days = {name: told[name].isoformat() for name in ("valid_from", "valid_to")}
        return {**told, **days, **{key: self.cleaned_data["rest"].get(key, []) for key in self.REST}}


class IndicatorForm(DocumentForm):
    """One indicator in the words of the plan, and how it is computed."""

    code = CODE
    number = forms.IntegerField(
        label=_("在指标一览表中的序号（正文里的不填）"), min_value=1, max_value=200, required=False
    )
    name = words(_("指标名称（按规划原文）"), longest=100)
    quote = words(_("规划原文中的这一句"))
    section = words(_("在规划的第几部分，如 二(三) 或 专栏1"), longest=20)
    unit = words(_("单位"), longest=12)
    decimals = forms.TypedChoiceField(label=_("小数位数"), coerce=int, choices=[(n, n) for n in range(5)])
    direction = forms.ChoiceField(label=_("方向"), choices=Direction.choices)
    nature = forms.ChoiceField(label=_("性质"), choices=Nature.choices)
    level = forms.MultipleChoiceField(
        label=_("考核到哪一级"), choices=LEVELS, widget=forms.CheckboxSelectMultiple
    )
    scope = words(_("范围，如 社区、城市社区、农村社区"), longest=40)
    standard = words(_("每个地方的标准（推定目标时写）"), longest=100, required=False)
    baseline_year = forms.IntegerField(label=_("基期年份"), min_value=2000, max_value=2100, required=False)
    baseline_value = forms.RegexField(r"^-?\d{1,12}(\.\d{1,6})?$", label=_("基期数"), required=False)
    baseline_quote = words(_("基期数的出处"), required=False)
    targets = TargetsField(
        label=_("目标（一行一个，如 2028-12-31：85；由标准推定的在后面写“（推定）”）"), required=False
    )
    formula = forms.CharField(
        label=_("公式"), max_length=500, required=False, strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
    )  # fmt: skip
    not_computed = words(_("不在这里计算的，写明原因"), required=False)
    figures = forms.ChoiceField(label=_("数据来源"), choices=FIGURES, required=False)
    publish_from = forms.IntegerField(
        label=_("报送达到百分之几才公布（不到为初步数）"), min_value=1, max_value=100, initial=80
    )
    lead = ManyWordsField(label=_("牵头单位（用顿号分开）"), max_length=60)
    support = ManyWordsField(label=_("配合单位"), max_length=100, required=False)
    responsible_by = words(_("分工写在规划的第几部分"), longest=20)
    note = words(_("备注"), longest=300, required=False)
    STARTS = ("baseline_year", "baseline_value", "baseline_quote")

    def read(self, line):
        start = line.get("baseline") or {}
        return {**line, **{name: start.get(name.removeprefix("baseline_"), "") for name in self.STARTS}}

    def clean(self):
        told = super().clean()
        if bool(told.get("baseline_year")) != bool(told.get("baseline_value")):
            self.add_error("baseline_value", _("基期年份和基期数要一起填，或都不填。"))
        return told

    def written(self) -> dict:
        line = super().written()
        line.pop("baseline", None)
        told = {name.removeprefix("baseline_"): line.pop(name, "") for name in self.STARTS}
        if told["year"]:
            before = self.before.get("baseline") or {}
            same = (before.get("value"), before.get("quote")) == (told["value"], told["quote"])
            line["baseline"] = {**(before if same else {"section": line["section"]}), **told}
        return line


class TaskForm(DocumentForm):
    """Something the plan wants done."""

    code = CODE
    clause = words(_("在规划的第几部分，如 三(二) 或 专栏3"), longest=20)
    kind = forms.ChoiceField(label=_("种类"), choices=KINDS)
    title = words(_("任务名称"), longest=60)
    box = words(_("专栏名称"), longest=60, required=False)
    quote = words(_("规划原文中的这一句"))
    lead = ManyWordsField(label=_("牵头单位（用顿号分开）"), max_length=60)
    support = ManyWordsField(label=_("配合单位"), max_length=100, required=False)
    responsible_by = words(_("分工写在规划的第几部分"), longest=20)
    due = forms.DateField(label=_("期限"), widget=DAY)
    part_of = forms.ChoiceField(label=_("成果属于哪项任务"), required=False)
    repeats = forms.ChoiceField(
        label=_("多久一次"), choices=[("", _("一次")), ("yearly", _("每年"))], required=False
    )
    serves = forms.MultipleChoiceField(
        label=_("服务哪些指标"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, document: dict, **kwargs):
        super().__init__(*args, **kwargs)
        indicators, tasks = document.get("indicators", []), document.get("tasks", [])
        self.fields["serves"].choices = [(line["code"], line["name"]) for line in indicators]
        whole = [line for line in tasks if line["kind"] != "deliverable" and line is not self.before]
        self.fields["part_of"].choices = [
            ("", _("不属于")),
            *((line["code"], line["title"]) for line in whole),
        ]

    def written(self) -> dict:
        """A task that serves no indicator is judged by evidence."""
        line = super().written()
        judged = {} if line.get("serves") else {"judged_by": "evidence"}
        line.pop("judged_by", None)
        return {**line, **judged, "due": self.cleaned_data["due"].isoformat()}
