"""Checks of baselines and targets: dates, ranges, percentages, and that numbers stand in the text."""

from decimal import Decimal
from itertools import pairwise

from .checks import Check, Context, Finding, digits, into, repeated

EACH: list[Check] = []  # each takes the context, the location of an indicator and the indicator


@into(EACH)
def has_a_target_or_a_start(context: Context, where, line):
    if not line.targets and not line.baseline and not line.standard and not line.not_computed:
        yield Finding((*where, "code"), "没有目标、基期值，也没有标准", "写 targets；原文没有数的写 standard")


@into(EACH)
def binding_ones_have_a_target(context: Context, where, line):
    if line.nature == "binding" and not line.targets:
        yield Finding((*where, "nature"), "约束性指标没有目标值", "写 targets")


@into(EACH)
def target_has_a_value_or_a_range(context: Context, where, line):
    for position, target in enumerate(line.targets):
        single, both = target.value is not None, target.low is not None and target.high is not None
        if single == both or (target.low is None) != (target.high is None):
            yield Finding(
                (*where, "targets", position), "目标应是一个值，或一个区间", "写 value，或同时写 low 和 high"
            )


@into(EACH)
def range_belongs_to_the_direction(context: Context, where, line):
    for position, target in enumerate(line.targets):
        if (line.direction == "range") != (target.low is not None):
            yield Finding(
                (*where, "targets", position), "区间目标与方向不一致", "区间目标的 direction 写 range"
            )


@into(EACH)
def range_is_in_order(context: Context, where, line):
    for position, target in enumerate(line.targets):
        if target.low and target.high and Decimal(target.low) >= Decimal(target.high):
            yield Finding((*where, "targets", position, "low"), "区间下限不小于上限", "对调 low 与 high")


@into(EACH)
def target_days_differ(context: Context, where, line):
    for position, day in repeated(target.by for target in line.targets):
        yield Finding((*where, "targets", position, "by"), f"{day} 有两个目标", "一个日期一个目标")


@into(EACH)
def targets_are_in_order(context: Context, where, line):
    days = [target.by for target in line.targets]
    if days != sorted(days):
        yield Finding((*where, "targets"), "目标没有按日期排列", "从早到晚排列")


@into(EACH)
def target_lies_in_the_period(context: Context, where, line):
    for position, target in enumerate(line.targets):
        if not context.pack.valid_from <= target.by <= context.pack.valid_to:
            yield Finding((*where, "targets", position, "by"), f"{target.by} 不在规划期内", "检查日期")


@into(EACH)
def target_ends_a_month(context: Context, where, line):
    for position, target in enumerate(line.targets):
        if (target.by.month, target.by.day) not in _LAST_DAYS:
            yield Finding(
                (*where, "targets", position, "by"), f"{target.by} 不是月末", "目标按月末考核，写当月最后一天"
            )


_LAST_DAYS = {(1, 31), (2, 28), (2, 29), (3, 31), (4, 30), (5, 31), (6, 30), (7, 31), (8, 31), (9, 30),
              (10, 31), (11, 30), (12, 31)}  # fmt: skip


@into(EACH)
def percentages_stay_below_hundred(context: Context, where, line):
    for position, target in enumerate(line.targets):
        if line.unit == "%" and any(not 0 <= Decimal(v) <= 100 for v in _values(target)):
            yield Finding((*where, "targets", position), "百分比目标不在 0 到 100 之间", "检查数值或单位")


def _values(target):
    return [value for value in (target.value, target.low, target.high) if value is not None]


@into(EACH)
def targets_are_not_negative(context: Context, where, line):
    for position, target in enumerate(line.targets):
        if any(Decimal(value) < 0 for value in _values(target)):
            yield Finding((*where, "targets", position), "目标是负数", "检查数值")


@into(EACH)
def zero_is_no_least(context: Context, where, line):
    for position, target in enumerate(line.targets):
        if line.direction == "at_least" and target.value is not None and not Decimal(target.value):
            yield Finding(
                (*where, "targets", position), "“不低于 0”没有意义", "direction 写 equal 或 at_most"
            )


@into(EACH)
def hundred_percent_is_no_most(context: Context, where, line):
    for position, target in enumerate(line.targets):
        if line.unit == "%" and line.direction == "at_most" and target.value == "100":
            yield Finding((*where, "targets", position), "“不高于 100%”没有意义", "检查 direction")


@into(EACH)
def targets_grow_with_the_years(context: Context, where, line):
    values = [Decimal(target.value) for target in line.targets if target.value is not None]
    falls = any(later < earlier for earlier, later in pairwise(values))
    rises = any(later > earlier for earlier, later in pairwise(values))
    if (line.direction == "at_least" and falls) or (line.direction == "at_most" and rises):
        yield Finding((*where, "targets"), "后一年的目标比前一年宽松", "检查各年的数值")


@into(EACH)
def target_fits_the_decimals(context: Context, where, line):
    for position, target in enumerate(line.targets):
        if any(len(digits(v).partition(".")[2]) > line.decimals for v in _values(target)):
            yield Finding((*where, "targets", position), "目标的小数位多于 decimals", "增加 decimals")


@into(EACH)
def prose_targets_stand_in_the_text(context: Context, where, line):
    text = line.quote + line.name + line.standard
    for position, target in enumerate(line.targets):
        said = any(
            word in text
            for word in (
                "全覆盖",
                "清零",
                "全面",
                "覆盖所有",
                "所有",
                "轮训一遍",
                "一次",
                "四同步",
                "同步交付",
            )
        )
        if (
            line.number is None  # those of the table of indicators stand in its own column
            and not line.ref.startswith("I-")
            and not target.derived
            and not said
            and not all(digits(v) in text for v in _values(target))
        ):
            yield Finding(
                (*where, "targets", position),
                f"引文里没有目标值 {'、'.join(_values(target))}",
                "引用写有目标的那一句；由标准推定的写 derived: true",
            )


@into(EACH)
def baseline_is_one_figure(context: Context, where, line):
    start = line.baseline
    if start and (start.value is None) == (start.below is None):
        yield Finding((*where, "baseline"), "基期应写 value 或 below 之一", "原文写“不足”的用 below")


@into(EACH)
def baseline_comes_before_the_targets(context: Context, where, line):
    if line.baseline and any(target.by.year <= line.baseline.year for target in line.targets):
        yield Finding((*where, "baseline", "year"), "基期年不早于目标年", "检查基期年份")


@into(EACH)
def baseline_stands_in_its_quote(context: Context, where, line):
    start = line.baseline
    number = digits(start.value or start.below) if start else ""
    whole = start is not None and number == "100" and "全覆盖" in start.quote
    if start and not start.derived and not whole and number not in start.quote:
        yield Finding(
            (*where, "baseline"),
            f"引文里没有基期值 {number}",
            "引用写有这个数的那一句；推算的写 derived: true",
        )


@into(EACH)
def derived_baseline_is_not_printed(context: Context, where, line):
    start = line.baseline
    if start and start.derived and start.value and digits(start.value) in start.quote:
        yield Finding((*where, "baseline", "derived"), "引文里就有基期值，不是推算的", "删去 derived")


@into(EACH)
def baseline_percentage_is_believable(context: Context, where, line):
    start = line.baseline
    if start and line.unit == "%" and not 0 <= Decimal(start.value or start.below or "0") <= 100:
        yield Finding((*where, "baseline"), "百分比基期值不在 0 到 100 之间", "检查数值或单位")


@into(EACH)
def target_is_beyond_the_start(context: Context, where, line):
    start = line.baseline
    if not start or start.value is None or not line.targets or line.targets[-1].value is None:
        return
    begun, wanted = Decimal(start.value), Decimal(line.targets[-1].value)
    if (line.direction == "at_least" and wanted < begun) or (line.direction == "at_most" and wanted > begun):
        yield Finding((*where, "baseline"), "目标还不如基期值", "检查基期值、目标值和方向")


@into(EACH)
def uncomputed_has_no_baseline(context: Context, where, line):
    if line.not_computed and line.baseline:
        yield Finding((*where, "baseline"), "不计算的指标不该有基期值", "删去 baseline，或写 formula")
