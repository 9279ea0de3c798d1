"""The formula language: what it accepts, refuses and computes, told without a database."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.plans.formula import (
    BudgetSpent,
    Catalogue,
    Cell,
    Constant,
    Facts,
    FormulaError,
    Months,
    Unit,
    Value,
    compile_formula,
    evaluate,
    ir,
    month_of,
    rounded,
    unit_results,
)  # fmt: skip
from linli.plans.formula.parsing import LONGEST_TEXT

from .worlds import CATALOGUE, FIRST, MEASURES, SCOPES, formulas, worlds

JANUARY = Months(FIRST, FIRST)
URBAN, RURAL = frozenset({"communities", "urban"}), frozenset({"communities", "rural"})
UNITS = (
    Unit("c1", "/city/s1/c1/", URBAN),
    Unit("c2", "/city/s1/c2/", URBAN),
    Unit("c3", "/city/s2/c3/", RURAL),
)


def facts(cells, due_through=FIRST + 11):
    """Cells by (measure, unit, month from 0), each a number, or a status."""
    stored = {
        (measure, unit, FIRST + month, 1): Cell(None, cell) if isinstance(cell, str) else Cell(cell)
        for (measure, unit, month), cell in cells.items()
    }
    return Facts(UNITS, stored, due_through)


def value(text, cells, *, path="/city/", months=JANUARY, due_through=FIRST + 11):
    formula = compile_formula(text, CATALOGUE)
    return evaluate(formula.expression, facts(cells, due_through), path, months).value


def test_ratio_of_a_parent_is_the_ratio_of_sums_and_no_mean_of_rates():
    cells = {
        ("t.closed", "c1", 0): 10, ("t.on_time", "c1", 0): 5,
        ("t.closed", "c2", 0): 90, ("t.on_time", "c2", 0): 90,
    }  # fmt: skip
    text = "sum(按期办结诉求) / sum(办结诉求) of(城市社区) * 100"

    assert value(text, cells) == Value(Fraction(95), "value", 2, 3)
    assert value(text, cells, path="/city/s1/c1/") == Value(Fraction(50), "value", 1, 1)


def test_full_width_signs_and_chinese_words_mean_the_same_formula():
    plain = compile_formula("share(t.area >= 600 and t.households > 0) of(urban) * 100", CATALOGUE)
    chinese = compile_formula("占比（设施面积≥６００　且 户数＞０）of（城市社区）×１００", CATALOGUE)

    assert chinese.digest == plain.digest
    assert chinese.expression == plain.expression


def test_names_with_signs_in_them_are_written_in_corner_brackets():
    catalogue = Catalogue.of((MEASURES[0].__class__("x.y", "村（社区）数", "个"),), SCOPES)

    assert (
        compile_formula("sum(「村(社区)数」)", catalogue).digest
        == compile_formula("sum(x.y)", catalogue).digest
    )


def test_silence_is_not_zero():
    text = "sum(办结诉求)"

    assert value(text, {("t.closed", "c1", 0): 0}) == Value(Fraction(0), "value", 1, 3)
    assert value(text, {}) == Value(None, "not_reported", 0, 3)


def test_share_leaves_out_the_silent_and_says_how_many_reported():
    cells = {("t.area", "c1", 0): 60_000, ("t.area", "c2", 0): 59_999}

    assert value("share(设施面积 >= 600)", cells) == Value(Fraction(1, 2), "value", 2, 3)


@pytest.mark.parametrize("text", ["share(户数 >= 1 且 办结诉求 >= 1)", "share(户数 >= 1 或 办结诉求 >= 1)"])
def test_a_condition_of_which_a_part_is_silent_is_silent_whatever_the_other_part_says(text):
    """Else a year in progress knew its failures (of "and") or its successes (of "or") alone."""
    cells = {("t.households", "c1", 0): 0, ("t.households", "c2", 0): 1}

    assert value(text, cells) == Value(None, "not_reported", 0, 3)

    assert value(text, cells | {("t.closed", "c1", 0): 1, ("t.closed", "c2", 0): 1}) == Value(
        Fraction(1, 2) if "且" in text else Fraction(1), "value", 2, 3
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum(户数) / sum(办结诉求)", Value(None, "undefined", 1, 3)),
        ("coalesce(sum(户数) / sum(办结诉求), 7)", Value(Fraction(7), "value", 1, 3)),
        ("if(sum(户数) * 1 > 2, 1, 0)", Value(Fraction(1), "value", 1, 3)),
        ("avg(户数)", Value(Fraction(3), "value", 1, 3)),
        ("count(户数)", Value(Fraction(1), "value", 1, 3)),
        ("expected(户数)", Value(Fraction(3), "value", 1, 3)),
        ("min(sum(户数) * 1, 2)", Value(Fraction(2), "value", 1, 3)),
        ("向上取整(sum(户数) / 2)", Value(Fraction(2), "value", 1, 3)),
        ("ceil(-sum(户数) / 2)", Value(Fraction(-1), "value", 1, 3)),
        ("ceil(sum(户数) / 3)", Value(Fraction(1), "value", 1, 3)),
        ("sum(心理咨询师)", Value(None, "not_reported", 0, 2)),
        ("last(满意率)", Value(None, "not_reported", 0, 1)),
    ],
)
def test_what_functions_give(text, expected):
    cells = {("t.households", "c1", 0): 3, ("t.closed", "c1", 0): 0}

    assert value(text, cells) == expected


def test_kinds_of_measure_are_brought_together_over_time_in_their_own_way():
    quarter = Months(FIRST, FIRST + 2)
    cells = {}
    for measure, row in {
        "t.households": (5, 6, 7), "t.closed": (5, 6, 7), "t.residents": (50, 60, 70),
        "t.spent": (500, 600, 700),
    }.items():  # fmt: skip
        cells |= {(measure, "c1", month): number for month, number in enumerate(row)}

    found = {name: value(f"sum({name})", cells, months=quarter, path="/city/s1/c1/").number
             for name in ("户数", "办结诉求", "平均常住人口", "累计支出")}  # fmt: skip

    assert found == {"户数": 7, "办结诉求": 18, "平均常住人口": 6, "累计支出": 7}


def test_running_totals_give_the_month_as_a_difference_and_never_a_negative_one():
    cells = {("t.spent", "c1", 0): 500, ("t.spent", "c1", 1): 800, ("t.spent", "c1", 2): 700}
    february, march = Months(FIRST + 1, FIRST + 1), Months(FIRST + 2, FIRST + 2)

    assert value("sum(累计支出)", cells, months=february, path="/city/s1/c1/") == Value(
        Fraction(3), "value", 1, 1
    )
    assert value("sum(累计支出)", cells, months=march, path="/city/s1/c1/") == Value(None, "undefined", 0, 1)


def test_a_stock_stays_good_for_its_lookback_and_no_longer():
    cells = {("t.area", "c1", 0): 60_000}
    months = [Months(FIRST + m, FIRST + m) for m in (2, 3)]

    assert [value("sum(设施面积)", cells, months=m).status for m in months] == ["value", "not_reported"]


def test_months_that_have_not_ended_are_not_due():
    cells = {("t.closed", "c1", 0): 4}
    year = Months(FIRST, FIRST + 11)

    assert value("sum(办结诉求)", cells, months=Months(FIRST + 1, FIRST + 1), due_through=FIRST) == Value(
        None, "not_due", 0, 0
    )
    assert value("sum(办结诉求)", cells, months=year, due_through=FIRST) == Value(Fraction(4), "value", 1, 3)


def test_shifts_reach_back_in_time():
    cells = {("t.closed", "c1", month): 10 + month for month in range(-12, 3)}
    march = Months(FIRST + 2, FIRST + 2)

    found = [value(f"sum(办结诉求{shift})", cells, months=march, path="/city/s1/c1/").number
             for shift in ("", "[上期]", "[同期]", "[年初至今]", "[年初至今][同期]")]  # fmt: skip

    assert found == [12, 11, 0, 33, -3]


def test_distinct_people_are_read_from_the_place_and_never_added_up():
    stored = {("t.served", "s1", FIRST + 2, 3): Cell(40), ("t.served", "c1", FIRST + 2, 3): Cell(30)}
    world = Facts(UNITS, stored, FIRST + 11, {"/city/s1/": "s1", "/city/s1/c1/": "c1"})
    formula = compile_formula("distinct(服务人数)", CATALOGUE)
    quarter = Months(FIRST, FIRST + 2)

    found = [evaluate(formula.expression, world, path, quarter).value.number for path in world.own]

    assert found == [40, 30]


def test_constants_of_the_pack_are_named_in_the_expression():
    catalogue = Catalogue.of(MEASURES, SCOPES, [Constant("达标面积", Decimal("600"), "㎡")])
    formula = compile_formula("countif(设施面积 >= 达标面积)", catalogue)

    assert ir.Number("600", "达标面积") in set(ir.walk(formula.expression))


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        (
            "sum(设施面积 / 户数)",
            1,
            1,
            "比率不能相加：各社区大小不同，相加没有意义。请写成 sum(分子) / sum(分母)。",
        ),
        (
            "avg(满意率)",
            1,
            1,
            "比率不能取平均：各社区大小不同，取平均没有意义。请写成 sum(分子) / sum(分母)。",
        ),
        ("sum(服务人数)", 1, 1, "同一个人可能出现在几个社区，不能相加：请用 distinct(…)。"),
        ("sum(户数)\n + sum(户口)", 2, 8, "没有名为“户口”的指标，是不是“户数”？"),
        ("户数", 1, 1, "要先汇总再计算：请用 sum(…)、last(…) 等把各单位的数汇总起来。"),
        ("sum(sum(户数))", 1, 5, "汇总里面不能再汇总。"),
        ("sum(户数) / (3 - 3)", 1, 9, "除数为零。"),
        ("sum(设施面积) + sum(户数)", 1, 11, "单位不同，不能相加、相减或比较：㎡、户。"),
        ("countif(户数)", 1, 9, "这里应是一个条件，如 面积 >= 600。"),
        ("sum(户数 > 1)", 1, 8, "这里应是一个数，不是条件。"),
        ("sum(户数", 1, 7, "公式没有写完，这里还需要or（或）、右括号 )、逗号。"),
        ("sum(户数) # 1", 1, 9, "不认识的符号“#”。"),
        ("", 1, 1, "公式为空。"),
        ("sum(户数[去年])", 1, 8, "不认识的时期“去年”，可用：上期、同期、年初至今。"),
        ("countif(户数 > avg(户数))", 1, 12, "不能把各单位的数与汇总数放在一起算：请先把两边都汇总。"),
        ("sum(心理咨询师) of(农村社区)", 1, 1, "范围不一致：城市社区、农村社区 没有共同的单位，请分别汇总。"),
        ("1 + 1", 1, 3, "公式里没有指标，只有常数。"),
        ("if(sum(户数) > 1, 2)", 1, 1, "if(…) 要 3 个参数，这里有 2 个。"),
    ],
)
def test_a_wrong_formula_is_told_by_line_column_and_sentence(text, line, column, message):
    with pytest.raises(FormulaError) as found:
        compile_formula(text, CATALOGUE)

    assert (found.value.line, found.value.column, found.value.message) == (line, column, message)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 900 + "1" + ")" * 900,
        "-" * 1500 + "1",
        "not " * 400 + "1",
        "1" * 1900,
        "1+" * 900 + "1",
        "x" * (LONGEST_TEXT + 1),
    ],
)
def test_size_and_depth_are_bounded(text):
    with pytest.raises(FormulaError):
        compile_formula(text, CATALOGUE)


def test_evaluation_stops_when_its_steps_are_spent():
    formula = compile_formula("sum(户数) + sum(户数) of(城市社区)", CATALOGUE)

    with pytest.raises(BudgetSpent, match="计算步数超出上限"):
        evaluate(formula.expression, facts({}), "/city/", JANUARY, steps=5)


def test_json_form_comes_back_and_keeps_its_digest():
    expression = compile_formula("share(设施面积[同期] >= 600) of(城市社区) * 100", CATALOGUE).expression

    assert ir.from_json(ir.to_json(expression)) == expression
    assert ir.digest(ir.from_json(ir.to_json(expression))) == ir.digest(expression)


def test_an_explanation_opens_down_to_the_units():
    cells = {("t.area", "c1", 0): 60_000, ("t.area", "c2", 0): "not_applicable", ("t.area", "c3", 0): 100}
    formula = compile_formula("share(设施面积 >= 600) * 100", CATALOGUE)
    trace = evaluate(formula.expression, facts(cells), "/city/", JANUARY)
    share = trace.parts[0]

    assert share.counts == {"units": 3, "expected": 2, "reported": 2, "values": 2, "met": 1}
    opened = unit_results(share.node, facts(cells), "/city/", JANUARY)
    assert [(u.code, u.value.number, u.expected) for u in opened] == [
        ("c1", True, True), ("c2", None, False), ("c3", False, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [("1/2", 0, "0"), ("3/2", 0, "2"), ("5/2", 0, "2"), ("251/100", 1, "2.5"), ("1/8", 2, "0.12"),
     ("-15/10", 0, "-2"), ("2/3", 1, "0.7"), ("100", 1, "100.0")],
)  # fmt: skip
def test_rounding_goes_to_the_even_digit_on_exact_halves(number, decimals, text):
    assert str(rounded(Fraction(number), decimals)) == text


def test_periods_know_their_years_and_shifts():
    across = Months(month_of(2024, 11), month_of(2025, 2))

    assert across.years() == (
        Months(month_of(2024, 11), month_of(2024, 12)),
        Months(month_of(2025, 1), month_of(2025, 2)),
    )
    assert across.shifted("previous") == Months(month_of(2024, 7), month_of(2024, 10))
    assert across.shifted("year_to_date") == Months(month_of(2025, 1), month_of(2025, 2))


ALPHABET = st.sampled_from(
    [
        *"()[]（）「」,，.·#% \n+-*/×÷<>=≥",
        "sum",
        "share",
        "if",
        "of",
        "and",
        "非",
        "户数",
        "设施面积",
        "[同期]",
        "600",
        "9" * 30,
        "\x00",
        "é",
    ]
)


def problem_of(text):
    try:
        compile_formula(text, CATALOGUE)
    except FormulaError as told:
        return told


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(ALPHABET, max_size=40).map("".join) | st.text(max_size=60))
def test_no_text_makes_the_compiler_crash(text):
    problem = problem_of(text)

    assert problem is None or (bool(problem.message), problem.line >= 1, problem.column >= 1) == (True,) * 3


@settings(max_examples=60, deadline=None, derandomize=True)
@given(formulas, worlds())
def test_no_accepted_formula_makes_the_evaluator_crash_or_lose_its_json(text, world):
    try:
        expression = compile_formula(text, CATALOGUE).expression
    except FormulaError:
        return

    assert ir.from_json(ir.to_json(expression)) == expression
    found = evaluate(expression, world, "/city/", Months(FIRST, FIRST + 2)).value
    assert (found.number is None) == (found.status != "value")


@settings(max_examples=40, deadline=None, derandomize=True)
@given(worlds(), st.integers(1, 4))
def test_sum_of_the_children_is_the_parent(world, length):
    expression = compile_formula("sum(办结诉求) + sum(累计支出) * 0", CATALOGUE).expression.parts[0]
    months = Months(FIRST, FIRST + length - 1)

    city, *streets = (
        evaluate(expression, world, p, months).value for p in ("/city/", "/city/s0/", "/city/s1/")
    )

    assert (city.number or 0) == sum(street.number or 0 for street in streets)
    assert (city.reported, city.expected) == (
        sum(street.reported for street in streets), sum(street.expected for street in streets)
    )  # fmt: skip
