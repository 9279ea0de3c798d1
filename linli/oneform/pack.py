"""The forms pack."""

from linli.packs import PackKind, pack_kinds

from .actions.installing import diff, install
from .definitions import FormsPack, check

pack_kinds["forms"] = PackKind(FormsPack, install, diff, check)
