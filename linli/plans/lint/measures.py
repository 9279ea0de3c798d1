"""Checks of a measures pack: names that a formula can write, scopes that nest, agreement with the code."""

from linli.measures import Measure
from linli.plans.formula import Catalogue, FormulaError, MeasureSpec, Scope, compile_formula
from linli.plans.formula.compiling import AGGREGATES, EITHER, FUNCTIONS
from linli.plans.naming import catalogue

from .checks import Check, Finding, into, repeated

CHECKS: list[Check] = []  # each takes the pack and the measures that apps count, by title
LEVELS = ("province", "city", "county", "street", "community")


@into(CHECKS)
def measure_codes_differ(pack, counted):
    for position, code in repeated(line.code for line in pack.measures):
        yield Finding(("measures", position, "code"), f"计数项代码 {code} 写了两次", "代码唯一")


@into(CHECKS)
def measure_titles_differ(pack, counted):
    for position, title in repeated(line.title for line in pack.measures):
        yield Finding(
            ("measures", position, "title"), f"计数项名称“{title}”写了两次", "名称唯一，公式按名称找"
        )


@into(CHECKS)
def title_is_no_function(pack, counted):
    for position, line in enumerate(pack.measures):
        if line.title in {*AGGREGATES, *EITHER, *FUNCTIONS}:
            yield Finding(("measures", position, "title"), f"“{line.title}”是函数名", "另起一个名称")


@into(CHECKS)
def title_can_be_written_in_a_formula(pack, counted):
    scope = Scope("all", "全部", "community")
    for position, line in enumerate(pack.measures):
        names = Catalogue.of([MeasureSpec(line.code, line.title, line.unit, scope="all")], [scope])
        try:
            compile_formula(f"count({line.title})", names)
        except FormulaError:
            yield Finding(
                ("measures", position, "title"),
                f"公式里不能直接写“{line.title}”",
                "名称只用汉字、字母、数字，不以数字开头，不含括号和运算符号",
            )


@into(CHECKS)
def check_can_be_computed(pack, counted):
    try:
        names = catalogue(pack.scopes, pack.measures)
    except ValueError:  # names written twice: told by the checks of names
        return
    for position, line in enumerate(pack.checks):
        try:
            compile_formula(line.rule, names, sort="truth")
        except FormulaError as wrong:
            yield Finding(("checks", position, "rule"), str(wrong), "写成条件，如 sum(甲) <= sum(乙)")


@into(CHECKS)
def check_codes_differ(pack, counted):
    for position, code in repeated(line.code for line in pack.checks):
        yield Finding(("checks", position, "code"), f"校验规则 {code} 写了两次", "代码唯一")


@into(CHECKS)
def measure_scope_is_known(pack, counted):
    known = {line.code for line in pack.scopes}
    for position, line in enumerate(pack.measures):
        if line.scope not in known:
            yield Finding(
                ("measures", position, "scope"), f"没有范围 {line.scope}", f"可用：{'、'.join(sorted(known))}"
            )


@into(CHECKS)
def definition_says_more_than_the_title(pack, counted):
    for position, line in enumerate(pack.measures):
        if line.definition.strip("。") == line.title:
            yield Finding(("measures", position, "definition"), "定义只重复了名称", "写清楚什么算、什么不算")


@into(CHECKS)
def definitions_differ(pack, counted):
    for position, definition in repeated(line.definition for line in pack.measures):
        yield Finding(
            ("measures", position, "definition"),
            f"定义“{definition[:16]}”写了两次",
            "两个计数项应有不同的定义",
        )


@into(CHECKS)
def flows_do_not_stay_good(pack, counted):
    for position, line in enumerate(pack.measures):
        if line.kind in ("flow", "average", "ytd") and line.good_for_months != 1:
            yield Finding(
                ("measures", position, "good_for_months"),
                "流量没有有效期",
                "good_for_months 写 1，或 kind 写 stock",
            )


@into(CHECKS)
def people_counted_once_are_whole(pack, counted):
    for position, line in enumerate(pack.measures):
        if line.kind == "distinct" and line.decimals:
            yield Finding(("measures", position, "decimals"), "去重人数没有小数", "decimals 写 0")


@into(CHECKS)
def percentages_are_ratios(pack, counted):
    for position, line in enumerate(pack.measures):
        if line.unit == "%" and line.kind != "ratio":
            yield Finding(
                ("measures", position, "kind"), "百分比不能相加", "改报分子和分母，或 kind 写 ratio"
            )


@into(CHECKS)
def scope_codes_differ(pack, counted):
    for position, code in repeated(line.code for line in pack.scopes):
        yield Finding(("scopes", position, "code"), f"范围 {code} 写了两次", "代码唯一")


@into(CHECKS)
def scope_titles_differ(pack, counted):
    for position, title in repeated(line.title for line in pack.scopes):
        yield Finding(("scopes", position, "title"), f"范围名称“{title}”写了两次", "名称唯一")


@into(CHECKS)
def wider_scope_stands_before(pack, counted):
    levels = {}
    for position, line in enumerate(pack.scopes):
        if line.within is not None and line.within not in levels:
            yield Finding(
                ("scopes", position, "within"), f"前面没有范围 {line.within}", "把较宽的范围写在前面"
            )
        levels[line.code] = line.level


@into(CHECKS)
def wider_scope_is_on_the_same_level(pack, counted):
    levels = {line.code: line.level for line in pack.scopes}
    for position, line in enumerate(pack.scopes):
        if levels.get(line.within, line.level) != line.level:
            yield Finding(
                ("scopes", position, "level"), "与较宽的范围不在同一级", "within 只能是同一级的范围"
            )


@into(CHECKS)
def narrower_scope_says_how(pack, counted):
    for position, line in enumerate(pack.scopes):
        if line.within is not None and not line.urban_rural and not line.tag:
            yield Finding(
                ("scopes", position, "within"), "没有说明怎样从较宽的范围里选出", "写 urban_rural 或 tag"
            )


@into(CHECKS)
def app_counts_in_the_same_unit(pack, counted: dict[str, Measure]):
    for position, line in enumerate(pack.measures):
        found = counted.get(line.title)
        if found and found.unit != line.unit:
            yield Finding(
                ("measures", position, "unit"), f"{found.name} 以“{found.unit}”计数", "写同一个单位"
            )


@into(CHECKS)
def app_counts_the_same_kind(pack, counted: dict[str, Measure]):
    for position, line in enumerate(pack.measures):
        found = counted.get(line.title)
        if found and found.kind != line.kind:
            yield Finding(("measures", position, "kind"), f"{found.name} 是 {found.kind}", "写同一种类")


@into(CHECKS)
def app_counts_in_the_same_scale(pack, counted: dict[str, Measure]):
    for position, line in enumerate(pack.measures):
        found = counted.get(line.title)
        if found and found.scale != 10**line.decimals:
            yield Finding(
                ("measures", position, "decimals"),
                f"{found.name} 的一个单位是 {found.scale}",
                "decimals 与代码一致",
            )
