"""The kinds of pack of the life circle.

A study reads them from the file and keeps its own copy with the result (a run is repeatable as it was), so
installing has nothing to store: the packs are checked here like all others.
"""

from linli.packs import Installed, Pack, PackKind, pack_kinds

from .catalogue import (
    CirclePack,
    ComplexPack,
    ProfilesPack,
    SetsPack,
    check_circle,
    check_complex,
    check_profiles,
    check_sets,
)
from .outlet_rules import OutletsPack, check_outlets


def nothing_stored(pack: Pack, *, by=None) -> Installed:
    return Installed()


pack_kinds["reach-profiles"] = PackKind(ProfilesPack, nothing_stored, nothing_stored, check_profiles)
pack_kinds["reach-circle"] = PackKind(CirclePack, nothing_stored, nothing_stored, check_circle)
pack_kinds["reach-complex"] = PackKind(ComplexPack, nothing_stored, nothing_stored, check_complex)
pack_kinds["reach-sets"] = PackKind(SetsPack, nothing_stored, nothing_stored, check_sets)
pack_kinds["reach-outlets"] = PackKind(OutletsPack, nothing_stored, nothing_stored, check_outlets)
