"""Who may enter an operation: `auth=public(scope)`, `signed_in(scope)` or `needs(permission, scope)` (P1).

A caller shows a token (Authorization: Bearer …) or the session of the pages; a session must also show the
token against forgery when it changes something. Which objects a caller sees inside, the scopes of the
querysets decide (P3).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from linli.ui.costs import Cost
from linli.ui.routes import PUBLIC, SIGNED_IN, Declared

from .addresses import client_address
from .models import Token
from .problems import Problem
from .rates import BY_ADDRESS, BY_PERSON, WRONG_TOKENS, charge, limit
from .scopes import carry, permissions_of
from .tokens import find_token

JSON = "application/json"
MULTIPART = "multipart/form-data"
ASK = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True)
class Caller:
    """Who came through the door; `token` is None for a session and for nobody in particular."""

    user: object
    token: Token | None = None

    @property
    def key(self) -> str:
        return f"user-{self.user.pk}"


@dataclass(frozen=True)
class Door:
    """What one operation asks: who, with which scope on a token (none: no token at all), sending what."""

    declared: Declared
    scope: str | None
    accepts: str = JSON

    def enter(self, request: HttpRequest, caller: Caller) -> Caller:
        """Let the caller in, or raise the Problem that says why not."""
        user = caller.user
        if user.is_authenticated:
            limit(BY_PERSON, str(user.pk))
            self._check_rights(caller)
        else:
            limit(BY_ADDRESS, client_address(request))
        if self.declared.cost is not None:
            charge(self.declared.cost, request, user)
        self._check_content(request)
        request.user = user
        return caller

    def _check_rights(self, caller: Caller) -> None:
        if caller.token is not None and self.scope not in caller.token.scopes:
            raise Problem(
                403, f"令牌没有“{self.scope}”范围。" if self.scope else "这个操作不接受令牌，请登录后使用。"
            )
        if caller.token is not None:
            caller.user.narrow_to(permissions_of(caller.token.scopes))
        permission = self.declared.permission
        if permission and not caller.user.may(permission):
            raise Problem(403, "您的岗位没有这项权限。")

    def _check_content(self, request: HttpRequest) -> None:
        """I12: JSON doors accept only JSON; a form sent by a foreign page cannot pretend to be one."""
        has_body = request.META.get("CONTENT_LENGTH") not in (None, "", "0")
        if has_body and request.content_type != self.accepts:
            raise Problem(415, f"请用 {self.accepts} 发送内容。")


class TokenAuth(HttpBearer):
    """令牌：Authorization: Bearer linli_…"""

    def __init__(self, door: Door):
        super().__init__()
        self.door = door

    def __call__(self, request: HttpRequest) -> Caller | None:
        shown = request.META.get("HTTP_AUTHORIZATION")
        if shown is None:
            return None
        scheme, _, key = shown.partition(" ")
        token = find_token(key.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            limit(WRONG_TOKENS, client_address(request))
            raise Problem(401, "令牌无效、已停用或已过期。", headers=ASK)
        return self.door.enter(request, Caller(token.user, token))

    def authenticate(self, request: HttpRequest, token: str) -> None:
        """Not used: a key that is shown and wrong is refused, and never tried as something else."""


class SessionAuth(APIKeyCookie):
    """已登录的浏览器会话；修改时须带 X-CSRFToken"""

    param_name = "sessionid"

    def __init__(self, door: Door):
        super().__init__(csrf=True)
        self.door = door

    def __call__(self, request: HttpRequest) -> Caller | None:
        if not (request.user.is_authenticated and request.user.is_active):
            return None
        if check_csrf(request) is not None:
            raise Problem(403, "缺少防伪令牌（X-CSRFToken），请刷新页面后再试。")
        return self.door.enter(request, Caller(request.user))

    def authenticate(self, request: HttpRequest, key: str | None) -> None:
        """Not used: Django's session middleware has read the session already."""


class OpenAuth:
    """Anybody, counted by address."""

    def __init__(self, door: Door):
        self.door = door

    def __call__(self, request: HttpRequest) -> Caller:
        return self.door.enter(request, Caller(AnonymousUser()))


def public(scope: str, *, accepts: str = JSON, cost: Cost | None = None, entry: str = "") -> list[Callable]:
    """Everybody may enter; who shows a token or a session comes in as himself.

    `entry`: the entry of the register of exchange under which what is given out is counted.
    """
    door = Door(replace(PUBLIC, cost=cost, entry=entry), scope, accepts)
    return [TokenAuth(door), SessionAuth(door), OpenAuth(door)]


def signed_in(scope: str | None, *, accepts: str = JSON) -> list[Callable]:
    """Whoever has signed in may enter; with `scope=None` only through the pages, never by a token."""
    door = Door(SIGNED_IN, scope, accepts)
    return [TokenAuth(door), SessionAuth(door)]


def needs(
    permission: str, scope: str, *, accepts: str = JSON, cost: Cost | None = None, entry: str = ""
) -> list[Callable]:
    """Whoever holds the permission somewhere may enter; the scope decides which objects he sees there.

    `cost` and `entry` as of `public`.
    """
    carry(scope, permission)
    door = Door(replace(Declared("needs", permission), cost=cost, entry=entry), scope, accepts)
    return [TokenAuth(door), SessionAuth(door)]
