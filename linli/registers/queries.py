"""What the pages and tables of a register read."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.kernel.masking import MASKS
from linli.places.models import inside
from linli.ui import lists

from . import rules
from .declaring import Register, registers
from .models import NilReport, Record, Rulebook


@dataclass(frozen=True)
class Cell:
    """A column of a row as people read it."""

    name: str
    title: str
    text: str
    hidden: bool = False


@dataclass(frozen=True)
class Row:
    """One line of a list."""

    record: Record
    title: str
    meta: tuple[str, ...]
    place: str
    stale: bool


@dataclass(frozen=True)
class Counted:
    """A register on the overview."""

    register: Register
    count: int
    stale: int


def in_reach(register: Register, user) -> QuerySet:
    """Rows whose place lies where a post of the user opens this register."""
    seen = user.scope(register.view, register.path) | user.scope(register.edit, register.path)
    return register.model._default_manager.filter(seen).select_related(*register.related)


def listed(register: Register, user, query) -> QuerySet:
    """Rows in use in the user's reach, narrowed by the filters and words of the address."""
    rows = in_reach(register, user)
    rows = (
        rows.exclude(archived_on=None)
        if query.get("standing") == "archived"
        else rows.filter(archived_on=None)
    )
    if query.get("stale") == "yes" and (limit := stale_limit(register, user)):
        rows = rows.filter(Q(confirmed_on=None) | Q(confirmed_on__lt=limit))
    for one in filters(register, query):
        if one.chosen and one.name in register.columns:
            rows = rows.filter(**{one.name: _value(register, one)})
    words = lists.read_words(query)
    if words:
        found = Q(**{f"{register.path}__name__icontains": words})
        for name in register.searched:
            found |= Q(**{f"{name}__icontains": words})
        rows = rows.filter(found)
    return rows.order_by(f"{register.path}__path", *register.order)


def _value(register: Register, one: lists.Filter):
    field = register.columns[one.name]
    return one.chosen.value == "yes" if isinstance(field, models.BooleanField) else one.chosen.value


def filters(register: Register, query) -> tuple[lists.Filter, ...]:
    """Columns with choices, whether a row is stale, and whether it is in use."""
    made = [
        lists.Filter(name, register.title_of(name), _choices(register.columns[name]))
        for name in register.filters
    ]
    made.append(lists.Filter("stale", _("核对情况"), (lists.Choice("yes", _("超过期限未确认")),)))
    made.append(lists.Filter("standing", _("是否在用"), (lists.Choice("archived", _("已归档")),)))
    return lists.read_filters(query, made)


def _choices(field: models.Field) -> tuple[lists.Choice, ...]:
    if isinstance(field, models.BooleanField):
        return (lists.Choice("yes", _("是")), lists.Choice("no", _("否")))
    return tuple(lists.Choice(str(value), str(label)) for value, label in field.choices or () if value != "")


def stale_limit(register: Register, user=None, place=None) -> date | None:
    """The day before which a confirmation is too old, by the nearest rules; None when none say."""
    if place is None and user is not None:
        place = next((g.place for g in user.grants if {register.view, register.edit} & g.permissions), None)
    book = Rulebook.nearest("registers", place)
    months = next(
        (
            line["stale_months"]
            for line in (book.body["registers"] if book else ())
            if line["name"] == register.name
        ),
        None,
    )
    if months is None:
        return None
    today = clock.today()
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, 28))


def silent_place(register: Register, user):
    """The one community this person keeps the register of, while it has said nothing; else None."""
    places = {g.place.pk: g.place for g in user.grants if register.edit in g.permissions}
    place = next(iter(places.values())) if len(places) == 1 else None
    if place is None or place.level != "community":
        return None
    said = NilReport.objects.filter(register=register.name, place=place).exists()
    rows = register.model._default_manager.filter(inside(place, register.path), archived_on=None)
    return None if said or rows.exists() else place


def as_row(register: Register, record: Record, limit: date | None) -> Row:
    """A line of the list: what it is called, what else of it is listed, where, whether it is stale."""
    meta = [cell.text for cell in cells(register, record, register.listed) if cell.text]
    stale = limit is not None and (record.confirmed_on is None or record.confirmed_on < limit)
    return Row(record, str(record), tuple(meta), register.place_of(record).name, stale)


def cells(
    register: Register, record: Record, names=None, *, shown: dict[str, str] | None = None
) -> list[Cell]:
    """The columns of a row as people read them; hidden ones masked unless `shown` holds them."""
    made = []
    for name in register.fields if names is None else names:
        text = written(register, record, name)
        if name in register.hidden and text:
            if shown is None or name not in shown:
                text = MASKS[register.model.personal[name].mask](text)
            made.append(Cell(name, register.title_of(name), text, hidden=shown is None))
        else:
            made.append(Cell(name, register.title_of(name), text))
    return made


def written(register: Register, record: Record, name: str) -> str:
    """A column as text: a choice by its label, a place by its name, a day as 2026-03-04; "" for nothing."""
    field, value = register.columns[name], getattr(record, name)
    if value is None or value == "":
        return ""
    if field.choices:
        return str(getattr(record, f"get_{name}_display")())
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def may_be_the_same(register: Register, record: Record, user) -> list[Record]:
    """Rows in use, in the user's reach, that share with this one what two rows of one thing would share."""
    same = Q(pk__in=[])
    for name in register.alike:
        value = getattr(record, name)
        if value not in ("", None):
            same |= Q(**{name: value})
    rows = in_reach(register, user).filter(same, archived_on=None).exclude(pk=record.pk)
    return list(rows.order_by("pk")[:10])


def overview(user) -> list[Counted]:
    """The registers a person may see with how many rows they hold in his reach, and how many are stale."""
    found = []
    for register in registers.values():
        if not rules.can_view(user, register):
            continue
        limit = stale_limit(register, user)
        old = Q(pk__in=[]) if limit is None else Q(confirmed_on=None) | Q(confirmed_on__lt=limit)
        counted = (
            in_reach(register, user)
            .filter(archived_on=None)
            .aggregate(count=models.Count("pk"), stale=models.Count("pk", filter=old))
        )
        found.append(Counted(register, counted["count"], counted["stale"]))
    return found


def history_of(register: Register, record: Record) -> list[dict]:
    """The versions of a row as lines of a timeline, newest first: who, when, why, and what became what."""
    versions = list(record.history.select_related("changed_by__person").order_by("-pgh_id")[:50])
    lines = []
    for at, version in enumerate(versions):
        before = versions[at + 1] if at + 1 < len(versions) else None
        lines.append(
            {
                "title": version.changed_why or (_("修改") if before else _("登记")),
                "who": str(version.changed_by or _("系统")),
                "at": version.changed_at,
                "text": "\n".join(_changes(register, before, version)) if before else "",
            }
        )
    return lines


def _changes(register: Register, before, after) -> list[str]:
    """What became what; of a hidden column only that it changed."""
    told = []
    kept = {field.name for field in after._meta.concrete_fields}
    for name, field in register.columns.items():
        if name not in kept or getattr(before, field.attname) == getattr(after, field.attname):
            continue
        if name in register.hidden:
            told.append(_("%s 有改动") % register.title_of(name))
        else:
            old, new = _of_version(register, before, name), _of_version(register, after, name)
            told.append(f"{register.title_of(name)}：{old or '—'} → {new or '—'}")
    return told


def _of_version(register: Register, version, name: str) -> str:
    """A column of a version; versions carry the choices of their model."""
    return written(register, version, name)


def parts_of(record: Record, user) -> list[tuple[Register, list[Row]]]:
    """Rows of other registers that hang on this one, where the user may see that register."""
    found = []
    for register in registers.values():
        if not rules.can_view(user, register):
            continue
        for name, field in register.columns.items():
            if field.is_relation and field.remote_field.model is type(record):
                rows = in_reach(register, user).filter(**{name: record}, archived_on=None)
                lines = [as_row(register, row, None) for row in rows.order_by(*register.order)[:50]]
                found.append((register, lines))
    return found
