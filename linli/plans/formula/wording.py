"""A formula in words, for people who will never read one: 「办结诉求」的合计 ÷ …"""

from . import ir
from .catalogue import Catalogue
from .parsing import fold
from .periods import SHIFT_TITLES

_SIGNS = {
    "*": "×",
    "/": "÷",
    "+": "＋",
    "-": "－",
    "==": "＝",
    "!=": "≠",
    ">=": "≥",
    "<=": "≤",
    ">": "＞",
    "<": "＜",
    "and": "并且",
    "or": "或者",
}
_AGGREGATES = {
    "sum": "{part}合计",
    "avg": "每个{scope}平均{part}",
    "min": "{scope}中最少的{part}",
    "max": "{scope}中最多的{part}",
    "count": "报有{part}的{scope}数",
    "countif": "{part}的{scope}数",
    "share": "{part}的{scope}占比",
    "expected": "应报{part}的{scope}数",
    "reported": "已报{part}的{scope}数",
    "own": "{part}（本级）",
}
_LOOSE = {"+", "-"}


def in_words(expression: ir.Expression, names: Catalogue) -> str:
    """The formula as a Chinese phrase with the titles of measures and scopes."""
    return _words(expression, names, outer=True)


def _words(node, names, *, outer=False):
    if isinstance(node, ir.Number):
        return node.name or _plain(node.value)
    if isinstance(node, ir.Measured):
        shifts = "".join(f"［{SHIFT_TITLES[shift]}］" for shift in node.shifts)
        return f"{title_of(node.measure, names)}{shifts}"
    if isinstance(node, ir.Aggregate):
        scope = names.scopes.get(fold(node.scope))
        part = _words(node.part, names, outer=True)
        return _AGGREGATES[node.op].format(part=part, scope=scope.title if scope else node.scope)
    return _operation(node, names, outer)


def _operation(node, names, outer):
    parts = [_words(part, names) for part in node.parts]
    if node.op == "if":
        return f"如果{parts[0]}，取{parts[1]}，否则取{parts[2]}"
    if node.op in ("least", "greatest", "coalesce"):
        how = {"least": "最小的", "greatest": "最大的", "coalesce": "先有值的"}[node.op]
        return f"（{'、'.join(parts)}）中{how}"
    if node.op == "abs":
        return f"{parts[0]}的绝对值"
    if node.op == "ceil":
        return f"{parts[0]}向上取整"
    if len(parts) == 1:
        return f"{'非' if node.op == 'not' else '－'}{parts[0]}"
    text = f" {_SIGNS[node.op]} ".join(parts)
    return text if outer or node.op in ("*", "/") else f"（{text}）"


def _plain(value):
    number = ir.exact(value)
    return str(number) if number.denominator != 1 or number < 10_000 else f"{number.numerator:,}"


def title_of(code: str, names: Catalogue) -> str:
    """What people call a measure; its code when it is no longer known."""
    spec = names.measures.get(fold(code))
    return spec.title if spec else code
