"""Installing the rules of requests for an area."""

from django.db import transaction

from linli.kernel import clock
from linli.packs import Installed
from linli.packs.keeping import kind_of

from ..models import Category, Rulebook
from ..rulebook import RequestsPack

kept = kind_of(Rulebook)  # the rulebook itself, without its categories


def diff(pack: RequestsPack) -> Installed:
    """What installing would do: the rulebook itself, and categories by code."""
    book = kept.diff(pack)
    known = dict(Category.objects.filter(area=pack.area, retired_on=None).values_list("code", "name"))
    wanted = {line.code: line.name for line in pack.categories}
    added = [code for code in sorted(wanted) if code not in known]
    changed = [code for code in sorted(wanted) if code in known and wanted[code] != known[code]]
    gone = tuple(code for code in sorted(known) if code not in wanted)
    return Installed((*book.added, *added), (*book.changed, *changed), gone)


@transaction.atomic
def install(pack: RequestsPack, *, by=None) -> Installed:
    """Keep the rules for requests to come; what was promised to earlier ones stays as promised."""
    done = diff(pack)
    kept.install(pack)
    for line in pack.categories:
        Category.objects.update_or_create(
            area=pack.area,
            code=line.code,
            defaults={
                "name": line.name,
                "group": line.group,
                "appraised": line.appraised,
                "retired_on": None,
            },
        )
    gone = Category.objects.filter(area=pack.area, code__in=done.retired)
    gone.update(retired_on=clock.today())
    # every rulebook of the area becomes a new version of its row: what is kept with one holds the categories too
    Rulebook.objects.filter(area=pack.area).update(area=pack.area)
    return done
