"""What the pages about people read; every one begins with the reader's scope (P3)."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from linli.kernel import clock, names
from linli.kernel.cipher import blinds
from linli.places.levels import Level
from linli.places.models import Place

from . import rules
from .models import HouseholdMember, Person, Post, Proxy, Residence, Unit

LEFT_OUT = ("社区", "村")  # people say 崇文 for 崇文社区
MOST_NAMED = 500  # places that end like what was typed and are looked at


def places_called(text: str, level: str = "") -> list[Place]:
    """Standing places of this code, else of this name, alone or written after that of the place above."""
    standing = Place.objects.current().select_related("parent").order_by("path")
    if found := list(standing.filter(code=text)):
        return found
    whole = [text, *(text + left_out for left_out in LEFT_OUT)] if level == Level.COMMUNITY else [text]
    endings = {said[begin:] for said in whole for begin in range(len(said))}
    named = standing.filter(name__in=endings, **({"level": level} if level else {}))[:MOST_NAMED]
    return [
        one
        for one in named
        if one.name in whole or f"{one.parent.name if one.parent else ''}{one.name}" in whole
    ]


def people_in_reach(user, words: str = "") -> QuerySet:
    """Persons living where the user may see people; `words`: a name or its pinyin initials."""
    people = Person.objects.filter(user.scope(rules.VIEW, "home"), purged_at=None)
    people = people.select_related("home__parent").order_by("name_key", "pk")
    if not words:
        return people
    folded = names.fold(words)
    return people.filter(Q(name_key__startswith=folded) | Q(name_initials__startswith=folded))


def people_of_number(user, number: str) -> QuerySet:
    """Persons in reach who carry this phone or ID number, given in full; never asked by an address (D10)."""
    by_phone, by_id = blinds("phone", number), blinds("id_number", number.upper())
    return people_in_reach(user).filter(Q(phone_index__in=by_phone) | Q(id_number_index__in=by_id))


def posts_in_reach(user, permission: str = rules.APPOINT) -> QuerySet:
    """Posts in force today over the ground where the user appoints."""
    return (
        Post.objects.filter(user.scope(permission, "place"), during__contains=clock.today())
        .select_related("person", "role", "place", "unit")
        .order_by("place__path", "role__name", "pk")
    )


def claims_in_reach(user) -> QuerySet:
    """Residences people have claimed and nobody has answered, oldest first."""
    return (
        Residence.objects.filter(user.scope(rules.VERIFY, "community"), verified_at=None, refused_reason="")
        .exclude(person=user.person_id)
        .select_related("person", "community")
        .order_by("claimed_at")
    )


def proxies_of(person) -> QuerySet:
    """Who acts for the person today, and whom the person acts for."""
    today = Proxy.objects.filter(during__contains=clock.today())
    return (
        today.filter(Q(principal=person) | Q(proxy=person))
        .select_related("principal", "proxy")
        .order_by("pk")
    )


def proxies_in_reach(user) -> QuerySet:
    """Proxies a person may end: one's own on either side, and those of people one keeps."""
    own = Q(principal=user.person_id) | Q(proxy=user.person_id)
    kept = user.scope(rules.EDIT, "principal__home")
    return Proxy.objects.filter(own | kept).select_related("principal__home", "proxy")


def members_in_reach(user) -> QuerySet:
    """Members of households where the user keeps the register of people."""
    found = HouseholdMember.objects.filter(user.scope(rules.EDIT, "household__place"))
    return found.select_related("household__place", "person__home")


@dataclass(frozen=True)
class ServingPerson:
    """Somebody who serves a community, as the door plate names him."""

    name: str
    roles: str


def serving(place) -> list[ServingPerson]:
    """Who serves the place in a unit of its own today: public as the door plate; other posts are not."""
    posts = (
        Post.objects.filter(unit__place=place, during__contains=clock.today(), role__retired_on=None)
        .select_related("person", "role", "place")
        .order_by("role__code", "person__name_key", "place__code")
    )
    served: dict = {}
    for post in posts:
        words = post.role.name if post.place_id == place.pk else f"{post.role.name}（{post.place.name}）"
        served.setdefault(post.person, []).append(words)
    return [ServingPerson(person.name, "、".join(roles)) for person, roles in served.items()]


def units_at(place) -> QuerySet:
    """The open units of a place, with the phones they publish."""
    return Unit.objects.filter(place=place, closed_on=None).order_by("kind", "name")
