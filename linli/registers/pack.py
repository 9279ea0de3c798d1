"""The registers pack: for each register how long a confirmation stays good, and on which basis it is exchanged."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from django.db import transaction
from pydantic import Field

from linli.exchange.actions import register_entry
from linli.packs import Installed, Pack, PackKind, pack_kinds
from linli.packs.schema import Code, Strict

from .changing import changeable
from .declaring import registers
from .models import Rulebook

Title = Annotated[str, Field(min_length=1, max_length=120)]


class RegisterLine(Strict):
    """What holds for one register."""

    name: str
    stale_months: int = Field(ge=1, le=60)
    purpose: str = Field(min_length=1, max_length=300)
    basis: str = Field(min_length=1, max_length=300)
    owner: str = Field(min_length=1, max_length=120)


class AnswerTerm(Strict):
    """Within how many working days those who keep these registers answer; `of` empty: all others."""

    of: tuple[str, ...] = ()
    asks: tuple[Literal["change", "proposal"], ...] = ("change", "proposal")
    workdays: int = Field(ge=1, le=120)
    remind_workdays: int = Field(ge=0, le=60)  # so many working days before they are reminded
    source: str = Field(min_length=1, max_length=200)


class RegistersPack(Pack):
    pack: Literal["registers"]
    answers: tuple[AnswerTerm, ...] = ()
    registers: tuple[RegisterLine, ...]
    waiting_changes: int = Field(default=5, ge=1, le=50)  # corrections of one person that wait about one row
    waiting_proposals: int = Field(default=5, ge=1, le=50)  # of one person that wait in one register
    row_files: int = Field(default=10, ge=1, le=100)  # papers and pictures of one row
    home_childcare_places: int | None = Field(
        default=None, ge=1, le=50
    )  # most places of a home that takes children in
    children_per_carer: int | None = Field(default=None, ge=1, le=100)
    due_soon_days: int = Field(default=90, ge=1, le=366)  # from so many days before, what ends is told
    checklists: dict[Code, tuple[Title, ...]] = {}  # programme → what is looked at before it is awarded


def check(pack: RegistersPack) -> Iterator[tuple[tuple, str]]:
    """Each line names a register that exists, and each register once."""
    seen = set()
    for at, line in enumerate(pack.registers):
        if line.name not in registers:
            yield ("registers", at, "name"), f"没有台账 {line.name}"
        if line.name in seen:
            yield ("registers", at, "name"), f"台账 {line.name} 写了两次"
        seen.add(line.name)
    yield from _check_terms(pack)


def _check_terms(pack: RegistersPack) -> Iterator[tuple[tuple, str]]:
    """Each term is of something that can be asked about, one of each, and reminds before it is over."""
    seen: set[tuple[str, str]] = set()
    for at, term in enumerate(pack.answers):
        for name in term.of:
            if changeable(name) is None:
                yield ("answers", at, "of"), f"没有台账 {name}"
        if term.remind_workdays >= term.workdays:
            yield ("answers", at, "remind_workdays"), "提醒要早于期限"
        asked = {(kind, name) for kind in term.asks for name in term.of or ("",)}
        if asked & seen:
            yield ("answers", at, "of"), "同一台账写了两个答复期限"
        seen |= asked


def diff_rulebook(pack: Pack) -> Installed:
    """What installing would do: the pack is new, changed, or as it stands."""
    book = Rulebook.objects.filter(kind=pack.pack, code=pack.code, valid_from=pack.valid_from).first()
    if book is None:
        return Installed(added=(pack.code,))
    return Installed() if book.body == body_of(pack) else Installed(changed=(pack.code,))


def body_of(pack: Pack) -> dict[str, Any]:
    return pack.model_dump(mode="json")


@transaction.atomic
def install_rulebook(pack: Pack, *, by=None) -> Installed:
    """Keep the rules of the pack; earlier ones stay for the days they held."""
    done = diff_rulebook(pack)
    Rulebook.objects.update_or_create(
        kind=pack.pack,
        code=pack.code,
        valid_from=pack.valid_from,
        defaults={
            "title": pack.title,
            "source": pack.source,
            "area": pack.area,
            "valid_to": pack.valid_to,
            "body": body_of(pack),
        },
    )
    return done


@transaction.atomic
def install(pack: RegistersPack, *, by=None) -> Installed:
    """Keep the rules and enter each register's import and export in the register of exchange."""
    done = install_rulebook(pack, by=by)
    for line in pack.registers:
        register = registers[line.name]
        for kind, word in (("import", "导入"), ("export", "导出")):
            register_entry(
                by=None,
                code=f"{kind}-{line.name}",
                kind=kind,
                title=f"{register.title}{word}",
                purpose=line.purpose,
                basis=line.basis,
                fields=[register.title_of(name) for name in register.fields],
                partner="社区（村）、街道（乡镇）",
                owner=line.owner,
                valid_from=pack.valid_from,
                valid_to=pack.valid_to,
            )
    return done


pack_kinds["registers"] = PackKind(RegistersPack, install, diff_rulebook, check)
