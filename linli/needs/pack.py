"""The pack of kinds of needs, resources and projects."""

from linli.packs import pack_kinds
from linli.packs.keeping import kind_of

from .models import NeedKinds

pack_kinds["needs"] = kind_of(NeedKinds)
