"""The admission lists in force where somebody works, and what was asked and answered there."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.ui.lists import Choice, Filter, read_filters, read_words

from ..models import AdmissionItem, AdmissionRequest


def areas_of(user) -> set[str]:
    """Codes of the counties and cities above the user's posts: their lists hold for him."""
    return {code for grant in user.grants for code in grant.place.ancestor_codes}


def list_filters(query):
    choices = tuple(Choice(str(value), str(label)) for value, label in AdmissionItem.List.choices)
    return read_filters(query, [Filter("list", _("清单"), choices)])


def items_in_force(user, query, filters) -> QuerySet:
    """The newest version of each area's lists, as far as published and not ended."""
    today = clock.today()
    lines = AdmissionItem.objects.filter(
        place__code__in=areas_of(user), archived_on=None, published_on__lte=today
    )
    newest: dict[tuple, object] = {}
    together = AdmissionItem.TOGETHER
    for place, kind, day in lines.order_by("published_on").values_list("place", "list", "published_on"):
        newest[place, together if kind in together else (kind,)] = day
    current = Q(pk__in=[])
    for (place, kinds), day in newest.items():
        current |= Q(place=place, list__in=kinds, published_on=day)
    found = lines.filter(current).filter(Q(until=None) | Q(until__gte=today)).select_related("place")
    for one in filters:
        if one.chosen:
            found = found.filter(list=one.chosen.value)
    if words := read_words(query):
        found = found.filter(Q(title__icontains=words) | Q(department__icontains=words) | Q(code=words))
    return found.order_by("place__path", "list", "code")


def answered_requests(user) -> list[AdmissionRequest]:
    """The newest fifty requests of these areas that were answered: what was admitted, what was refused and why."""
    rows = AdmissionRequest.objects.filter(place__code__in=areas_of(user), archived_on=None).exclude(
        answer=""
    )
    return list(rows.order_by("-answered_on", "code")[:50])
