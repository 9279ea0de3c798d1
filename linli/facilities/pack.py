"""The packs of facilities: their kinds, and the standards of an area."""

from linli.packs import PackKind, pack_kinds

from .actions.installing import install_kinds, install_standards, kinds_diff, standards_diff
from .catalogue import FacilityKindsPack, FacilityStandardsPack, check_kinds, check_standards

pack_kinds["facility-kinds"] = PackKind(FacilityKindsPack, install_kinds, kinds_diff, check_kinds)
pack_kinds["facility-standards"] = PackKind(
    FacilityStandardsPack, install_standards, standards_diff, check_standards
)
