"""Checks of the indicators of a plan: identity, words, formulas, responsibility."""

from linli.plans.formula import Formula, FormulaError, ir

from .checks import Check, Context, Finding, into, repeated

CHECKS: list[Check] = []  # each takes the context
EACH: list[Check] = []  # each takes the context, the location of an indicator and the indicator
RATIO_SIGNS = {"avg", "share"}
WHOLE_UNITS = {"个", "份", "户", "条", "支", "人", "家", "次/年"}


@into(CHECKS)
def codes_differ(context: Context):
    for position, code in repeated(line.code for line in context.pack.indicators):
        yield Finding(("indicators", position, "code"), f"指标代码 {code} 写了两次", "代码在一份规划里唯一")


@into(CHECKS)
def refs_differ(context: Context):
    for position, ref in repeated(line.ref for line in context.pack.indicators):
        yield Finding(("indicators", position, "ref"), f"编号 {ref} 写了两次", "一个编号对应一个指标")


@into(CHECKS)
def numbers_differ(context: Context):
    for position, number in repeated(line.number for line in context.pack.indicators):
        yield Finding(("indicators", position, "number"), f"一览表序号 {number} 写了两次", "按原表改正序号")


@into(CHECKS)
def equal_indicators_say_so(context: Context):
    seen = {}
    for position, line in enumerate(context.pack.indicators):
        targets = tuple((t.by, t.value, t.low, t.high) for t in line.targets)
        key = (line.formula, targets)
        if line.formula and targets and key in seen and not line.same_as:
            yield Finding(
                ("indicators", position), f"与 {seen[key]} 公式和目标都相同", f"写 same_as: {seen[key]}"
            )
        seen.setdefault(key, line.code)


@into(CHECKS)
def every_indicator_is_served(context: Context):
    served = {code for task in context.pack.tasks for code in task.serves}
    for position, line in enumerate(context.pack.indicators):
        if line.code not in served and not line.same_as:
            yield Finding(
                ("indicators", position, "code"),
                f"没有任务支撑指标 {line.code}",
                "在相应任务的 serves 里写上它的代码",
            )


@into(EACH)
def printed_ones_have_a_number(context: Context, where, line):
    if line.ref.startswith("I-") and line.number is None:
        yield Finding((*where, "ref"), "一览表里的指标没有序号", "写 number：原表的序号")


@into(EACH)
def prose_has_no_number(context: Context, where, line):
    if line.ref.startswith("P-") and line.number is not None:
        yield Finding((*where, "number"), "正文里的指标没有一览表序号", "删去 number，或把编号改为 I-…")


@into(EACH)
def words_have_no_stray_spaces(context: Context, where, line):
    for key in ("name", "quote"):
        if "  " in getattr(line, key) or "\t" in getattr(line, key):
            yield Finding((*where, key), "文字里有多余的空格", "按原文删去空格")


@into(EACH)
def prose_quotes_what_it_is_called(context: Context, where, line):
    if line.number is not None and len(line.quote) > 60:
        yield Finding((*where, "quote"), "一览表指标的引文应是表中的名称", "引用表中的一格")


@into(EACH)
def unit_is_not_a_formula(context: Context, where, line):
    if any(sign in line.unit for sign in "×*=<>"):
        yield Finding((*where, "unit"), f"“{line.unit}”不是计量单位", "写 %、㎡、人/万人 等")


@into(EACH)
def has_a_formula_or_a_reason(context: Context, where, line):
    if not line.formula and not line.not_computed:
        yield Finding((*where, "code"), "既没有公式，也没有说明为何不计算", "写 formula，或写 not_computed")


@into(EACH)
def not_computed_has_nothing_else(context: Context, where, line):
    for key in ("formula", "targets", "figures", "readings"):
        if line.not_computed and getattr(line, key):
            yield Finding((*where, key), "不计算的指标不该有这一项", f"删去 {key} 或 not_computed")


@into(EACH)
def formula_compiles(context: Context, where, line):
    found = context.formula(line.formula) if line.formula else None
    if isinstance(found, FormulaError):
        yield Finding((*where, "formula"), f"公式{found}", "改正公式，或在计数项包里登记所用的计数项")


@into(EACH)
def readings_compile(context: Context, where, line):
    for position, reading in enumerate(line.readings):
        found = context.formula(reading.formula)
        if isinstance(found, FormulaError):
            yield Finding((*where, "readings", position, "formula"), f"公式{found}", "改正这一读法的公式")


@into(EACH)
def readings_differ(context: Context, where, line):
    names = [line.name, *(reading.name for reading in line.readings)]
    for position, name in repeated(names):
        yield Finding(
            (*where, "readings", position - 1, "name"), f"读法“{name}”写了两次", "每种读法起不同的名"
        )


@into(EACH)
def reading_is_another_formula(context: Context, where, line):
    for position, reading in enumerate(line.readings):
        if reading.formula == line.formula:
            yield Finding((*where, "readings", position, "formula"), "与指标本身的公式相同", "删去这一读法")


@into(EACH)
def scope_is_known(context: Context, where, line):
    if context.scope(line.scope) is None:
        known = "、".join(sorted({scope.title for scope in context.catalogue.scopes.values()}))
        yield Finding((*where, "scope"), f"没有名为“{line.scope}”的范围", f"可用：{known}")


@into(EACH)
def formula_stays_in_its_scope(context: Context, where, line):
    found = context.formula(line.formula) if line.formula else None
    scope = context.scope(line.scope)
    if not isinstance(found, Formula) or scope is None:
        return
    for aggregate in ir.aggregates_of(found.expression):
        used = context.catalogue.scopes[aggregate.scope]
        if not context.catalogue.covers(scope.code, used.code):
            yield Finding(
                (*where, "formula"),
                f"公式汇总的是“{used.title}”，指标的范围是“{scope.title}”",
                f"写 of({scope.title})，或改 scope",
            )
            return


@into(EACH)
def percent_comes_times_hundred(context: Context, where, line):
    found = context.formula(line.formula) if line.formula else None
    if line.unit == "%" and isinstance(found, Formula) and not _times_hundred(found.expression):
        yield Finding((*where, "formula"), "单位是 %，公式却没有乘以 100", "在公式末尾写 * 100")


@into(EACH)
def share_is_a_percentage(context: Context, where, line):
    found = context.formula(line.formula) if line.formula else None
    if line.unit != "%" and isinstance(found, Formula) and _is_share(found.expression):
        yield Finding((*where, "unit"), f"占比的单位不是“{line.unit}”", "单位写 %")


def _times_hundred(expression):
    return (
        isinstance(expression, ir.Operation)
        and expression.op == "*"
        and isinstance(expression.parts[1], ir.Number)
        and expression.parts[1].value == "100"
    )


def _is_share(expression):
    return (
        _times_hundred(expression)
        and isinstance(expression.parts[0], ir.Aggregate)
        and expression.parts[0].op == "share"
    )


@into(EACH)
def counts_have_no_decimals(context: Context, where, line):
    found = context.formula(line.formula) if line.formula else None
    if (
        line.decimals
        and line.unit in WHOLE_UNITS
        and isinstance(found, Formula)
        and _is_count(found.expression)
    ):
        yield Finding((*where, "decimals"), "计数没有小数", "decimals 写 0")


def _is_count(expression):
    ops = {part.op for part in ir.walk(expression) if isinstance(part, (ir.Aggregate, ir.Operation))}
    return not ops & {"/", "avg", "share"} and all(
        part.scale == 0 for part in ir.walk(expression) if isinstance(part, ir.Measured)
    )


@into(EACH)
def same_as_exists(context: Context, where, line):
    if line.same_as and line.same_as not in {other.code for other in context.pack.indicators}:
        yield Finding((*where, "same_as"), f"没有指标 {line.same_as}", "写同一份规划里的指标代码")


@into(EACH)
def same_as_is_another(context: Context, where, line):
    original = next((o for o in context.pack.indicators if o.code == line.same_as), None)
    if original is not None and (original.code == line.code or original.same_as):
        yield Finding((*where, "same_as"), "指向自己，或指向另一个重复项", "指向一览表里的那一个")


@into(EACH)
def same_as_has_the_same_formula(context: Context, where, line):
    original = next((o for o in context.pack.indicators if o.code == line.same_as), None)
    if original is not None and (original.formula, original.unit) != (line.formula, line.unit):
        yield Finding((*where, "formula"), f"与 {line.same_as} 的公式或单位不同", "改成一致，或删去 same_as")


@into(EACH)
def prose_states_no_nature(context: Context, where, line):
    if line.ref.startswith("I-") and line.nature == "unstated":
        yield Finding(
            (*where, "nature"), "一览表指标没有写明属性", "按原表写 binding（约束性）或 expected（预期性）"
        )


@into(EACH)
def level_is_stated(context: Context, where, line):
    if not line.level:
        yield Finding(
            (*where, "level"), "没有写级别", "写原表所印的级别；未印时写发文机关的级别并 level_printed: false"
        )


@into(EACH)
def figures_have_a_source(context: Context, where, line):
    if line.formula and line.figures is None:
        yield Finding((*where, "code"), "没有说明数据来源", "写 figures: records、reported 或 both")


@into(EACH)
def lead_does_not_support_itself(context: Context, where, line):
    for who in sorted(set(line.lead) & set(line.support)):
        yield Finding((*where, "support"), f"{who} 既牵头又配合", "只留在 lead 里")


@into(EACH)
def derived_targets_name_their_standard(context: Context, where, line):
    if any(target.derived for target in line.targets) and not line.standard:
        yield Finding((*where, "targets"), "推定的目标没有写原文的标准", "写 standard：原文要求的数量或程度")
