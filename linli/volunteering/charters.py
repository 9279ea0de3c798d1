"""Which charter holds where."""

from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.packs.schema import nearest

from .models import Charter


class NoCharter(LookupError):
    """No charter of volunteering holds at the place today; the sentence is for people."""


def charter_at(place) -> Charter:
    """The charter of the nearest area that holds today; NoCharter when there is none."""
    found = nearest(Charter.objects.defer("body"), place.ancestor_codes, clock.today())
    if found is None:
        raise NoCharter(_("这里还没有志愿服务章程，请联系所在街道。"))
    return Charter.objects.get(pk=found.pk)
