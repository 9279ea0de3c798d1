"""What is read about cases: who hears, inboxes, one case as its page shows it."""

from django.db.models import Exists, Q
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.people.models import Consent, Person, Post, Proxy, Unit

from .models import Case, CaseLink
from .steps import Audience

FAMILY_CONSENT = "family-hears-of-cases"  # the purpose of the Consent by which relatives are told


def units_above(place, *kinds) -> list[Unit]:
    """Standing units seated at the place or above it, the nearest first and of `kinds` in their order.

    LookupError with a sentence when there is none: nobody could be made responsible.
    """
    found = Unit.objects.filter(closed_on=None, kind__in=kinds, place__code__in=place.ancestor_codes)
    units = sorted(
        found.select_related("place"),
        key=lambda unit: (-len(unit.place.path), kinds.index(unit.kind), unit.pk),
    )
    if not units:
        raise LookupError(_("%(place)s 没有登记负责的单位。") % {"place": place.name})
    return units


def staff_of(unit_ids, kind: str):
    """Persons whose post in one of these units grants `<kind>.hear` today."""
    posts = Post.objects.filter(
        unit__in=unit_ids,
        during__contains=clock.today(),
        role__retired_on=None,
        role__permissions__contains=[f"{kind}.hear"],
    )
    # the few keys first: as a subquery the planner may walk every person of the city
    return told().filter(pk__in=list(posts.values_list("person", flat=True)))


def told():
    """Persons with their accounts, for whoever is told is asked for his account next."""
    return Person.objects.select_related("user")


def family_of(case):
    """Guardians of the requester, and relatives he let be told."""
    if case.reporter_id is None:
        return Person.objects.none()
    agreed = Consent.objects.filter(person=case.reporter_id, purpose=FAMILY_CONSENT, withdrawn_at=None)
    may_hear = Q(kind=Proxy.Kind.GUARDIAN) | Q(Exists(agreed), kind=Proxy.Kind.FAMILY)
    proxies = Proxy.objects.filter(may_hear, principal=case.reporter_id, during__contains=clock.today())
    # the few keys first: as a subquery the planner may walk every person of the city
    return told().filter(pk__in=list(proxies.values_list("proxy", flat=True)))


def open_helpers(case):
    """Linked helper cases still at work."""
    return Case.objects.open().filter(
        came_from__origin=case, came_from__kind=CaseLink.Kind.HELPER, came_from__ended_at=None
    )


def _requester(case) -> list[Person]:
    return [case.reporter] if case.reporter_id else []


def _assignee(case) -> list[Person]:
    return [case.assignee.person] if case.assignee_id and case.assignee.person_id else []


AUDIENCES = {
    Audience.REQUESTER: _requester,
    Audience.ASSIGNEE: _assignee,
    Audience.UNIT: lambda case: staff_of([case.unit_id], case.kind) if case.unit_id else (),
    Audience.HELPERS: lambda case: staff_of(open_helpers(case).values("unit"), case.kind),
    Audience.FOLLOWERS: lambda case: told().filter(follows__case=case),
    Audience.FAMILY: family_of,
}
STAFF = frozenset({Audience.UNIT, Audience.HELPERS})


def hearers(case, audiences) -> dict[Person, Audience]:
    """Each person who hears, once, with the first reason why."""
    found: dict[Person, Audience] = {}
    for audience in Audience:  # in a fixed order, so that a person is told for the strongest reason
        if audience in audiences:
            for person in AUDIENCES[audience](case):
                found.setdefault(person, audience)
    return found


def own_desk(user) -> Q:
    """A condition for the cases this user must do: his own and those of the units his posts serve."""
    mine = Q(assignee=user.pk)
    for grant in user.grants:
        kinds = [name.removesuffix(".hear") for name in grant.permissions if name.endswith(".hear")]
        if grant.unit_id is not None and kinds:
            mine |= Q(unit=grant.unit_id, kind__in=kinds)
    return mine
