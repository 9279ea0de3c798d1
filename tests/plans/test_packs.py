"""The five plans as they stand in packs/: complete, clean, and in the words of the plan texts."""

from collections import Counter
from pathlib import Path

import pytest

from linli.packs import read_packs
from linli.plans.naming import measure_packs

TEXTS = Path(__file__).resolve().parents[3] / "shared" / "plans"
FILES = {
    "xa-2025": "xian-2025.txt",
    "xz-2025": "xinzhou-2025.txt",
    "pd-2025": "pudong-2025.txt",
    "zj-2025": "zhejiang-2025.txt",
    "xf-2021": "xian-livable-2021.txt",
}


@pytest.fixture(scope="module")
def plans():
    from django.conf import settings

    packs, problems = read_packs(Path(settings.PACKS_DIR) / "plans")
    assert [str(problem) for problem in problems] == []
    return {pack.code: pack for pack in packs}


def test_all_five_plans_are_complete(plans):
    """XA-158: the table of main indicators and the quantified prose of five plans."""
    counts = {code: Counter(line.ref[:1] for line in plan.indicators) for code, plan in plans.items()}

    assert counts == {
        "xa-2025": Counter(I=30, P=21),
        "xz-2025": Counter(I=10, P=25),
        "pd-2025": Counter(I=11, P=9),
        "zj-2025": Counter(P=21),
        "xf-2021": Counter(P=22),
    }
    assert sum(1 for plan in plans.values() for line in plan.indicators if line.same_as) == 2
    assert sorted(line.ref for plan in plans.values() for line in plan.indicators if line.not_computed) == [
        "P-XA-20", "P-XA-21", "P-XZ-25",
    ]  # fmt: skip


def test_wishes_without_a_number_and_starting_figures_are_kept(plans):
    assert sum(len(plan.directions) for plan in plans.values()) == 18
    assert sum(len(plan.statements) for plan in plans.values()) == 18


def test_every_task_has_a_lead_a_day_and_a_way_to_judge_it(plans):
    kinds = {code: Counter(task.kind for task in plan.tasks) for code, plan in plans.items()}

    assert kinds["xa-2025"] == Counter(task=32, action=18, deliverable=38)
    assert kinds["xz-2025"] == Counter(task=26, action=27, deliverable=14)
    assert all(task.lead and task.due for plan in plans.values() for task in plan.tasks)
    assert all(task.serves or task.judged_by for plan in plans.values() for task in plan.tasks)


ASKED_BY_A_ROW = {
    "一刻钟政务服务圈达标",  # XA-005 asks for the figure; no plan sets a target for it
    "剔除考核探访人次",  # XA-049: how many visits approved exclusions took out of the rate, told beside it
}


def test_every_measure_is_used_by_some_formula(plans):
    from django.conf import settings

    (shelf,) = measure_packs()
    formulas = " ".join(
        text
        for plan in plans.values()
        for line in plan.indicators
        for text in (line.formula, *(reading.formula for reading in line.readings))
    )
    indexes, _problems = read_packs(Path(settings.PACKS_DIR) / "indexes")
    lines = [line for index in indexes for line in (*index.gates, *index.items)]
    formulas += " ".join(line.formula or "" for line in lines)

    unused = {line.title for line in shelf.measures if line.title not in formulas}
    assert unused == ASKED_BY_A_ROW


@pytest.mark.parametrize("code", sorted(FILES))
def test_quotes_stand_in_the_plan_texts(plans, code):
    """Only where the texts lie beside the repository: they are not part of it."""
    path = TEXTS / FILES[code]
    if not path.exists():
        pytest.skip("the plan texts are not beside this checkout")
    text, plan = path.read_text("utf-8"), plans[code]
    quotes = [line.quote for line in (*plan.indicators, *plan.tasks, *plan.directions, *plan.statements)]
    quotes += [plan.responsible.quote, *(line.quote for line in plan.constants)]

    assert [quote for quote in quotes if quote not in text] == []
