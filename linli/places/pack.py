"""The pack of profiles of places."""

from linli.packs import pack_kinds
from linli.packs.keeping import kind_of

from .catalogue import check
from .models import ProfileRules

pack_kinds["places"] = kind_of(ProfileRules, check=check)
