"""The care pack: rules of an area."""

from linli.packs import PackKind, pack_kinds

from .actions.installing import diff, install
from .rulebook import CarePack, check

pack_kinds["care"] = PackKind(CarePack, install, diff, check)
