"""The volunteering pack: the charter of an area."""

from linli.packs import PackKind, pack_kinds

from .actions.installing import diff, install
from .charter import VolunteeringPack, check

pack_kinds["volunteering"] = PackKind(VolunteeringPack, install, diff, check)
