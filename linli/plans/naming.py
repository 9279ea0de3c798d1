"""Which names formulas may use: from the packs on disk (for checking) or from what is installed."""

from collections.abc import Iterable
from functools import lru_cache
from math import log10
from pathlib import Path

from django.conf import settings

from linli.measures import Measure, measures
from linli.packs.reading import read_pack

from .formula import Catalogue, Constant, MeasureSpec, Scope
from .schema import MeasuresPack, decimal_of

# The three scopes of linli.measures, under the codes the measures pack gives them.
CODE_SCOPES = {"all": "communities", "urban": "urban", "rural": "rural"}


def counted_by_title() -> dict[str, Measure]:
    """The measures that apps count from their records, by title."""
    return {measure.title: measure for measure in measures.values()}


def spec_of(term) -> MeasureSpec:
    """A measure as formulas see it, from a line of a pack or an installed MeasureTerm."""
    return MeasureSpec(
        term.code, term.title, term.unit, term.kind, term.scope, term.decimals, term.good_for_months
    )


def code_spec(measure: Measure) -> MeasureSpec:
    """A measure that an app counts and no pack names."""
    return MeasureSpec(
        measure.name,
        measure.title,
        measure.unit,
        measure.kind.value,
        CODE_SCOPES[measure.scope],
        round(log10(measure.scale)),
    )


def catalogue(scopes: Iterable, terms: Iterable, constants: Iterable[Constant] = ()) -> Catalogue:
    """All names: the terms of packs, and what apps count beyond them."""
    specs = [spec_of(term) for term in terms]
    named = {spec.title for spec in specs} | {spec.code for spec in specs}
    known = [Scope(line.code, line.title, line.level, line.within or None) for line in scopes]
    codes = {scope.code for scope in known}
    beyond = [
        code_spec(measure)
        for measure in measures.values()
        if not {measure.title, measure.name} & named and CODE_SCOPES[measure.scope] in codes
    ]
    return Catalogue.of([*specs, *beyond], known, constants)


def constants_of(pack) -> list[Constant]:
    return [Constant(line.name, decimal_of(line.value), line.unit) for line in pack.constants]


def measure_packs(root: Path | None = None) -> list[MeasuresPack]:
    """The measures packs on disk that can be read; those that cannot are told by `packs check`."""
    folder = Path(root or settings.PACKS_DIR) / "measures"
    found = [_read(path, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.yaml"))]
    return [pack for pack in found if isinstance(pack, MeasuresPack)]


@lru_cache(maxsize=64)
def _read(path: Path, changed_at: int):
    pack, _problems = read_pack(path)
    return pack


def catalogue_of_packs(pack) -> Catalogue:
    """The names a plan pack may use, from the measures packs; ValueError if two things share one."""
    return names_of_packs(constants_of(pack))


def names_of_packs(constants: Iterable[Constant] = ()) -> Catalogue:
    """The names of all measures packs, with these constants; ValueError if two things share one."""
    found = measure_packs()
    return catalogue(
        [line for one in found for line in one.scopes],
        [line for one in found for line in one.measures],
        constants,
    )


def plans_above(pack) -> tuple:
    """Plan packs on disk of the areas that contain this one and hold at the same time."""
    kept = pack.area.rstrip("0")
    return tuple(other for other in plan_packs() if other.code != pack.code and _above(other, pack, kept))


def plan_packs() -> list:
    """The plan packs on disk whose shape is right, read once for each change of a file."""
    paths = sorted((Path(settings.PACKS_DIR) / "plans").glob("*/plan.yaml"))
    read = (_read_plan(path, path.stat().st_mtime_ns) for path in paths)
    return [pack for pack in read if pack is not None]


def _above(other, pack, kept):
    area = other.area.rstrip("0")
    overlaps = other.valid_from <= pack.valid_to and pack.valid_from <= other.valid_to
    return overlaps and kept.startswith(area) and area != kept


@lru_cache(maxsize=64)
def _read_plan(path: Path, changed_at: int):
    """The shape of a plan alone, without its checks: those would look at this pack again."""
    import yaml
    from pydantic import ValidationError

    from linli.packs.reading import PackLoader

    from .schema import PlanPack

    try:
        return PlanPack.model_validate(yaml.load(path.read_text("utf-8"), Loader=PackLoader))  # noqa: S506
    except (yaml.YAMLError, ValidationError, OSError):
        return None
