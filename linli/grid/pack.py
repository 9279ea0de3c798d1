"""The pack of kinds of grid events."""

from linli.packs import pack_kinds
from linli.packs.keeping import kind_of

from .models import GridRules

pack_kinds["grid"] = kind_of(GridRules)
