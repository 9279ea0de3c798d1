"""The volunteering pack: the charter of an area."""

from linli.packs import pack_kinds

from .actions.installing import kind

pack_kinds["volunteering"] = kind
