"""Rows somebody else asks for: a firm its incentive, an investor his interest, a worker his allowance.

An app declares for a register what may be asked, of which open rows, by whom. What is asked waits as a proposal
until whoever keeps the register enters the row by the ordinary act, completed by what only the keeper knows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock
from linli.kernel.registry import Registry
from linli.notices.actions import notify
from linli.people.models import Person, User
from linli.places.models import Place

from . import queries
from .actions import enter_record
from .cells import problems_of
from .correcting import keepers_near
from .declaring import Register, registers
from .models import Proposal, Record, Rulebook

MOST_WAITING = 5  # of one person in one register, where no pack is installed
NOTE = "note"


@dataclass(frozen=True)
class Asked:
    """What of a register may be asked for. `fields` are what the asker fills in, of the register's columns.

    `of` names the column that leads to an open row (an incentive, a wish), `open(user)` those rows, `tell(row)`
    how one is called; without `of` the register is asked as a whole, by those of whom `who(user)` holds.
    `fixed()` fills what follows from asking, `places` says for a column of places in which permission's reach
    they lie ("" for any), and `refuse(user, row)` raises ValidationError where this person may not ask this.
    """

    register: str
    title: Any
    lead: Any
    fields: tuple[str, ...]
    of: str = ""
    open: Callable[[Any], QuerySet] | None = None
    tell: Callable[[Record], str] = str
    who: Callable[[Any], bool] = lambda user: True
    fixed: Callable[[], dict] = dict
    places: dict[str, str] = field(default_factory=dict)
    refuse: Callable[[Any, Record], None] = lambda user, row: None

    @property
    def kept(self) -> Register:
        return registers[self.register]

    def opened(self, user) -> QuerySet:
        """The rows that may be asked of; none where the register is asked as a whole."""
        return self.open(user) if self.open is not None else Place.objects.none()

    def is_for(self, user) -> bool:
        return user.is_authenticated and self.who(user)


asked_of: Registry[Asked] = Registry("asked register")


def declare_asked(asked: Asked) -> Asked:
    """Let a register be asked for rows."""
    asked_of[asked.register] = asked
    return asked


@transaction.atomic
def ask_row(asked: Asked, *, by, note: str = "", **values) -> Proposal:
    """Ask for a row; those who keep the register there are told.

    ValidationError: it is not open, what is asked can never stand there, or too much of the person waits.
    """
    if not asked.is_for(by):
        raise PermissionDenied
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # pressed twice at once is asked once
    if asked.of and not asked.opened(by).filter(pk=values[asked.of].pk).exists():
        raise ValidationError({asked.of: _("现在不接受申报。")})
    given = {**asked.fixed(), **values}
    row = asked.kept.model(**given, note=note.strip())
    asked.refuse(by, row)
    place = _checked(asked, row)
    waiting = Proposal.objects.filter(register=asked.register, asked_by=by, decided_at=None)
    if waiting.count() >= _most_waiting(place):
        raise ValidationError(_("您提出的申报还在办理，请等答复后再提。"))
    cells = {
        name: _kept(value) for name, value in {**given, NOTE: row.note}.items() if value not in ("", None)
    }
    if waiting.filter(cells=cells).exists():
        raise ValidationError(_("同样的申报已经提交，请等答复。"))
    made = Proposal.objects.create(
        register=asked.register, cells=cells, title=str(row)[:300], place=place, asked_by=by, asked_at=clock.now()
    )  # fmt: skip
    audit.record("proposal.asked", by=by, thing=made, place=place)
    _tell_keepers(asked, made)
    return made


def _checked(asked: Asked, row: Record) -> Place:
    """The place the row would belong to; ValidationError for what is wrong in what was asked."""
    register = asked.kept
    for name, reason in problems_of(register, row):
        if name in asked.fields or not name:
            raise ValidationError({name: reason} if name else reason)
    row.clean_fields(exclude=[f.name for f in row._meta.fields if f.name != NOTE])
    place = register.place_of(row)
    if place.level not in register.levels:
        raise ValidationError(_("“%s”不登记在这一级区划。") % register.title)
    return place


def _kept(value) -> Any:
    """A value as JSON: rows by their key, days and numbers as text."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def values_of(proposal: Proposal) -> dict:
    """What was asked as values of the columns; ValidationError where a named row is not there any more."""
    columns, values = registers[proposal.register].columns, {}
    for name, kept in proposal.cells.items():
        column = columns.get(name)
        if column is None:
            continue  # the note, or a column of an earlier version
        if not column.is_relation:
            values[name] = column.to_python(kept)
            continue
        values[name] = column.remote_field.model._base_manager.filter(pk=kept).first()
        if values[name] is None:
            raise ValidationError(_("申报里的“%s”已经不在了。") % column.verbose_name)
    return values


@transaction.atomic
def accept(proposal: Proposal, *, by, answer: str = "", **values) -> Record:
    """Enter the row that was asked for, as the keeper completed it; who asked is told."""
    proposal = _mine_to_answer(proposal, by)
    note = proposal.cells.get(NOTE, "")
    row = enter_record(registers[proposal.register], by=by, why=_("采纳申报"), note=note, **values)
    _decide(proposal, by=by, accepted=True, answer=answer, row=row.pk)
    return row


@transaction.atomic
def refuse(proposal: Proposal, *, by, answer: str) -> Proposal:
    """Say no, and why; who asked is told."""
    if not answer.strip():
        raise ValidationError({"answer": _("不同意要说明原因。")})
    return _decide(_mine_to_answer(proposal, by), by=by, accepted=False, answer=answer)


@transaction.atomic
def withdraw(proposal: Proposal, *, by) -> Proposal:
    """Who asked takes it back while it waits."""
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if proposal.asked_by_id != by.pk:
        raise PermissionDenied
    if proposal.decided_at is not None:
        raise ValidationError(_("已经答复，不能撤回。"))
    proposal.accepted, proposal.answer, proposal.decided_at = False, _("本人撤回"), clock.now()
    proposal.save()
    audit.record("proposal.withdrawn", by=by, thing=proposal, place=proposal.place)
    return proposal


def _mine_to_answer(proposal: Proposal, by) -> Proposal:
    """The proposal, locked: kept by this person, asked by another, and not answered yet."""
    proposal = Proposal.objects.select_for_update(of=("self",)).select_related("place").get(pk=proposal.pk)
    keep = registers[proposal.register].edit
    if proposal.asked_by_id == by.pk or not by.may(keep, at=proposal.place):
        raise PermissionDenied
    if proposal.decided_at is not None:
        raise ValidationError(_("这条申报已经答复过了。"))
    return proposal


def _decide(proposal: Proposal, *, by, accepted: bool, answer: str, row: int | None = None) -> Proposal:
    proposal.accepted, proposal.answer, proposal.row = accepted, answer.strip(), row
    proposal.decided_by, proposal.decided_at = by, clock.now()
    proposal.full_clean(exclude=["place", "asked_by", "decided_by", "cells"])
    proposal.save()
    audit.record(
        f"proposal.{'accepted' if accepted else 'refused'}", by=by, thing=proposal, place=proposal.place
    )
    if proposal.asked_by is not None:
        told = {"title": proposal.title, "accepted": accepted, "answer": proposal.answer}
        notify(proposal.asked_by, "proposal-answered", path=reverse("ask-mine"), **told)
    return proposal


def _most_waiting(place) -> int:
    book = Rulebook.nearest("registers", place)
    return (book.body.get("waiting_proposals") if book else None) or MOST_WAITING


def _tell_keepers(asked: Asked, made: Proposal) -> None:
    keep = asked.kept.edit
    for person in Person.objects.filter(pk__in=keepers_near(keep, made.place, but=made.asked_by)).order_by(
        "pk"
    ):
        notify(
            person, "proposal-asked", needs=keep, at=made.place, title=str(asked.title),
            place=made.place.name, path=reverse("ask-answer", args=[made.pk]),
        )  # fmt: skip


def to_answer(user) -> QuerySet:
    """Proposals that wait where the user keeps the register; nobody answers his own."""
    waiting = Proposal.objects.filter(_kept_by(user), decided_at=None).exclude(asked_by=user)
    return waiting.select_related("place").order_by("asked_at", "pk")


def answered(user, *, since) -> QuerySet:
    """Proposals that were answered since a moment where the user keeps the register."""
    return Proposal.objects.filter(_kept_by(user), decided_at__gte=since).select_related("place")


def _kept_by(user) -> models.Q:
    mine = models.Q(pk__in=[])
    for name in asked_of:
        if user.may(registers[name].edit):
            mine |= models.Q(register=name) & user.scope(registers[name].edit, "place")
    return mine


def asked_by(user) -> QuerySet:
    """What the user asked for, newest first."""
    return Proposal.objects.filter(asked_by=user).select_related("place").order_by("-pk")


def with_words(found: list[Proposal]) -> list[Proposal]:
    """The proposals with the title of what is asked, and how the row stands that came of one."""
    rows: dict[tuple[str, int], Record] = {}
    for name in {one.register for one in found if one.row and one.register in registers}:
        register = registers[name]
        keys = [one.row for one in found if one.register == name]
        standing = register.model._default_manager.select_related(*register.related)
        rows |= {(name, row.pk): row for row in standing.filter(pk__in=keys)}
    for one in found:
        asked, row = asked_of.get(one.register), rows.get((one.register, one.row))
        one.asked_title = str(asked.title) if asked else one.register
        one.stands = queries.as_row(registers[one.register], row, None).meta if row else ()
    return found
