"""The calendar pack: one file a year, as the State Council announced it."""

from linli.packs import Installed, PackKind, pack_kinds

from .actions import set_year
from .catalogue import CalendarPack, check, days_of
from .models import CalendarYear, SpecialDay


def diff(pack: CalendarPack) -> Installed:
    """What installing would do, by day; nothing in a year that staff have entered themselves."""
    if CalendarYear.objects.filter(year=pack.year, edited_on__isnull=False).exists():
        return Installed()
    known = {
        day: (kind, name)
        for day, kind, name in SpecialDay.objects.filter(day__year=pack.year).values_list(
            "day", "kind", "name"
        )
    }
    new = days_of(pack)
    return Installed(
        added=tuple(str(day) for day in sorted(new.keys() - known.keys())),
        changed=tuple(str(day) for day in sorted(new.keys() & known.keys()) if new[day] != known[day]),
        retired=tuple(str(day) for day in sorted(known.keys() - new.keys())),
    )


def install(pack: CalendarPack, *, by=None) -> Installed:
    done = diff(pack)
    if not CalendarYear.objects.filter(year=pack.year, edited_on__isnull=False).exists():
        set_year(pack.year, source=pack.source, days=days_of(pack))
    return done


pack_kinds["calendar"] = PackKind(CalendarPack, install, diff, check)
