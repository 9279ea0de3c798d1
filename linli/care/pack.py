"""The care pack: rules of an area."""

from linli.packs import pack_kinds

from .actions.installing import kind

pack_kinds["care"] = kind
