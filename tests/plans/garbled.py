"""Garbled formulas: right ones, cut, doubled and spliced by a seeded hand, then compiled and, if accepted, computed."""

from collections.abc import Iterator
from random import Random

from linli.plans.formula import Cell, Facts, FormulaError, Months, Unit, compile_formula, evaluate

from .worlds import CATALOGUE, FIRST

RIGHT = (
    "sum(设施面积) / sum(户数) * 100",
    "share(设施面积 / 户数 * 100 >= 30) of(城市社区) * 100",
    "占比（设施面积 ÷ 户数 × １００ ≥ ３０） of(农村社区)",
    "sum(办结诉求[同期]) / sum(办结诉求) - 1",
    "if(sum(户数) > 600, sum(按期办结诉求) / sum(办结诉求), 30%)",
    "countif(户数 >= 1 且 非 设施面积 < 2 或 心理咨询师 = 0) of(城市社区)",
    "coalesce(avg(平均常住人口), sum(户数) * 2.7)",
    "last(满意率) - last(满意率[上期])",
    "distinct(服务人数) / sum(平均常住人口[年初至今])",
    "reported(累计支出) / expected(累计支出) * 100",
    "abs(-max(户数) + min(户数))",
    "向上取整(sum(户数) / 7)",
    "sum(if(户数 > 0, 累计支出, 0))",
)
PIECES = (
    *"()[]（）「」,，.·#% \n+-*/×÷<>=≥≠", "sum", "share", "if", "of", "and", "非", "或", "户数", "设施面积", "满意率",
    "[同期]", "[年初至今]", "城市社区", "600", "0", "30%", "9" * 30, "(" * 40, "-" * 40,
    "\x00", "é", "\ud800", "\u202e", "𠮷",
)  # fmt: skip
UNITS = tuple(Unit(f"c{n}", f"/city/s{n % 2}/c{n}/", frozenset({"communities", "urban"})) for n in range(3))
MONTHS = Months(FIRST, FIRST + 2)
STEPS = 20_000  # an evaluation of two hundred operations over three communities must come out with fewer


def garbled(count: int, *, seed: int = 6) -> Iterator[str]:
    """So many texts, the same for a seed."""
    hand = Random(seed)
    for _text in range(count):
        text = hand.choice(RIGHT)
        for _edit in range(hand.randint(1, 4)):
            text = _edited(text, hand)
        yield text


def _edited(text: str, hand: Random) -> str:
    first, last = sorted(hand.randrange(len(text) + 1) for _end in range(2))
    way = hand.randrange(5)
    if way == 0:  # cut out
        return text[:first] + text[last:]
    if way == 1:  # doubled
        return text[:last] + text[first:]
    if way == 2:  # spliced with another
        return text[:first] + hand.choice(RIGHT)[first:]
    if way == 3:  # nested in itself
        return f"{text[:first]}({text[first:last]}){text[last:]}"
    return text[:first] + hand.choice(PIECES) + text[first:]


def tried(text: str, facts: Facts) -> bool:
    """Was the text accepted and computed? A refusal must say where and why; anything else that is raised is a fault."""
    try:
        expression = compile_formula(text, CATALOGUE).expression
    except FormulaError as told:
        if not told.message or told.line < 1 or told.column < 1:
            raise ValueError(f"refused without a place: {text!a}") from told
        return False
    found = evaluate(expression, facts, "/city/", MONTHS, steps=STEPS).value
    if (found.number is None) != (found.status != "value"):
        raise ValueError(f"neither a number nor a reason: {text!a}")
    return True


def little_world() -> Facts:
    """Three communities of which one is silent, and a zero to divide by."""
    names = ("t.area", "t.households", "t.closed", "t.on_time", "t.residents", "t.spent")
    cells = {
        (name, f"c{unit}", FIRST + month, 1): Cell(unit * (100 + month))
        for name in names
        for unit in range(2)
        for month in range(3)
    }
    return Facts(UNITS, cells, FIRST + 11)
