"""Installing the rules of care for an area."""

from linli.packs.keeping import kind_of

from ..models import CareRules
from ..rulebook import check

kind = kind_of(CareRules, check=check)
install = kind.install  # for visits to come: one already planned under other rules keeps those terms
