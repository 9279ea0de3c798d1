"""The roles pack: which role may do what. Each locality has its own."""

from collections.abc import Iterator
from typing import Annotated, Literal

from django.db import transaction
from pydantic import AfterValidator, Field

from linli.kernel import clock
from linli.kernel.permissions import permissions
from linli.packs import Installed, Pack, PackKind, pack_kinds
from linli.packs.schema import Code, Strict, at_least_one

from .models import Role


class RoleLine(Strict):
    """One role. Roles with the same `apart_from` never meet in one person."""

    code: Code
    name: str = Field(min_length=1, max_length=60)
    apart_from: str = Field("", max_length=20)
    may: tuple[str, ...] = ()


class RolesPack(Pack):
    pack: Literal["roles"]
    roles: Annotated[tuple[RoleLine, ...], AfterValidator(at_least_one)]


def check(pack: RolesPack) -> Iterator[tuple[tuple, str]]:
    codes: set[str] = set()
    for number, role in enumerate(pack.roles):
        if role.code in codes:
            yield ("roles", number, "code"), f"the role {role.code} is written twice"
        codes.add(role.code)
        for position, name in enumerate(role.may):
            if name not in permissions:
                yield ("roles", number, "may", position), f"unknown permission {name}"


def _wanted(pack: RolesPack) -> dict[str, tuple]:
    return {role.code: (role.name, sorted(set(role.may)), role.apart_from) for role in pack.roles}


def diff(pack: RolesPack) -> Installed:
    known = {
        role.code: (role.name, role.permissions, role.apart_from)
        for role in Role.objects.filter(retired_on=None)
    }
    new = _wanted(pack)
    return Installed(
        added=tuple(sorted(new.keys() - known.keys())),
        changed=tuple(code for code in sorted(new.keys() & known.keys()) if new[code] != known[code]),
        retired=tuple(sorted(known.keys() - new.keys())),
    )


@transaction.atomic
def install(pack: RolesPack, *, by=None) -> Installed:
    """Upsert roles by code; a role that is gone is retired: its posts grant nothing any more."""
    done = diff(pack)
    for code, (name, granted, apart) in _wanted(pack).items():
        Role.objects.update_or_create(
            code=code,
            defaults={"name": name, "permissions": granted, "apart_from": apart, "retired_on": None},
        )
    Role.objects.filter(code__in=done.retired).update(retired_on=clock.today())
    return done


pack_kinds["roles"] = PackKind(RolesPack, install, diff, check)
