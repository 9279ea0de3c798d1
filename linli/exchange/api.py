"""The register for everybody to read, and the way to say that a fact is wrong."""

from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from linli.api.doors import public, signed_in
from linli.api.idempotency import idempotent
from linli.api.paging import page_of
from linli.api.schemas import Code, Given, Paged, PageQuery, Shown, Text
from linli.api.scopes import declare_scope

from .actions import report_error
from .models import Correction, Entry

router = Router(tags=["数据交换"])
READ = declare_scope("exchange:read", "查询数据交换登记")
CORRECT = declare_scope("exchange:correct", "报告数据错误、查询答复")


class EntryShown(Shown):
    code: str
    kind: Literal[
        "import", "export", "feed", "webhook", "device"
    ]  # an enum called Kind would hide that of units
    title: str
    purpose: str
    basis: str
    fields: list[str]
    partner: str
    owner: str
    frequency: str
    valid_from: date
    valid_to: date | None


class CorrectionWanted(Given):
    entry: Code
    subject: Text = Field(min_length=1, max_length=120)
    field: Text = Field(min_length=1, max_length=60)
    stated: Text = Field(min_length=1, max_length=300)
    proposed: Text = Field(min_length=1, max_length=300)


class CorrectionShown(Shown):
    id: int
    subject: str
    field: str
    stated: str
    proposed: str
    opened_at: datetime
    due_at: datetime
    outcome: str
    answer: str
    answered_at: datetime | None


@router.get("/exchange/entries", response=Paged[EntryShown], auth=public(READ))
def list_entries(request: HttpRequest, query: Query[PageQuery]):
    """What comes and goes today, for which purpose and by which law."""
    return page_of(Entry.objects.current(), query, key="code")


@router.get("/exchange/corrections", response=Paged[CorrectionShown], auth=signed_in(CORRECT))
def list_corrections(request: HttpRequest, query: Query[PageQuery]):
    """One's own reports and their answers."""
    return page_of(Correction.objects.filter(by=request.user.pk), query)


@router.post("/exchange/corrections", response={201: CorrectionShown}, auth=signed_in(CORRECT))
@idempotent
def report_wrong_fact(request: HttpRequest, wanted: CorrectionWanted):
    """Say that a fact is wrong; the owner of the fact answers within ten working days."""
    said = wanted.model_dump()
    entry = get_object_or_404(Entry.objects.current(), code=said.pop("entry"))
    correction = report_error(entry, by=request.user, **said)
    return Status(201, CorrectionShown.from_orm(correction))
