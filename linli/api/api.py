"""One's own tokens. Only through the session of the pages: a token makes no tokens."""

from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from .doors import public, signed_in
from .models import Token
from .paging import page_of
from .schemas import Given, Identity, Paged, PageQuery, Shown, Text, Whole
from .scopes import declare_scope, scopes
from .tokens import issue_token, revoke_token

router = Router(tags=["令牌"])
ABOUT = declare_scope("api:read", "查询接口说明")


class TokenWanted(Given):
    name: Text = Field(min_length=1, max_length=60)
    scopes: list[Text] = Field(min_length=1, max_length=50)
    days: Whole = Field(90, ge=1, le=366, description="有效天数")


class TokenShown(Shown):
    id: int
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class TokenMade(Shown):
    token: TokenShown
    key: str = Field(description="令牌本身，只显示这一次")


class ScopeShown(Shown):
    name: str
    title: str


@router.get("/scopes", response=list[ScopeShown], auth=public(ABOUT))
def list_scopes(request: HttpRequest):
    """What tokens can be made for."""
    return [{"name": name, "title": str(title)} for name, title in sorted(scopes.items())]


@router.get("/tokens", response=Paged[TokenShown], auth=signed_in(None))
def list_tokens(request: HttpRequest, query: Query[PageQuery]):
    """One's own tokens, the withdrawn ones too."""
    return page_of(Token.objects.visible_to(request.user), query)


@router.post("/tokens", response={201: TokenMade}, auth=signed_in(None))
def make_token(request: HttpRequest, wanted: TokenWanted):
    """A new token. It is not given again to a repeated request: the key is shown once and kept nowhere."""
    token, key = issue_token(by=request.user, name=wanted.name, scopes_wanted=wanted.scopes, days=wanted.days)
    return Status(201, {"token": token, "key": key})


@router.delete("/tokens/{id}", response={204: None}, auth=signed_in(None))
def withdraw_token(request: HttpRequest, id: Identity):
    """Make a token useless from now on; doing it again changes nothing."""
    token = get_object_or_404(Token.objects.visible_to(request.user), pk=id)
    revoke_token(token, by=request.user)
    return Status(204, None)
