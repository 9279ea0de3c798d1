"""The linter: the small pack is clean, and every rule that is broken is told where and by name."""

from datetime import date

import pytest

from linli.measures import Kind, Measure, Scope
from linli.packs import read_packs
from linli.plans.lint import INDICATOR_CHECKS, MEASURE_CHECKS, PLAN_CHECKS, TASK_CHECKS, lint_measures

from .shelves import findings, measures_pack, plan_pack

I0, T0 = ("indicators", 0), ("tasks", 0)
SECOND = {
    "code": "second",
    "ref": "I-TS-02",
    "number": 2,
    "formula": "sum(设施面积) / sum(户数) * 100",
    "readings": (),
}
SERVES_BOTH = {"serves": ("facility-30", "second")}
PART = {
    "code": "t3-1-d1",
    "kind": "deliverable",
    "part_of": "t3-1",
    "quote": "每年办一次",
    "repeats": "yearly",
}


def target(**fields):
    return {"targets": ({"by": date(2025, 12, 31), "value": "60", **fields},)}


def test_the_small_pack_is_clean():
    assert findings(plan_pack()) == []
    assert list(lint_measures(measures_pack(), {})) == []


def test_there_are_more_than_sixty_rules_and_no_two_share_a_name():
    names = [check.name for check in (*PLAN_CHECKS, *INDICATOR_CHECKS, *TASK_CHECKS, *MEASURE_CHECKS)]

    assert len(names) == len(set(names)) == 105


@pytest.mark.parametrize(
    ("changes", "where", "name"),
    [
        ({"level": "省"}, ("area",), "area-is-of-the-level"),
        ({"area": "990000000000"}, ("area",), "area-is-not-a-part-of-the-level-above"),
        ({"valid_from": date(2001, 1, 1)}, ("valid_to",), "period-is-believable"),
        ({"title": "《测试规划"}, ("title",), "title-has-its-brackets-paired"),
    ],
)
def test_head_of_a_plan(changes, where, name):
    assert findings(plan_pack(**changes)) == [(where, name)]


@pytest.mark.parametrize(
    ("indicator", "where", "name"),
    [
        ({"number": None}, ("ref",), "printed-ones-have-a-number"),
        ({"name": "设施  达标率"}, ("name",), "words-have-no-stray-spaces"),
        ({"quote": "设施达标率" * 20}, ("quote",), "prose-quotes-what-it-is-called"),
        ({"formula": "sum(户口)"}, ("formula",), "formula-compiles"),
        (
            {"readings": ({"name": "另一", "formula": "sum("},)},
            ("readings", 0, "formula"),
            "readings-compile",
        ),
        (
            {"readings": ({"name": "设施达标率", "formula": "sum(户数)"},)},
            ("readings", 0, "name"),
            "readings-differ",
        ),
        (
            {"readings": ({"name": "一样", "formula": "share(设施面积 / 户数 * 100 >= 30) * 100"},)},
            ("readings", 0, "formula"),
            "reading-is-another-formula",
        ),
        ({"scope": "村庄"}, ("scope",), "scope-is-known"),
        ({"scope": "城市社区"}, ("formula",), "formula-stays-in-its-scope"),
        ({"formula": "share(设施面积 >= 30)"}, ("formula",), "percent-comes-times-hundred"),
        ({"same_as": "nobody"}, ("same_as",), "same-as-exists"),
        ({"same_as": "facility-30"}, ("same_as",), "same-as-is-another"),
        ({"nature": "unstated"}, ("nature",), "prose-states-no-nature"),
        ({"level": ()}, ("level",), "level-is-stated"),
        ({"figures": None}, ("code",), "figures-have-a-source"),
        ({"support": ("民政局",)}, ("support",), "lead-does-not-support-itself"),
        (target(derived=True), ("targets",), "derived-targets-name-their-standard"),
        ({"targets": ()}, ("nature",), "binding-ones-have-a-target"),
        (target(value=None), ("targets", 0), "target-has-a-value-or-a-range"),
        (target(by=date(2026, 12, 31)), ("targets", 0, "by"), "target-lies-in-the-period"),
        (target(by=date(2025, 12, 30)), ("targets", 0, "by"), "target-ends-a-month"),
        (target(value="160"), ("targets", 0), "percentages-stay-below-hundred"),
        (target(value="60.25"), ("targets", 0), "target-fits-the-decimals"),
        (
            {**target(value="100"), "direction": "at_most", "baseline": None},
            ("targets", 0),
            "hundred-percent-is-no-most",
        ),
        ({"direction": "range"}, ("targets", 0), "range-belongs-to-the-direction"),
        (
            {**target(value=None, low="9", high="5"), "direction": "range"},
            ("targets", 0, "low"),
            "range-is-in-order",
        ),
        ({"baseline": {"year": 2020, "section": "一(一)", "quote": "达标率40%"}}, None, None),
        (
            {"baseline": {"year": 2025, "section": "一(一)", "quote": "40%", "value": "40"}},
            ("baseline", "year"),
            "baseline-comes-before-the-targets",
        ),
        (
            {"baseline": {"year": 2020, "section": "一(一)", "quote": "达标率低", "value": "40"}},
            ("baseline",),
            "baseline-stands-in-its-quote",
        ),
        (
            {"baseline": {"year": 2020, "section": "一(一)", "quote": "40%", "value": "40", "derived": True}},
            ("baseline", "derived"),
            "derived-baseline-is-not-printed",
        ),
        (
            {"baseline": {"year": 2020, "section": "一(一)", "quote": "达标率80%", "value": "80"}},
            ("baseline",),
            "target-is-beyond-the-start",
        ),
    ],
)
def test_rules_of_an_indicator(indicator, where, name):
    found = findings(plan_pack(indicator=indicator))

    if where is None:
        assert len(found) == 1
    else:
        assert found == [((*I0, *where), name)]


@pytest.mark.parametrize(
    ("also", "where", "name"),
    [
        ({**SECOND, "ref": "I-TS-01"}, ("indicators", 1, "ref"), "refs-differ"),
        ({**SECOND, "ref": "I-XX-02"}, ("indicators",), "refs-are-of-one-plan"),
        ({**SECOND, "number": 3}, ("indicators",), "numbers-run-without-gaps"),
        (
            {**SECOND, "formula": "share(设施面积 / 户数 * 100 >= 30) * 100"},
            ("indicators", 1),
            "equal-indicators-say-so",
        ),
        ({**SECOND, "same_as": "facility-30"}, ("indicators", 1, "formula"), "same-as-has-the-same-formula"),
        (
            {**SECOND, "ref": "P-TS-02", "quote": "达到60%"},
            ("indicators", 1, "number"),
            "prose-has-no-number",
        ),
        (
            {**SECOND, "ref": "P-TS-02", "number": None, "quote": "大幅提高"},
            ("indicators", 1, "targets", 0),
            "prose-targets-stand-in-the-text",
        ),
        ({**SECOND, "not_computed": "不属于本平台"}, ("indicators", 1, "formula"), None),
        ({**SECOND, "unit": "㎡=户", "baseline": None}, ("indicators", 1, "unit"), "unit-is-not-a-formula"),
        (
            {**SECOND, "formula": "sum(户数)", "unit": "户", "baseline": None},
            ("indicators", 1, "decimals"),
            "counts-have-no-decimals",
        ),
        (
            {**SECOND, "formula": "share(户数 > 0) * 100", "unit": "个", "baseline": None},
            ("indicators", 1, "unit"),
            "share-is-a-percentage",
        ),
    ],
)
def test_rules_between_indicators(also, where, name):
    found = findings(plan_pack(also=(also,), task=SERVES_BOTH))

    assert found[0][0] == where
    assert name in (None, found[0][1])


@pytest.mark.parametrize(
    ("task", "where", "name"),
    [
        ({"judged_by": "evidence"}, ("judged_by",), "task-is-judged-one-way"),
        ({"serves": ("facility-30", "nobody")}, ("serves", 1), "task-serves-known-indicators"),
        ({"serves": ("facility-30", "facility-30")}, ("serves", 1), "task-serves-each-once"),
        ({"due": date(2026, 1, 31)}, ("due",), "task-falls-due-in-the-plan"),
        ({"kind": "action"}, ("kind",), "action-names-its-box"),
        ({"box": "专栏1 行动"}, None, None),
        ({"kind": "action", "box": "专栏2 行动", "clause": "专栏1"}, ("clause",), "box-and-clause-agree"),
        ({"kind": "deliverable"}, ("kind",), "deliverable-is-part-of-a-task"),
        ({"support": ("民政局",)}, ("support",), "supporter-does-not-lead"),
        ({"lead": ("民政局", "民政局")}, ("lead", 1), "nobody-is-named-twice"),
        ({"repeats": "yearly"}, ("repeats",), "yearly-is-said-in-the-text"),
    ],
)
def test_rules_of_a_task(task, where, name):
    found = findings(plan_pack(task=task))

    if where is None:
        assert [check for _where, check in found] == ["box-belongs-to-an-action", "box-and-clause-agree"]
    else:
        assert found == [((*T0, *where), name)]


@pytest.mark.parametrize(
    ("part", "where", "name"),
    [
        ({}, None, None),
        ({"code": "t3-1"}, ("code",), "task-codes-differ"),
        ({"part_of": "nobody"}, ("part_of",), "part-of-exists"),
        ({"clause": "三(二)"}, ("clause",), "part-stands-under-the-same-clause"),
        ({"repeats": ""}, ("quote",), "every-year-repeats"),
        ({"kind": "task", "repeats": ""}, ("part_of",), "only-deliverables-are-parts"),
    ],
)
def test_rules_between_tasks(part, where, name):
    found = findings(plan_pack(more_tasks=({**PART, **part},)))

    assert found == ([] if where is None else [(("tasks", 1, *where), name)])


def test_a_task_that_serves_nothing_is_an_orphan_and_so_is_an_indicator_that_none_serves():
    found = findings(plan_pack(task={"serves": ()}))

    assert found == [
        (("indicators", 0, "code"), "every-indicator-is-served"),
        (("tasks", 0, "code"), "task-serves-or-is-judged"),
    ]


def test_constants_are_used_named_once_and_quoted():
    used = {"name": "标准", "value": "30", "section": "三(二)", "quote": "每百户30平方米"}
    formula = {"formula": "share(设施面积 / 户数 * 100 >= 标准) * 100"}

    assert findings(plan_pack(indicator=formula, constants=(used,))) == []
    assert [name for _w, name in findings(plan_pack(constants=(used,)))] == ["constant-is-used"]
    assert [
        name for _w, name in findings(plan_pack(indicator=formula, constants=({**used, "quote": "足够大"},)))
    ] == ["constant-stands-in-its-quote"]


def test_a_city_may_not_aim_lower_than_a_binding_target_of_its_province():
    """XA-147: a lower target is held against the upper one."""
    province = plan_pack(code="province", level="省", area="990000000000")
    loose, strict = plan_pack(indicator=target(value="50")), plan_pack(indicator=target(value="70"))

    assert findings(loose, above=(province,)) == [
        (("indicators", 0, "targets"), "target-is-no-looser-than-a-binding-one-above")
    ]
    assert findings(strict, above=(province,)) == []


@pytest.mark.parametrize(
    ("change", "where", "name"),
    [
        ({"title": "户数"}, ("measures", 1, "title"), "measure-titles-differ"),
        ({"code": "t.households"}, ("measures", 1, "code"), "measure-codes-differ"),
        ({"title": "sum"}, ("measures", 0, "title"), "title-is-no-function"),
        ({"title": "面积(不含养老)"}, ("measures", 0, "title"), "title-can-be-written-in-a-formula"),
        ({"scope": "moon"}, ("measures", 0, "scope"), "measure-scope-is-known"),
        ({"definition": "设施面积"}, ("measures", 0, "definition"), "definition-says-more-than-the-title"),
        ({"kind": "flow"}, ("measures", 0, "good_for_months"), "flows-do-not-stay-good"),
        ({"kind": "distinct"}, ("measures", 0, "decimals"), "people-counted-once-are-whole"),
        ({"unit": "%"}, ("measures", 0, "kind"), "percentages-are-ratios"),
    ],
)
def test_rules_of_measures(change, where, name):
    lines = [line.model_dump() for line in measures_pack().measures]
    lines[0] |= change

    found = [
        (w, m.rpartition("[")[2].rstrip("]")) for w, m in lint_measures(measures_pack(measures=lines), {})
    ]

    assert found == [(where, name)]


def test_a_measure_that_an_app_counts_agrees_with_the_pack():
    counted = Measure("f.area", "设施面积", "平方米", Kind.FLOW, Scope.ALL, 1, "records", dict)

    found = [
        m.rpartition("[")[2].rstrip("]") for _w, m in lint_measures(measures_pack(), {"设施面积": counted})
    ]

    assert found == [
        "app-counts-in-the-same-unit",
        "app-counts-the-same-kind",
        "app-counts-in-the-same-scale",
    ]


def test_problems_are_told_by_file_line_and_hint(tmp_path, settings):
    text = (settings.PACKS_DIR / "plans/pd-2025/plan.yaml").read_text("utf-8")
    line = next(
        n for n, row in enumerate(text.splitlines(), 1) if "sum(综合服务设施面积) / sum(常住户数)" in row
    )
    broken = tmp_path / "plan.yaml"
    broken.write_text(
        text.replace("sum(综合服务设施面积) / sum(常住户数)", "sum(综合服务设施面积) / sum(常驻户数)"),
        "utf-8",
    )

    _packs, problems = read_packs(tmp_path)

    assert [str(problem) for problem in problems] == [
        (
            f"{broken}:{line}: indicators.0.formula: 公式第 1 行第 21 列：没有名为“常驻户数”的指标，"
            "是不是“常住户数”？ → 改正公式，或在计数项包里登记所用的计数项 [formula-compiles]"
        )
    ]
