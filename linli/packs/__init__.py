"""Packs: versioned YAML that describes a locality. Parsed, checked, shown, then installed."""

from .reading import Problem, line_of, read_packs
from .schema import Installed, Pack, PackKind, pack_kinds

__all__ = ["Installed", "Pack", "PackKind", "Problem", "line_of", "pack_kinds", "read_packs"]
