"""Organisations for other systems: who there is, of which kind and grade, where; how to reach them is not told."""

from datetime import date
from typing import Annotated

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field, StringConstraints

from linli.api.conditional import show_version
from linli.api.doors import public
from linli.api.paging import page_of
from linli.api.schemas import Identity, Paged, PageQuery, Shown, Text, choice
from linli.api.scopes import declare_scope
from linli.places.models import Place, inside

from .models import Organisation

router = Router(tags=["组织"])
READ = declare_scope("organisations:read", "查询社会组织和团队")
ENTRY = "feed-organisations"  # of the register of exchange
PlaceCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}[0-9A-Z]{0,12}$")]

OrganisationKind = Annotated[Organisation.Kind, choice(Organisation.Kind)]


class OrganisationQuery(PageQuery):
    within: PlaceCode | None = Field(None, description="只要所在地或服务范围在这个区划以内的")
    kind: OrganisationKind | None = Field(None, description="类别")
    name: Annotated[Text, Field(max_length=50)] | None = Field(None, description="名称包含")
    able: bool | None = Field(None, description="只要可承接服务的")


class OrganisationShown(Shown):
    id: int
    name: str
    kind: str
    standing: str
    credit_code: str
    grade: str
    state: str
    subject: str
    able: bool
    founded_on: date | None
    place: str

    @staticmethod
    def resolve_place(organisation: Organisation) -> str:
        return organisation.place.code


class OrganisationInFull(OrganisationShown):
    serves: list[str]
    confirmed_on: date | None
    version: int

    @staticmethod
    def resolve_serves(organisation: Organisation) -> list[str]:
        areas = organisation.areas.filter(archived_on=None, until=None)
        return sorted({organisation.place.code, *areas.values_list("served__code", flat=True)})


@router.get("/organisations", response=Paged[OrganisationShown], auth=public(READ, entry=ENTRY))
def list_organisations(request: HttpRequest, query: Query[OrganisationQuery]):
    """Organisations in use, narrowed by area, kind, name and whether they take services on."""
    rows = Organisation.objects.visible_to(request.user).select_related("place")
    if query.within:
        place = get_object_or_404(Place, code=query.within)
        serving = Organisation.objects.filter(
            inside(place, "areas__served"), areas__archived_on=None, areas__until=None
        )
        rows = rows.filter(inside(place, "place") | Q(pk__in=serving.values("pk")))
    for name in ("kind", "able"):
        if getattr(query, name) is not None:
            rows = rows.filter(**{name: getattr(query, name)})
    if query.name:
        rows = rows.filter(name__contains=query.name)
    return page_of(rows, query, key="pk")


@router.get(
    "/organisations/{pk}", response={200: OrganisationInFull, 304: None}, auth=public(READ, entry=ENTRY)
)
def show_organisation(request: HttpRequest, response: HttpResponse, pk: Identity):
    """One organisation; send its ETag back as If-None-Match to learn whether anything changed."""
    rows = Organisation.objects.visible_to(request.user).select_related("place")
    found = get_object_or_404(rows, pk=pk)
    return Status(304, None) if show_version(request, response, found.version) else found
