"""What people may say is wrong, of whom, and how what they say is put right; every register, and more by its app."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.exchange.tables.cells import WrongCell
from linli.kernel.registry import Registry

from . import actions
from .cells import Names, problems_of, reader_of
from .declaring import Register, registers
from .models import Rulebook
from .queries import in_reach, written

GONE, OTHER = "gone", "other"  # what is no column: the row should no longer be there; something else
MOST_WAITING = 5  # of one person about one row, where no pack is installed


@dataclass(frozen=True)
class Changeable:
    """One kind of row of which somebody may say that it is wrong.

    `rows(user)` are those the user may say it of, `place_of` where one lies, `columns` code → title of what may
    be wrong, `stated(row, column)` what stands as anybody who sees the row may read it. Who holds `keep` at the
    place answers. `refuse(row, column, text)` raises ValidationError when the text can never stand there.
    `correct(row, column, text, by=, why=)` puts it right by the ordinary act and says whether it could; what it
    cannot is done by hand on the row's own page, `url(row)`.
    """

    name: str
    title: Any
    rows: Callable[[Any], QuerySet]
    place_of: Callable[[Any], Any]
    columns: dict[str, Any]
    stated: Callable[[Any, str], str]
    keep: str
    correct: Callable[..., bool]
    url: Callable[[Any], str]
    refuse: Callable[[Any, str, str], None] = lambda row, column, text: None
    most_waiting: Callable[[Any], int] = lambda row: MOST_WAITING


_own: Registry[Changeable] = Registry("changeable")


def declare_changeable(changeable: Changeable) -> Changeable:
    """Add a kind of row that is kept in no register of ours."""
    _own[changeable.name] = changeable
    return changeable


def changeable(name: str) -> Changeable | None:
    """What can be corrected under this name; None when nothing is called so."""
    if name in _own:
        return _own[name]
    register = registers.get(name)
    return None if register is None else of_register(register)


def changeables() -> list[Changeable]:
    return [*_own.values(), *map(of_register, registers.values())]


def of_register(register: Register) -> Changeable:
    """Every register is open to corrections by whoever sees a row of it, or is named in it."""
    return Changeable(
        name=register.name,
        title=register.title,
        rows=lambda user: _seen(register, user),
        place_of=register.place_of,
        columns={
            **{name: register.title_of(name) for name in register.fields},
            GONE: _("这一条已经不该在了"),
            OTHER: _("其他"),
        },
        stated=lambda row, column: _stated(register, row, column),
        keep=register.edit,
        correct=lambda row, column, text, *, by, why: _correct(register, row, column, text, by=by, why=why),
        url=lambda row: reverse("record-detail", args=[register.name, row.pk]),
        refuse=lambda row, column, text: _refuse(register, row, column, text),
        most_waiting=lambda row: _most_waiting(register.place_of(row)),
    )


def _seen(register: Register, user) -> QuerySet:
    """Rows in use that a post of the user opens, and those that are about himself."""
    rows = register.model._default_manager.filter(archived_on=None).select_related(*register.related)
    own = Q(pk__in=[])
    for path in getattr(register.model, "about", ()):
        own |= Q(**{path: user.person_id}) if user.person_id else Q(pk__in=[])
    return rows.filter(own | Q(pk__in=in_reach(register, user).values("pk")))


def _stated(register: Register, row, column: str) -> str:
    if column not in register.columns or column in register.hidden:
        return ""
    return written(register, row, column)[:300]


def _most_waiting(place) -> int:
    book = Rulebook.nearest("registers", place)
    return (book.body.get("waiting_changes") if book else None) or MOST_WAITING


def _value(register: Register, column: str, text: str):
    """The text as the value of a column, read as a cell of an imported table is; ValidationError says why not."""
    try:
        given = reader_of(register.columns[column])(text)
    except WrongCell as wrong:
        raise ValidationError({"proposed": str(wrong)}) from None
    row = dict.fromkeys(register.columns) | {column: given}
    names = Names(register, [row])
    for _name, reason in names.missing(row):
        raise ValidationError({"proposed": reason})
    return names.values(row).get(column, None if register.columns[column].null else "")


def _refuse(register: Register, row, column: str, text: str) -> None:
    if column not in register.columns:
        return
    trial = register.model._default_manager.select_related(*register.related).get(pk=row.pk)
    setattr(trial, column, _value(register, column, text))
    for name, reason in problems_of(register, trial, row):
        if name in (column, ""):
            raise ValidationError({"proposed": reason})


def _correct(register: Register, row, column: str, text: str, *, by, why: str) -> bool:
    if column == GONE:
        actions.archive_record(register, row, by=by, why=why)
    elif column in register.columns:
        actions.change_record(register, row, by=by, why=why, **{column: _value(register, column, text)})
    return column != OTHER
