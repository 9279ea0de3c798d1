"""Installing packs: read all, refuse when anything is wrong, then one transaction for each pack."""

from pathlib import Path

from .reading import Problem, read_packs
from .schema import Installed, Pack, pack_kinds

# What others refer to comes first; a kind not named here is installed after these, by name.
ORDER = ("divisions", "calendar", "roles")


def install_packs(root: Path, *, by=None) -> tuple[list[tuple[Pack, Installed]], list[Problem]]:
    """Install every pack under `root`; nothing is installed while there is a problem anywhere."""
    packs, problems = read_packs(root)
    if problems:
        return [], problems
    return [(pack, pack_kinds[pack.pack].install(pack, by=by)) for pack in in_order(packs)], []


def in_order(packs: list[Pack]) -> list[Pack]:
    rank = {kind: number for number, kind in enumerate(ORDER)}
    return sorted(packs, key=lambda p: (rank.get(p.pack, len(ORDER)), p.pack, p.code, p.valid_from))
