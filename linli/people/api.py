"""Oneself and the units that do the work. Other persons are not offered outside."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Header, Query, Router, Status
from pydantic import Field

from linli.api.conditional import StaleVersion, both_versions, show_version, tag_of, version_meant
from linli.api.doors import public, signed_in
from linli.api.paging import page_of
from linli.api.schemas import Code, Given, Paged, PageQuery, Shown, choice
from linli.api.scopes import declare_scope
from linli.kernel.masking import mask_phone
from linli.places.api import PlaceCode
from linli.places.models import Place, inside

from .models import Person, Sex, Unit
from .preferences import change_preferences

router = Router(tags=["人员与单位"])
ME = declare_scope("people:me", "查询和修改本人的资料")
UNITS = declare_scope("units:read", "查询单位")
ENTRY = "feed-units"  # of the register of exchange


class Me(Shown):
    id: UUID
    name: str
    sex: Sex
    birth_on: date | None
    phone: str | None = Field(description="中间四位遮盖；全号在“我的资料”页查看")
    home: str | None = Field(description="住处的区划代码")
    preferred_channel: str
    needs_help_with_phone: bool
    version: int

    @staticmethod
    def resolve_phone(person: Person) -> str | None:
        return mask_phone(person.phone) if person.phone else None

    @staticmethod
    def resolve_home(person: Person) -> str | None:
        return person.home.code if person.home_id else None


class Wishes(Given):
    preferred_channel: Literal["inbox", "sms", "wechat", "email", "letter"] | None = None
    needs_help_with_phone: Annotated[bool, Field(strict=True)] | None = None


class UnitQuery(PageQuery):
    kind: Unit.Kind | None = None
    within: PlaceCode | None = Field(None, description="只要设在这个区划以内的")


class UnitShown(Shown):
    code: str
    name: str
    kind: Unit.Kind
    side: Annotated[Unit.Side, choice(Unit.Side)]
    place: str
    parent: str | None
    phone: str

    @staticmethod
    def resolve_place(unit: Unit) -> str:
        return unit.place.code

    @staticmethod
    def resolve_parent(unit: Unit) -> str | None:
        return unit.parent.code if unit.parent_id else None


@router.get("/people/me", response={200: Me, 304: None}, auth=signed_in(ME))
def show_me(request: HttpRequest, response: HttpResponse):
    """Oneself, as the community knows one; 404 for an account that belongs to nobody."""
    person = get_object_or_404(Person.objects.select_related("home"), pk=request.user.person_id)
    return Status(304, None) if show_version(request, response, person.version) else person


@router.patch("/people/me", response=Me, auth=signed_in(ME))
def change_me(
    request: HttpRequest,
    response: HttpResponse,
    wishes: Wishes,
    if_match: str = Header(None, alias="If-Match"),
):
    """How one wishes to be reached; against the version named in If-Match."""
    person = get_object_or_404(Person, pk=request.user.person_id)
    wanted = wishes.model_dump(exclude_none=True)
    try:
        person = change_preferences(person, by=request.user, version=version_meant(request), **wanted)
    except StaleVersion:
        person = Person.objects.get(pk=person.pk)
        raise both_versions(Me.from_orm(person), wishes, person.version) from None
    response["ETag"] = tag_of(person.version)
    return person


@router.get("/units", response=Paged[UnitShown], auth=public(UNITS, entry=ENTRY))
def list_units(request: HttpRequest, query: Query[UnitQuery]):
    """Units that are open, in the order of their codes; their numbers are public ones."""
    units = Unit.objects.filter(closed_on=None).select_related("place", "parent")
    if query.kind:
        units = units.filter(kind=query.kind)
    if query.within:
        units = units.filter(inside(get_object_or_404(Place, code=query.within), "place"))
    return page_of(units, query, key="code")


@router.get("/units/{code}", response=UnitShown, auth=public(UNITS, entry=ENTRY))
def show_unit(request: HttpRequest, code: Code):
    """One unit."""
    return get_object_or_404(Unit.objects.select_related("place", "parent"), code=code)
