"""Facilities entered through the real verbs, with the packs of the repository."""

from datetime import date
from pathlib import Path

from linli.facilities.actions.installing import install_kinds, install_standards
from linli.facilities.actions.keeping import register_facility
from linli.facilities.models import Kind
from linli.packs.reading import read_pack

from .people import make_worker

PACKS = Path(__file__).parents[2] / "packs" / "facilities"
ALL = ("view", "edit", "log", "approve", "gaps", "import")


def install_catalogue() -> None:
    """Kinds, and the standards of the nation and of region 99."""
    if Kind.objects.exists():
        return
    for name, install in (
        ("kinds", install_kinds),
        ("standards-cn", install_standards),
        ("standards-99", install_standards),
    ):
        pack, problems = read_pack(PACKS / f"{name}.yaml")
        assert problems == []
        install(pack)


def make_keeper(place, *verbs: str):
    """An account that may do `verbs` (all) with the facilities of a place."""
    return make_worker(place, *(f"facilities.{verb}" for verb in verbs or ALL), name="葛设施")


def make_facility(place, kind: str = "integrated", *, by=None, state: str = "open", **facts):
    """A facility of the community, open since New Year unless the facts say otherwise."""
    install_catalogue()
    facts = {"name": f"{place.name}党群服务中心", "opened_on": date(2026, 1, 1), **facts}
    if state != "open":
        facts.pop("opened_on")
    return register_facility(
        by=by or make_keeper(place), place=place, state=state, kind=Kind.objects.get(code=kind), **facts
    )
