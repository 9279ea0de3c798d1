"""Checks of a plan as a whole: its head, its constants, its wishes, the plan of the area above."""

from linli.plans.formula import ir
from linli.plans.formula.parsing import fold
from linli.plans.formula.shortfalls import is_additive

from .checks import Check, Context, Finding, digits, into, repeated

CHECKS: list[Check] = []
LEVEL_DIGITS = {"省": 2, "市": 4, "区": 6, "县": 6, "街": 9}


@into(CHECKS)
def area_is_of_the_level(context: Context):
    pack, kept = context.pack, LEVEL_DIGITS[context.pack.level]
    if pack.area[kept:].strip("0") or not pack.area[:kept].strip("0"):
        yield Finding(
            ("area",),
            f"区划代码 {pack.area} 不是{pack.level}级代码",
            f"{pack.level}级代码前 {kept} 位有值，其余为 0",
        )


@into(CHECKS)
def area_is_not_a_part_of_the_level_above(context: Context):
    pack, kept = context.pack, LEVEL_DIGITS[context.pack.level]
    above = max((digits for digits in LEVEL_DIGITS.values() if digits < kept), default=None)
    if above is not None and not pack.area[above:kept].strip("0"):
        yield Finding(("area",), f"区划代码 {pack.area} 是上一级的代码", "检查 level 或 area，两者应是同一级")


@into(CHECKS)
def period_is_believable(context: Context):
    months = (context.pack.valid_to - context.pack.valid_from).days / 30.4
    if not 6 <= months <= 15 * 12:
        yield Finding(("valid_to",), "规划期短于半年或长于十五年", "检查 valid_from 与 valid_to")


@into(CHECKS)
def title_has_its_brackets_paired(context: Context):
    for opening, closing in ("《》", "“”", "（）", "()"):
        if context.pack.title.count(opening) != context.pack.title.count(closing):
            yield Finding(("title",), f"标题中的 {opening}{closing} 不成对", "按原文补全标题")


@into(CHECKS)
def constant_names_differ(context: Context):
    for position, name in repeated(line.name for line in context.pack.constants):
        yield Finding(("constants", position, "name"), f"常数“{name}”写了两次", "保留一个，或改名")


@into(CHECKS)
def constant_is_no_measure(context: Context):
    for position, line in enumerate(context.pack.constants):
        if fold(line.name) in context.catalogue.measures:
            yield Finding(
                ("constants", position, "name"), f"“{line.name}”已是计数项的名称", "给常数另起一个名字"
            )


@into(CHECKS)
def constant_is_used(context: Context):
    used = {part.name for formula in context.formulas() for part in _numbers(formula.expression)}
    for position, line in enumerate(context.pack.constants):
        if line.name not in used:
            yield Finding(
                ("constants", position), f"没有公式用到常数“{line.name}”", "在公式里写它的名字，或删去"
            )


def _numbers(expression):
    return [part for part in ir.walk(expression) if isinstance(part, ir.Number)]


@into(CHECKS)
def constant_stands_in_its_quote(context: Context):
    for position, line in enumerate(context.pack.constants):
        if digits(line.value) not in line.quote:
            yield Finding(
                ("constants", position, "value"), f"引文里没有 {line.value}", "引用写有这个数的那一句"
            )


@into(CHECKS)
def refs_are_of_one_plan(context: Context):
    plans = {line.ref.split("-")[1] for line in context.pack.indicators if line.ref}
    if len(plans) > 1:
        yield Finding(
            ("indicators",), f"编号混用了几份规划：{'、'.join(sorted(plans))}", "一个包只装一份规划"
        )


@into(CHECKS)
def numbers_run_without_gaps(context: Context):
    numbers = sorted(line.number for line in context.pack.indicators if line.number)
    if numbers and numbers != list(range(1, len(numbers) + 1)):
        missing = sorted(set(range(1, max(numbers) + 1)) - set(numbers))
        yield Finding(("indicators",), f"一览表序号不连续，缺 {missing}", "补上缺的指标，或改正序号")


@into(CHECKS)
def directions_differ(context: Context):
    for position, code in repeated(line.code for line in context.pack.directions):
        yield Finding(("directions", position, "code"), f"方向性目标 {code} 写了两次", "保留一个")


@into(CHECKS)
def statements_differ(context: Context):
    for position, quote in repeated(line.quote for line in context.pack.statements):
        yield Finding(("statements", position, "quote"), f"基础数据“{quote[:20]}”写了两次", "保留一个")


@into(CHECKS)
def target_is_no_looser_than_a_binding_one_above(context: Context):
    binding = {}
    for pack in context.above:
        for line in pack.indicators:
            formula = context.formula(line.formula) if line.formula else None
            if line.nature == "binding" and hasattr(formula, "digest"):
                binding[formula.digest, line.direction] = (pack, line)
    for position, line in enumerate(context.pack.indicators):
        formula = context.formula(line.formula) if line.formula else None
        found = binding.get((getattr(formula, "digest", None), line.direction))
        if found and not is_additive(formula.expression) and _looser(line, found[1]):
            pack, higher = found
            yield Finding(
                ("indicators", position, "targets"),
                f"“{line.name}”的目标比上级约束性目标宽松（{pack.code}：{_last(higher)}）",
                "收紧目标：下级规划不得低于上级的约束性指标",
            )


@into(CHECKS)
def target_is_no_later_than_a_binding_one_above(context: Context):
    ends = {}
    for pack in context.above:
        for line in pack.indicators:
            formula = context.formula(line.formula) if line.formula else None
            if line.nature == "binding" and line.targets and hasattr(formula, "digest"):
                ends[formula.digest, line.direction] = (pack, max(target.by for target in line.targets))
    for position, line in enumerate(context.pack.indicators):
        formula = context.formula(line.formula) if line.formula else None
        found = ends.get((getattr(formula, "digest", None), line.direction))
        if found and line.targets and min(target.by for target in line.targets) > found[1]:
            yield Finding(
                ("indicators", position, "targets"),
                f"“{line.name}”的目标期限晚于上级约束性目标（{found[0].code}：{found[1]}）",
                "提前期限：上级到期时下级也要有目标",
            )


def _last(line):
    return max(line.targets, key=lambda target: target.by).value if line.targets else None


def _looser(line, higher):
    mine, theirs = _last(line), _last(higher)
    if theirs is None:
        return False
    if mine is None:
        return True
    if line.direction == "at_most":
        return float(mine) > float(theirs)
    return float(mine) < float(theirs)
