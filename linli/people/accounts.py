"""Who is signed in: the session, its account, its person and what the posts of today grant, in one statement a request.

Nothing of it is kept from one request to the next: a post that ended, a role that lost a permission, an account that
was closed and a session that was ended count at once (A4, P5). What is kept is a guess whose account a session will
name, so that both can be asked for together; the signed session decides, and where the guess was wrong the account is
asked for again. Fields of the person that are sealed are not read before somebody asks for them.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend
from django.db import connection

from linli.kernel import clock
from linli.kernel.fields import SealedField
from linli.kernel.together import read
from linli.places.models import Place

from .models import Person, User
from .scope import Grant

_PLACE = tuple(
    field.attname for field in Place._meta.concrete_fields if field.attname in ("id", "name", "level", "path")
)  # in the order of the model, as `from_db` takes them


@dataclass
class Beside:
    """The rows of the account that were read together with the session of this request; none yet."""

    user_id: int | None = None
    rows: tuple[tuple, ...] = ()


_beside: ContextVar[Beside | None] = ContextVar("linli_beside_session", default=None)


@contextmanager
def entering() -> Iterator[None]:
    """While the session and the account of one request are looked up."""
    token = _beside.set(Beside())
    try:
        yield
    finally:
        _beside.reset(token)


def session_of(session_key: str, user_id: int) -> tuple | None:
    """session_data and expire_date of a session that lasts; the account it may name is read beside it."""
    told = {"key": session_key, "user": user_id, "today": clock.today()}
    rows = read(_statement(beside_session=True), told)
    _beside.get().user_id = user_id
    _beside.get().rows = tuple(row[2:] for row in rows if row[2] is not None)
    return rows[0][:2] if rows else None


def is_entering() -> bool:
    return _beside.get() is not None


def signed_in_as(user_id) -> User | None:
    """The account with person and grants of today; None when it is gone or closed."""
    beside = _beside.get()
    if beside is not None and beside.user_id is not None and beside.user_id == user_id:
        rows = beside.rows
    else:
        rows = read(_statement(), {"user": user_id, "today": clock.today()})
    return _user_of(rows) if rows else None


def _user_of(rows) -> User:
    own, of_person = _fields(User), _fields(Person)
    user = User.from_db(connection.alias, own, rows[0][: len(own)])
    if user.person_id is not None:
        columns = rows[0][len(own) : len(own) + len(of_person)]
        User.person.field.set_cached_value(user, Person.from_db(connection.alias, of_person, columns))
    user._grants = tuple(_grant(row[-7:]) for row in rows if row[-7] is not None and user.is_active)
    return user


def _grant(columns) -> Grant:
    role, permissions, unit_id, *place = columns
    return Grant(role, _granted(permissions), Place.from_db(connection.alias, _PLACE, place), unit_id)


@lru_cache(maxsize=256)  # by its own text: a role of other permissions is another text
def _granted(permissions: str) -> frozenset[str]:
    return frozenset(json.loads(permissions))


@cache
def _fields(model) -> tuple[str, ...]:
    """The columns that are read; sealed ones wait until somebody asks."""
    return tuple(field.attname for field in model._meta.concrete_fields if not isinstance(field, SealedField))


@cache
def _statement(*, beside_session: bool = False) -> str:
    account, person, place = (
        ", ".join(f'{table}."{column}"' for column in columns)
        for table, columns in (
            ("account", _fields(User)),
            ("person", _fields(Person)),
            ("place", _PLACE),
        )
    )
    session, asked, condition = (
        (
            "session.session_data, session.expire_date,",
            "django_session session LEFT JOIN people_user account ON account.id = %(user)s::bigint",
            "session.session_key = %(key)s::text AND session.expire_date > now()",
        )
        if beside_session
        else ("", "people_user account", "account.id = %(user)s::bigint")
    )
    return f"""
        SELECT {session} {account}, {person}, post.code, post.permissions::text, post.unit_id, {place}
        FROM {asked}
        LEFT JOIN people_person person ON person.id = account.person_id
        LEFT JOIN (
            SELECT post.id, post.person_id, post.unit_id, post.place_id, role.code, role.permissions
            FROM people_post post JOIN people_role role ON role.id = post.role_id
            WHERE post.during @> %(today)s::date AND role.retired_on IS NULL
        ) post ON post.person_id = account.person_id
        LEFT JOIN places_place place ON place.id = post.place_id
        WHERE {condition}
        ORDER BY post.id
    """  # noqa: S608 — names of our own


class _Accounts:
    def get_user(self, user_id):
        """Who a session belongs to; None where he may not sign in (any more)."""
        user = signed_in_as(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class Accounts(_Accounts, ModelBackend):
    """Name and password."""


class SignIn(_Accounts, AuthenticationBackend):
    """Every way of django-allauth."""
