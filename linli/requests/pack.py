"""The requests pack: rules of an area."""

from linli.packs import PackKind, pack_kinds

from .actions.installing import diff, install
from .rulebook import RequestsPack, check

pack_kinds["requests"] = PackKind(RequestsPack, install, diff, check)
