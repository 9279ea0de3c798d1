"""Reporters without an account are forgotten some time after the last of their requests was filed (D8)."""

from datetime import timedelta

from django.db.models import Max, Q

from linli.cases.models import Case
from linli.people.models import Person
from linli.people.privacy.purging import StillNeeded, purge

from ..models import Request
from ..suggest import NoRules, limits_anywhere

BATCH = 500


def forget_reporters(now) -> int:
    """Purge contacts who left a name or a phone with a request and stand nowhere else; how many.

    Text, timeline, ratings, versions and index entries lose them too: no join leads back (people.privacy).
    """
    try:
        until = now - timedelta(days=limits_anywhere().forget_reporter_days)
    except NoRules:
        return 0
    done = 0
    for person in Person.objects.filter(pk__in=_forgettable(until)).order_by("pk"):
        try:
            done += bool(purge(person))
        except StillNeeded:
            continue
    return done


def _forgettable(until) -> list:
    """Keys of contacts whose every request was filed before `until`; somebody known otherwise is not one."""
    told = Request.objects.filter(case__reporter__isnull=False).values("case__reporter")
    unknown = Q(home=None, user=None, posts=None, memberships=None, purged_at=None)
    contacts = Person.objects.filter(unknown, pk__in=told)
    open_ones = Case.objects.open().filter(reporter__isnull=False).values("reporter")
    filed = contacts.exclude(pk__in=open_ones).annotate(last=Max("cases__closed_at"))
    return list(filed.filter(last__lt=until).values_list("pk", flat=True)[:BATCH])
