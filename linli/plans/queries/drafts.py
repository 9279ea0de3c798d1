"""What stands in a draft: its problems beside their lines, what differs from what is installed, its pack."""

import json
from dataclasses import dataclass
from datetime import date

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

from linli.measures import Period
from linli.packs import pack_kinds
from linli.places.models import Place
from linli.plans.formula import Catalogue, FormulaError, compile_formula
from linli.plans.formula.wording import in_words
from linli.plans.models import PlanDraft
from linli.plans.naming import constants_of, names_of_packs, plan_packs
from linli.plans.schema import ConstantLine, PlanPack

from .values import values_of

HEAD = ("pack", "code", "title", "source", "area", "valid_from", "valid_to", "level", "responsible")
LEVEL_WORDS = {"province": "省", "city": "市", "county": "区"}
SAID = {
    "missing": gettext_lazy("必填"),
    "extra_forbidden": gettext_lazy("规划包里没有这一项"),
    "string_pattern_mismatch": gettext_lazy("写法不对"),
    "string_too_short": gettext_lazy("太短"),
    "string_too_long": gettext_lazy("太长"),
    "literal_error": gettext_lazy("不在可选的范围内"),
    "int_parsing": gettext_lazy("应是整数"),
    "date_from_datetime_parsing": gettext_lazy("应是日期，如 2030-12-31"),
    "date_parsing": gettext_lazy("应是日期，如 2030-12-31"),
}


@dataclass(frozen=True)
class DraftProblem:
    """Something wrong in a draft: the part and the line it is in ("" for the head), and a sentence."""

    part: str
    code: str
    field: str
    message: str


@dataclass(frozen=True)
class Checked:
    """A draft read as a pack (None when its shape is wrong), and everything wrong with it."""

    pack: PlanPack | None
    problems: tuple[DraftProblem, ...]

    def of(self, part: str, code: str) -> list[DraftProblem]:
        return [problem for problem in self.problems if (problem.part, problem.code) == (part, code)]


def starting_points() -> dict[str, str]:
    """The plan packs on disk that a draft may begin from: code → title."""
    return {pack.code: pack.title for pack in plan_packs()}


def document_of(code: str, *, place: Place, valid_from: date, valid_to: date) -> dict:
    """The pack of that code carried over to the next period: days moved on, starting points from the records."""
    pack = next(pack for pack in plan_packs() if pack.code == code)
    document = json.loads(pack.model_dump_json(exclude_defaults=True))
    years = valid_to.year - pack.valid_to.year
    document["source"] = _("草稿，沿用《%s》") % pack.title
    document["level"] = LEVEL_WORDS.get(place.level, pack.level)
    for line in document["indicators"]:
        line.pop("ref", None)
        for target in line.get("targets", []):
            target["by"] = _moved(target["by"], years, valid_to)
    for task in document.get("tasks", []):
        task["due"] = _moved(task["due"], years, valid_to)
    document["statements"] = []  # figures about the start of the period that has ended
    return _with_starts(document, pack, place, valid_from)


def check_draft(draft: PlanDraft) -> Checked:
    """Read the draft as `linli packs check` reads a pack; nothing is left unsaid."""
    try:
        pack = PlanPack.model_validate_json(json.dumps(draft.document))
    except ValidationError as wrong:
        told = [_told(draft.document, error["loc"], _sentence(error)) for error in wrong.errors()]
        return Checked(None, tuple(told))
    found = pack_kinds["plan"].check(pack)
    return Checked(pack, tuple(_told(draft.document, where, message) for where, message in found))


@dataclass(frozen=True)
class OutlineLine:
    """One line of a draft in its list."""

    code: str
    title: str
    about: str
    problems: int


def outline(draft: PlanDraft, checked: Checked) -> dict[str, list[OutlineLine]]:
    """The indicators and the tasks of a draft, each with how many problems it has."""
    told = {}
    for part, title, about in (("indicators", "name", _indicator_about), ("tasks", "title", _task_about)):
        told[part] = [
            OutlineLine(line["code"], line[title], about(line), len(checked.of(part, line["code"])))
            for line in draft.document.get(part, [])
        ]
    return told


def _indicator_about(line: dict) -> str:
    last = line["targets"][-1] if line.get("targets") else None
    goal = (
        f"{last['by'][:4]}：{last.get('value') or last['low'] + '–' + last['high']}{line['unit']}"
        if last
        else ""
    )
    return " · ".join(filter(None, (goal, line.get("formula") or line.get("not_computed", ""))))


def _task_about(line: dict) -> str:
    return " · ".join(("、".join(line["lead"]), line["due"]))


def as_yaml(pack: PlanPack) -> str:
    """The pack as a file that `linli packs check` accepts."""
    lines = pack.model_dump(mode="python", exclude_defaults=True)
    return yaml.safe_dump(_plain({"pack": "plan", **lines}), allow_unicode=True, sort_keys=False, width=110)


def names_in(draft: PlanDraft | None) -> Catalogue:
    """The names a formula of this draft may use: measures, scopes, and the draft's own constants."""
    said = draft.document.get("constants", []) if draft else []
    try:
        lines = [ConstantLine.model_validate(line) for line in said]
        return names_of_packs(constants_of(_Constants(lines)))
    except (ValidationError, ValueError):
        return names_of_packs()


def formula_told(text: str, names: Catalogue) -> dict:
    """A formula checked while it is written: in words when it is right, else the place and a sentence."""
    if not text.strip():
        return {"ok": False, "message": _("还没有写公式。"), "line": 1, "column": 1}
    try:
        made = compile_formula(text, names)
    except FormulaError as wrong:
        return {"ok": False, "message": wrong.message, "line": wrong.line, "column": wrong.column}
    return {"ok": True, "words": in_words(made.expression, names), "digest": made.digest}


def completions(names: Catalogue) -> list[dict]:
    """Every name a formula may use, with what it is, for the list under the formula."""
    measures = {spec.code: spec for spec in names.measures.values()}.values()
    scopes = {scope.code: scope for scope in names.scopes.values()}.values()
    told = [
        {"name": spec.title, "kind": _("计数项"), "about": f"{spec.unit} · {spec.code}"} for spec in measures
    ]
    told += [{"name": scope.title, "kind": _("范围"), "about": scope.code} for scope in scopes]
    told += [
        {"name": constant.title, "kind": _("常数"), "about": f"{constant.value} {constant.unit}"}
        for constant in {c.title: c for c in names.constants.values()}.values()
    ]
    return told + [{"name": name, "kind": _("函数"), "about": about} for name, about in functions().items()]


def functions() -> dict[str, str]:
    """The functions of the formula language, as they are written, with what they give."""
    return {
        "sum(": _("合计"), "avg(": _("平均"), "last(": _("期末值"), "count(": _("报有数的个数"),
        "countif(": _("符合条件的个数"), "share(": _("符合条件的占比，后面可接 of(范围)"), "distinct(": _("去重数"),
        "expected(": _("应报数"), "reported(": _("已报数"), "min(": _("最小"), "max(": _("最大"),
        "if(": _("如果…取…否则取…"), "coalesce(": _("先有值的"), "abs(": _("绝对值"),
        "ceil(": _("向上取整"),
    }  # fmt: skip


@dataclass(frozen=True)
class _Constants:
    constants: list[ConstantLine]


def _moved(day: str, years: int, last: date) -> str:
    """The same day some years on, never after the end of the period."""
    before = date.fromisoformat(day)
    try:
        moved = before.replace(year=before.year + years)
    except ValueError:  # the 29th of February
        moved = before.replace(year=before.year + years, day=28)
    return min(moved, last).isoformat()


def _with_starts(document: dict, pack: PlanPack, place: Place, valid_from: date) -> dict:
    """Each indicator starts from what the records say of the last whole year, or from nothing."""
    from linli.plans.models import Indicator

    year = valid_from.year - 1
    known = Indicator.objects.filter(plan__code=pack.code, retired_on=None).prefetch_related("targets")
    told = {found.indicator.code: found for found in values_of(list(known), [place], Period.parse(str(year)))}
    for line in document["indicators"]:
        line.pop("baseline", None)
        found = told.get(line["code"])
        if found is not None and found.shown is not None:
            quote = _("由平台记录推算的%(year)s年数") % {"year": year}
            start = {"year": year, "section": line["section"], "quote": quote, "value": str(found.shown)}
            line["baseline"] = {**start, "derived": True}
    return document


def _told(document: dict, where: tuple, message: str) -> DraftProblem:
    part = str(where[0]) if where else ""
    if part not in ("indicators", "tasks") or len(where) < 2 or not isinstance(where[1], int):
        return DraftProblem("", "", part, message)
    lines = document.get(part, [])
    code = lines[where[1]].get("code", "") if where[1] < len(lines) else ""
    return DraftProblem(part, code, str(where[2]) if len(where) > 2 else "", message)


def _sentence(error: dict) -> str:
    said = SAID.get(error["type"])
    return str(said) if said else _("不合要求（%(why)s）") % {"why": error["msg"]}


def _plain(value):
    """Tuples as lists: YAML without tags."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
