"""The linter of plan and measures packs: every rule a small function, every finding with a hint."""

from collections.abc import Iterator

from . import header, indexes, indicators, measures, targets, tasks
from .checks import Context

PLAN_CHECKS = (*header.CHECKS, *indicators.CHECKS, *tasks.CHECKS)
INDICATOR_CHECKS = (*indicators.EACH, *targets.EACH)
TASK_CHECKS = tuple(tasks.EACH)
MEASURE_CHECKS = tuple(measures.CHECKS)
INDEX_CHECKS = tuple(indexes.CHECKS)


def lint_plan(context: Context) -> Iterator[tuple[tuple, str]]:
    """(location, sentence with hint and name of the check) for everything wrong in a plan pack."""
    for check in PLAN_CHECKS:
        yield from check(context)
    for position, line in enumerate(context.pack.indicators):
        for check in INDICATOR_CHECKS:
            yield from check(context, ("indicators", position), line)
    for position, task in enumerate(context.pack.tasks):
        for check in TASK_CHECKS:
            yield from check(context, ("tasks", position), task)


def lint_measures(pack, counted) -> Iterator[tuple[tuple, str]]:
    """(location, sentence with hint and name of the check) for everything wrong in a measures pack."""
    for check in MEASURE_CHECKS:
        yield from check(pack, counted)


def lint_index(pack, names) -> Iterator[tuple[tuple, str]]:
    """(location, sentence with hint and name of the check) for everything wrong in an index pack."""
    for check in INDEX_CHECKS:
        yield from check(pack, names)
