"""The packs of plans and of measures: checked by lint/, installed whole, retired by code."""

from collections.abc import Iterator

from linli.packs import Installed, PackKind, pack_kinds

from .actions import installing, installing_indexes
from .lint import lint_index, lint_measures, lint_plan
from .lint.checks import Context
from .naming import catalogue_of_packs, counted_by_title, names_of_packs, plans_above
from .schema import MeasuresPack, PlanPack
from .schema_index import IndexPack


def check_plan(pack: PlanPack) -> Iterator[tuple[tuple, str]]:
    """Everything the linter finds in a plan, each with its place in the file and a hint."""
    try:
        names = catalogue_of_packs(pack)
    except ValueError as clash:
        yield ("code",), f"计数项包里{clash} → 先改正 packs/measures [names-differ]"
        return
    yield from lint_plan(Context(pack, names, plans_above(pack)))


def check_measures(pack: MeasuresPack) -> Iterator[tuple[tuple, str]]:
    """Everything the linter finds in a measures pack."""
    yield from lint_measures(pack, counted_by_title())


def check_index(pack: IndexPack) -> Iterator[tuple[tuple, str]]:
    """Everything the linter finds in an evaluation index."""
    try:
        names = names_of_packs()
    except ValueError as clash:
        yield ("code",), f"计数项包里{clash} → 先改正 packs/measures [names-differ]"
        return
    yield from lint_index(pack, names)


def diff_plan(pack: PlanPack) -> Installed:
    return installing.plan_changes(pack)


def diff_measures(pack: MeasuresPack) -> Installed:
    return installing.measure_changes(pack)


pack_kinds["measures"] = PackKind(MeasuresPack, installing.install_measures, diff_measures, check_measures)
pack_kinds["plan"] = PackKind(PlanPack, installing.install_plan, diff_plan, check_plan)
pack_kinds["index"] = PackKind(
    IndexPack, installing_indexes.install_index, installing_indexes.index_changes, check_index
)
