"""The packs of facilities: their kinds, and the standards of an area."""

from linli.packs import PackKind, pack_kinds

from .actions.installing import install_kinds, kinds_diff, standards
from .catalogue import FacilityKindsPack, check_kinds

pack_kinds["facility-kinds"] = PackKind(FacilityKindsPack, install_kinds, kinds_diff, check_kinds)
pack_kinds["facility-standards"] = standards
