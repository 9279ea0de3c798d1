"""Checks of an index pack: formulas that compute, weights that add up to a hundred, grades in order."""

from decimal import Decimal
from itertools import pairwise

from linli.plans.formula import FormulaError, compile_formula
from linli.plans.formula.ir import measures_of
from linli.services.credit import CODES as PROVIDER_CODES

from .checks import Check, Finding, into, repeated

KNOWN_OF = {  # what is known of one thing that is no place (queries.subjects)
    "departments": {
        "plans.shares_due", "plans.shares_in_time", "plans.findings_due", "plans.findings_in_time",
    },
    "providers": set(PROVIDER_CODES),
    "projects": {"plans.project_goal", "plans.project_done", "plans.project_months", "plans.project_told"},
}  # fmt: skip
TITLES = {"departments": "部门", "providers": "服务机构", "projects": "项目"}
CHECKS: list[Check] = []  # each takes the pack and the catalogue of names
HUNDRED = Decimal(100)


def _lines(pack):
    for part in ("gates", "items"):
        for position, line in enumerate(getattr(pack, part)):
            yield (part, position), line


def _computed(pack):
    return ((where, line) for where, line in _lines(pack) if line.formula is not None)


@into(CHECKS)
def index_formula_compiles(pack, names):
    for where, line in _computed(pack):
        try:
            compile_formula(line.formula, names)
        except FormulaError as wrong:
            yield Finding((*where, "formula"), str(wrong), "改正公式，或在计数项包里登记所用的计数项")


@into(CHECKS)
def index_codes_differ(pack, names):
    places = [where for where, _line in _lines(pack)]
    for position, code in repeated(line.code for _where, line in _lines(pack)):
        yield Finding(
            (*places[position], "code"), f"代码 {code} 写了两次", "必备项和评分项的代码合在一起唯一"
        )


@into(CHECKS)
def index_titles_differ(pack, names):
    places = [where for where, _line in _lines(pack)]
    for position, title in repeated(line.title for _where, line in _lines(pack)):
        yield Finding((*places[position], "title"), f"名称“{title}”写了两次", "两项应有不同的名称")


@into(CHECKS)
def index_scope_is_known(pack, names):
    if pack.scope not in names.scopes:
        yield Finding(("scope",), f"没有范围 {pack.scope}", "用计数项包里登记的范围")


@into(CHECKS)
def each_thing_is_measured_by_what_is_its_own(pack, names):
    known = KNOWN_OF.get(pack.of)
    for where, line in _computed(pack) if known is not None else ():
        try:
            read = measures_of(compile_formula(line.formula, names).expression)
        except FormulaError:
            continue
        if not set(read) <= known:
            yield Finding(
                (*where, "formula"), f"{TITLES[pack.of]}没有计数项 {'、'.join(sorted(set(read) - known))}",
                "部门、服务机构、项目只用各自能数的计数项，其余的项在核查时打分",
            )  # fmt: skip


@into(CHECKS)
def weights_add_up_to_a_hundred(pack, names):
    total = sum((Decimal(line.weight) for line in pack.items), Decimal(0))
    if total != HUNDRED:
        yield Finding(("items",), f"权重合计 {total}", "评分项的权重合计应为 100")


@into(CHECKS)
def weight_is_above_zero(pack, names):
    for position, line in enumerate(pack.items):
        if Decimal(line.weight) <= 0:
            yield Finding(("items", position, "weight"), "权重不大于 0", "不计分的项不要列入")


@into(CHECKS)
def best_is_not_the_worst(pack, names):
    for position, line in enumerate(pack.items):
        if Decimal(line.best) == Decimal(line.worst):
            yield Finding(("items", position, "best"), "满分值和零分值相同", "写出得满分和得零分的两个值")


@into(CHECKS)
def bands_go_down(pack, names):
    scores = [Decimal(line.from_score) for line in pack.bands]
    for position, (above, below) in enumerate(pairwise(scores), 1):
        if below >= above:
            yield Finding(
                ("bands", position, "from_score"), "等次没有从高到低排列", "分数线从高到低写，不相同"
            )


@into(CHECKS)
def bands_lie_within_the_score(pack, names):
    for position, line in enumerate(pack.bands):
        if not 0 <= Decimal(line.from_score) <= HUNDRED:
            yield Finding(
                ("bands", position, "from_score"), "分数线在 0 到 100 之外", "总分为 100，分数线写在其中"
            )


@into(CHECKS)
def grade_names_differ(pack, names):
    for position, name in repeated(line.name for line in pack.bands):
        yield Finding(("bands", position, "name"), f"等次“{name}”写了两次", "等次名称唯一")


@into(CHECKS)
def proposal_says_what_is_ours(pack, names):
    if pack.proposal and not pack.note.strip():
        yield Finding(("note",), "建议稿没有说明", "写明哪些来自文件、哪些是建议")


@into(CHECKS)
def every_line_stands_in_each_frame(pack, names):
    known = {frame.code: {part.code for part in frame.parts} for frame in pack.frames}
    for where, line in _lines(pack):
        for frame, parts in known.items():
            if line.part.get(frame) not in parts:
                yield Finding(
                    (*where, "part"),
                    f"没有归到“{frame}”里的哪一类",
                    "每一项在每个框架里归一类，写框架里有的代码",
                )
        for frame in line.part.keys() - known.keys():
            yield Finding((*where, "part"), f"没有框架 {frame}", "先在 frames 里写出这个框架")


@into(CHECKS)
def codes_of_frames_differ(pack, names):
    for position, code in repeated(frame.code for frame in pack.frames):
        yield Finding(("frames", position, "code"), f"框架 {code} 写了两次", "框架代码唯一")
    for number, frame in enumerate(pack.frames):
        for position, code in repeated(part.code for part in frame.parts):
            yield Finding(
                ("frames", number, "parts", position, "code"), f"{code} 写了两次", "一个框架里的代码唯一"
            )
