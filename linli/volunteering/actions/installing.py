"""Installing the charter of an area."""

from linli.packs.keeping import kind_of

from ..charter import check
from ..models import Charter

kind = kind_of(Charter, check=check)
install = kind.install  # for what is to come: activities and orders keep the charter they were made under
