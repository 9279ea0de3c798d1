"""Syntax tree → typed formula: names found, kinds of value checked, what cannot be added refused."""

from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from math import ceil

from . import ir
from .catalogue import OWN_ROW_KINDS, Catalogue, MeasureSpec
from .parsing import Node, fold, parse
from .periods import SHIFTS
from .problems import FormulaError

AGGREGATES = {
    "sum": "sum", "合计": "sum", "last": "last", "期末": "last", "avg": "avg", "平均": "avg",
    "count": "count", "计数": "count", "countif": "countif", "满足数": "countif",
    "share": "share", "占比": "share", "distinct": "distinct", "去重": "distinct",
    "expected": "expected", "应报": "expected", "reported": "reported", "已报": "reported",
}  # fmt: skip
EITHER = {"min": "min", "最小": "min", "max": "max", "最大": "max"}
FUNCTIONS = {
    "if": "if",
    "如果": "if",
    "coalesce": "coalesce",
    "取值": "coalesce",
    "abs": "abs",
    "绝对值": "abs",
    "ceil": "ceil",
    "向上取整": "ceil",
}
REFERENCE_ONLY = {"last": "期末值", "distinct": "去重数", "expected": "应报数", "reported": "已报数"}
WHOLE, EACH, PLACE = "constant", "unit", "place"
NUMBER, TRUTH = "number", "truth"


@dataclass(frozen=True)
class Formula:
    """A formula that can be computed: its text, typed expression, unit of the result where it is known."""

    text: str
    expression: ir.Expression
    unit: str | None
    digest: str


@dataclass(frozen=True)
class _Typed:
    node: ir.Expression
    grain: str
    sort: str = NUMBER
    ratio: bool = False
    unit: str | None = None
    measures: tuple[MeasureSpec, ...] = ()


def compile_formula(text: str, catalogue: Catalogue, *, sort: str = NUMBER) -> Formula:
    """The typed formula of a text; FormulaError with line, column and a Chinese sentence if it has none.

    `sort` is "number" for an indicator and "truth" for a validation rule.
    """
    tree = parse(text)
    typed = _Compiler(catalogue).typed(tree)
    if typed.grain == EACH:
        raise _at(tree, "要先汇总再计算：请用 sum(…)、last(…) 等把各单位的数汇总起来。")
    if typed.grain == WHOLE:
        raise _at(tree, "公式里没有指标，只有常数。")
    if typed.sort != sort:
        wanted = "一个数" if sort == NUMBER else "一个条件"
        raise _at(tree, f"公式的结果应是{wanted}。")
    return Formula(text, typed.node, typed.unit, ir.digest(typed.node))


def _at(node: Node, message: str) -> FormulaError:
    return FormulaError(message, line=node.line, column=node.column)


class _Compiler:
    def __init__(self, catalogue: Catalogue):
        self.catalogue = catalogue

    def typed(self, node: Node) -> _Typed:
        return getattr(self, f"_{node.kind}")(node)

    def _number(self, node):
        percent = node.word.endswith("%")
        value = Fraction(node.word.rstrip("%")) / (100 if percent else 1)
        return _Typed(ir.Number(str(value)), WHOLE)

    def _reference(self, node):
        constant = self.catalogue.constants.get(fold(node.word))
        if constant is not None:
            if node.parts:
                raise _at(node, f"“{node.word}”是常数，没有时期可言。")
            value = ir.Number(str(Fraction(constant.value)), constant.title)
            return _Typed(value, WHOLE, unit=constant.unit or None)
        spec = self._measure(node)
        shifts = tuple(self._shift(part) for part in node.parts)
        if len(shifts) > 2:
            raise _at(node, "时期最多移动两次。")
        leaf = ir.Measured(spec.code, spec.kind, spec.scale, spec.lookback, shifts)
        return _Typed(leaf, EACH, ratio=spec.kind == "ratio", unit=spec.unit or None, measures=(spec,))

    def _measure(self, node):
        names = self.catalogue.measures
        spec = names.get(fold(node.word))
        if spec is None:
            near = get_close_matches(fold(node.word), [*names, *self.catalogue.constants], n=1, cutoff=0.5)
            hint = f"，是不是“{near[0]}”？" if near else "。"
            raise _at(node, f"没有名为“{node.word}”的指标{hint}")
        return spec

    def _shift(self, node):
        if node.word not in SHIFTS:
            raise _at(node, f"不认识的时期“{node.word}”，可用：{'、'.join(SHIFTS)}。")
        return SHIFTS[node.word]

    def _unary(self, node):
        part = self.typed(node.parts[0])
        if node.word == "not":
            self._must(part, TRUTH, node.parts[0])
            return _Typed(ir.Operation("not", (part.node,)), part.grain, TRUTH, measures=part.measures)
        self._must(part, NUMBER, node.parts[0])
        if node.word == "+":
            return part
        return self._folded("neg", (part,), part.ratio, part.unit)

    def _binary(self, node):
        parts = tuple(self.typed(part) for part in node.parts)
        wanted = TRUTH if node.word in ("and", "or") else NUMBER
        for part, written in zip(parts, node.parts, strict=True):
            self._must(part, wanted, written)
        grain = self._grain(parts, node)
        if node.word in ("+", "-", "*", "/"):
            return self._arithmetic(node, parts)
        if wanted == NUMBER:
            self._same_unit(parts, node)
        if grain == WHOLE:
            raise _at(node, "比较的两边都是常数，没有意义。")
        whole = ir.Operation(node.word, tuple(part.node for part in parts))
        return _Typed(whole, grain, TRUTH, measures=parts[0].measures + parts[1].measures)

    def _arithmetic(self, node, parts):
        ratio = any(part.ratio for part in parts)
        if node.word in "+-":
            return self._folded(node.word, parts, ratio, self._same_unit(parts, node))
        if node.word == "/":
            if isinstance(parts[1].node, ir.Number) and not ir.exact(parts[1].node.value):
                raise _at(node, "除数为零。")
            ratio = ratio or parts[1].grain == EACH
        return self._folded(node.word, parts, ratio, None)

    def _folded(self, op, parts, ratio, unit):
        """The operation, or the constant it comes to when all parts are constants."""
        nodes = tuple(part.node for part in parts)
        grain = max((part.grain for part in parts), key=(WHOLE, EACH, PLACE).index)
        if grain == WHOLE:
            return _Typed(ir.Number(str(_constant(op, [ir.exact(n.value) for n in nodes]))), WHOLE, unit=unit)
        measures = tuple(m for part in parts for m in part.measures)
        return _Typed(ir.Operation(op, nodes), grain, NUMBER, ratio, unit, measures)

    def _call(self, node):
        name = node.word.lower()
        single = len(node.parts) == 1
        if name in AGGREGATES or (name in EITHER and single):
            return self._aggregate(node, AGGREGATES.get(name) or EITHER[name], None)
        if name in EITHER:
            return self._choice(node, "least" if EITHER[name] == "min" else "greatest")
        if name not in FUNCTIONS:
            known = "、".join(dict.fromkeys([*AGGREGATES.values(), *EITHER.values(), *FUNCTIONS.values()]))
            raise _at(node, f"没有函数“{node.word}”，可用：{known}。")
        return self._function(node, FUNCTIONS[name])

    def _scoped(self, node):
        call, scope = node.parts
        name = call.word.lower()
        op = AGGREGATES.get(name) or (EITHER.get(name) if len(call.parts) == 1 else None)
        if op is None:
            raise _at(node, "of(…) 只能跟在汇总函数后面。")
        if fold(scope.word) not in self.catalogue.scopes:
            known = "、".join(dict.fromkeys(s.title for s in self.catalogue.scopes.values()))
            raise _at(scope, f"没有名为“{scope.word}”的范围，可用：{known}。")
        return self._aggregate(call, op, self.catalogue.scopes[fold(scope.word)])

    def _function(self, node, name):
        counts = {"if": (3, 3), "abs": (1, 1), "ceil": (1, 1), "coalesce": (2, 20)}[name]
        self._counted(node, *counts)
        if name == "coalesce":
            return self._choice(node, "coalesce")
        parts = tuple(self.typed(part) for part in node.parts)
        if name in ("abs", "ceil"):
            self._must(parts[0], NUMBER, node.parts[0])
            return self._folded(name, parts, parts[0].ratio, parts[0].unit)
        self._must(parts[0], TRUTH, node.parts[0])
        self._must(parts[1], NUMBER, node.parts[1])
        self._must(parts[2], NUMBER, node.parts[2])
        grain = self._grain(parts, node)
        unit = self._same_unit(parts[1:], node)
        measures = tuple(m for part in parts for m in part.measures)
        whole = ir.Operation("if", tuple(part.node for part in parts))
        return _Typed(whole, grain, NUMBER, parts[1].ratio or parts[2].ratio, unit, measures)

    def _choice(self, node, op):
        self._counted(node, 2, 20)
        parts = tuple(self.typed(part) for part in node.parts)
        for part, written in zip(parts, node.parts, strict=True):
            self._must(part, NUMBER, written)
        self._grain(parts, node)
        return self._folded(op, parts, any(part.ratio for part in parts), self._same_unit(parts, node))

    def _aggregate(self, node, op, scope):
        self._counted(node, 1, 1)
        part = self.typed(node.parts[0])
        if part.grain == PLACE:
            raise _at(node.parts[0], "汇总里面不能再汇总。")
        if part.grain == WHOLE:
            raise _at(node.parts[0], "汇总里面要有指标。")
        if op in REFERENCE_ONLY and not isinstance(part.node, ir.Measured):
            raise _at(node.parts[0], f"求{REFERENCE_ONLY[op]}的对象只能是一个指标。")
        self._must(part, TRUTH if op in ("countif", "share") else NUMBER, node.parts[0], either=op == "count")
        self._addable(op, part, node)
        unit = part.unit if op in ("sum", "last", "avg", "min", "max") else None
        if self._reads_own_row(op, part):
            op = "own"
        inner = part.node
        if op == "last":
            op, inner = "sum", ir.Measured(inner.measure, "stock", inner.scale, inner.lookback, inner.shifts)
        whole = ir.Aggregate(op, inner, self._scope(node, part, scope), op == "own")
        return _Typed(whole, PLACE, NUMBER, unit=unit)

    @staticmethod
    def _reads_own_row(op, part):
        return op == "distinct" or (op == "last" and part.measures[0].kind in OWN_ROW_KINDS)

    def _addable(self, op, part, node):
        kinds = {spec.kind for spec in part.measures}
        if op == "distinct" and kinds != {"distinct"}:
            raise _at(node, f"“{part.measures[0].title}”不是按人去重的指标，请用 sum(…)。")
        if op in ("sum", "avg"):
            if "distinct" in kinds:
                raise _at(node, "同一个人可能出现在几个社区，不能相加：请用 distinct(…)。")
            if part.ratio:
                name = "相加" if op == "sum" else "取平均"
                raise _at(
                    node, f"比率不能{name}：各社区大小不同，{name}没有意义。请写成 sum(分子) / sum(分母)。"
                )
        if op in ("count", "countif", "share", "min", "max") and "distinct" in kinds and len(kinds) > 1:
            raise _at(node, "去重指标不能与其他指标在同一个汇总里混用。")

    def _scope(self, node, part, scope):
        """The code of the narrowest scope that all measures of the aggregate share."""
        catalogue = self.catalogue
        codes = dict.fromkeys(spec.scope for spec in part.measures)
        if scope is not None:
            codes[scope.code] = None
        narrowest = next(
            (code for code in codes if all(catalogue.covers(other, code) for other in codes)), None
        )
        if narrowest is None:
            titles = "、".join(catalogue.scopes[fold(code)].title for code in codes)
            raise _at(node, f"范围不一致：{titles} 没有共同的单位，请分别汇总。")
        return narrowest

    def _grain(self, parts, node):
        grains = {part.grain for part in parts}
        if {EACH, PLACE} <= grains:
            raise _at(node, "不能把各单位的数与汇总数放在一起算：请先把两边都汇总。")
        return max(grains, key=(WHOLE, EACH, PLACE).index)

    @staticmethod
    def _same_unit(parts, node):
        units = {part.unit for part in parts if part.unit}
        if len(units) > 1:
            raise _at(node, f"单位不同，不能相加、相减或比较：{'、'.join(sorted(units))}。")
        return units.pop() if units else None

    @staticmethod
    def _must(part, sort, node, *, either=False):
        if part.sort != sort and not either:
            raise _at(
                node, "这里应是一个条件，如 面积 >= 600。" if sort == TRUTH else "这里应是一个数，不是条件。"
            )

    @staticmethod
    def _counted(node, least, most):
        if not least <= len(node.parts) <= most:
            wanted = str(least) if least == most else f"{least} 至 {most}"
            raise _at(node, f"{node.word}(…) 要 {wanted} 个参数，这里有 {len(node.parts)} 个。")


def _constant(op: str, numbers: list[Fraction]) -> Fraction:
    return {
        "+": lambda: numbers[0] + numbers[1],
        "-": lambda: numbers[0] - numbers[1],
        "*": lambda: numbers[0] * numbers[1],
        "/": lambda: numbers[0] / numbers[1],
        "neg": lambda: -numbers[0],
        "abs": lambda: abs(numbers[0]),
        "ceil": lambda: Fraction(ceil(numbers[0])),
        "least": lambda: min(numbers),
        "greatest": lambda: max(numbers),
        "coalesce": lambda: numbers[0],
    }[op]()
