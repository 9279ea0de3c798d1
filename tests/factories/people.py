"""Persons, accounts and posts, dull on purpose."""

import itertools
from datetime import date

from psycopg.types.range import DateRange

from linli.people.models import Person, Post, Role, Unit, User

_number = itertools.count(1)


def make_person(name: str = "李测试", **fields) -> Person:
    return Person.objects.create(name=name, **fields)


def make_user(name: str = "李测试", *, username: str = "", **fields) -> User:
    person = fields.pop("person", None) or make_person(name)
    return User.objects.create_user(
        username or f"u{next(_number)}", password="correct horse 9", person=person, **fields
    )


def make_role(code: str, *permissions: str, **fields) -> Role:
    role, _made = Role.objects.get_or_create(code=code, defaults={"name": code, **fields})
    role.permissions = sorted({*role.permissions, *permissions})
    role.save()
    return role


def make_post(user: User, place, *permissions: str, role: str = "worker", **fields) -> Post:
    """A post that grants `permissions` to the user over `place`, from 2020 on."""
    made = role if isinstance(role, Role) else make_role(role, *permissions)
    fields = {"during": DateRange(date(2020, 1, 1), None), "apart_from": made.apart_from, **fields}
    user.__dict__.pop("_grants", None)
    return Post.objects.create(person=user.person, role=made, place=place, **fields)


def make_worker(place, *permissions: str, name: str = "王社工") -> User:
    """An account whose one post grants `permissions` over `place`."""
    user = make_user(name)
    make_post(user, place, *permissions, role=f"role-{user.username}")
    return user


def make_unit(place, name: str = "城市管理局", **fields) -> Unit:
    return Unit.objects.create(
        code=f"unit-{next(_number)}", name=name, place=place, **{"kind": "department", **fields}
    )
