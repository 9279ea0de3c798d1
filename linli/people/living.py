"""Who lives behind which door, and who acts for whom: the acts that change it."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from linli import audit
from linli.kernel import clock, names
from linli.kernel.cipher import blinds
from linli.places.models import Place
from linli.search.actions import touch

from . import rules
from .actions import entrust
from .models import Household, HouseholdMember, Person, Proxy

EDITED = {"name", "room", "birth_on", "needs_help_with_phone", "died_on"}
GROWN_UP = 18  # 民法典 第十七条: of age; a guardian acts for who is not, or by a judgment named in the basis


class Stale(Exception):
    """Somebody changed the person meanwhile; `person` is as it is now (L6)."""

    def __init__(self, person: Person):
        super().__init__(_("这条资料刚刚被别人修改过，请核对后再提交。"))
        self.person = person


@transaction.atomic
def edit_person(person, *, by, version: int, home: Place | None, phone: str = "", **facts) -> Person:
    """Put right what is kept of somebody, or where he lives now; an empty phone leaves the one that is kept."""
    person = Person.objects.select_for_update(of=("self",)).select_related("home").get(pk=person.pk)
    if not rules.can_edit(by, person) or (home is not None and not by.may(rules.EDIT, at=home)):
        raise PermissionDenied
    if person.version != version:
        raise Stale(person)
    if unknown := facts.keys() - EDITED:
        raise ValueError(f"{sorted(unknown)} are not changed by editing")
    if (died := facts.get("died_on")) and died > clock.today():
        raise ValidationError({"died_on": _("去世日期不能晚于今天。")})
    for name, value in facts.items():
        setattr(person, name, value)
    person.home = home if home is not None else person.home
    person.phone = phone or person.phone
    person.version += 1
    person.full_clean(exclude=["id_number", "phone", "name_key", "name_initials"], validate_unique=False)
    person.save()
    touch(person)
    audit.record("people.edited", by=by, thing=person, place=person.home, detail={"fields": sorted(facts)})
    return person


@transaction.atomic
def settle(
    person, *, by, place: Place, room: str, kind: str, relation: str, is_head: bool
) -> HouseholdMember:
    """Put somebody into the household behind a door (made if nobody lives there yet); one of each kind at a time."""
    if not (rules.can_edit(by, person) and by.may(rules.EDIT, at=place)):
        raise PermissionDenied
    Place.objects.select_for_update(no_key=True).get(pk=place.pk)  # two at once make one household
    HouseholdMember.objects.filter(person=person, household__kind=kind).delete()
    household = Household.objects.filter(place=place, room=room.strip(), kind=kind).first()
    if household is None:
        household = Household(place=place, room=room.strip(), kind=kind, number=_next_number(place))
        household.full_clean()
        household.save()
    is_first = not household.members.exists()
    if is_head:
        for member in household.members.filter(is_head=True):
            member.is_head = False
            member.save(update_fields=["is_head"])
    member = HouseholdMember(
        household=household, person=person, relation=relation.strip(), is_head=is_head or is_first
    )
    member.full_clean()
    member.save()
    audit.record("people.settled", by=by, thing=household, place=place)
    return member


@transaction.atomic
def move_out(member: HouseholdMember, *, by) -> None:
    """Take somebody out of a household; the head's place goes to who has been there longest."""
    household = member.household
    if not (rules.can_edit(by, member.person) or by.may(rules.EDIT, at=household.place)):
        raise PermissionDenied
    was_head = member.is_head
    member.delete()
    successor = household.members.order_by("pk").first() if was_head else None
    if successor is not None:
        successor.is_head = True
        successor.save(update_fields=["is_head"])
    audit.record("people.moved_out", by=by, thing=household, place=household.place)


def entrust_known(
    principal, *, by, name: str, number: str, kind: str, basis: str, end: date | None = None
) -> Proxy:
    """Let the person of this name and this phone or ID number, told in full, act for `principal`.

    The answer is the same whether nobody has the number or the name is another's: nobody is found out by trying.
    """
    folded = names.fold(name)
    by_number = Person.objects.filter(purged_at=None, name_key=folded)
    found = list(by_number.filter(id_number_index__in=blinds("id_number", number.upper()))[:1])
    found = found or list(by_number.filter(phone_index__in=blinds("phone", number))[:2])
    if len(found) != 1:
        raise ValidationError({"number": _("没有找到姓名和号码都相符的人；请先请他登记。")})
    if found[0].pk == principal.pk:
        raise ValidationError({"number": _("不能由本人代办本人。")})
    _check_guardian(principal, kind, basis)
    made = entrust(principal, proxy=found[0], kind=kind, basis=basis, by=by, end=end)
    audit.record("people.entrusted", by=by, thing=made, place=principal.home, detail={"kind": kind})
    return made


@transaction.atomic
def end_proxy(proxy: Proxy, *, by) -> Proxy:
    """End a proxy today: by the principal, by who acts, or by a worker of the place."""
    if not (by.person_id in (proxy.principal_id, proxy.proxy_id) or rules.can_edit(by, proxy.principal)):
        raise PermissionDenied
    proxy = Proxy.objects.select_for_update(of=("self",)).select_related("principal__home").get(pk=proxy.pk)
    today = clock.today()
    if proxy.during.upper is not None and proxy.during.upper <= today:
        raise ValidationError(_("这个代办关系已经结束。"))
    if proxy.kind == Proxy.Kind.GUARDIAN and not rules.can_edit(by, proxy.principal):
        raise ValidationError(_("监护关系由社区按依据登记和结束。"))
    audit.record("people.proxy_ended", by=by, thing=proxy, place=proxy.principal.home)
    if proxy.during.lower == today:  # given by mistake a moment ago: it never held for a day
        proxy.delete()
        return proxy
    proxy.during = DateRange(proxy.during.lower, today)
    proxy.save(update_fields=["during"])
    return proxy


def _check_guardian(principal, kind: str, basis: str) -> None:
    age = principal.age_on(clock.today())
    if kind == Proxy.Kind.GUARDIAN and (age is None or age >= GROWN_UP) and len(basis.strip()) < 6:
        raise ValidationError({"basis": _("成年人的监护要写明判决或协议的名称和日期。")})


def _next_number(place: Place) -> str:
    last = Household.objects.filter(place=place, number__startswith=f"{place.code}-").order_by("-pk").first()
    tail = last.number.rpartition("-")[2] if last is not None else ""
    number = int(tail) + 1 if tail.isdecimal() else 1
    while Household.objects.filter(number=f"{place.code}-{number:03}").exists():
        number += 1
    return f"{place.code}-{number:03}"
