"""What the pages and tables of a register read."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.kernel import clock
from linli.kernel.masking import MASKS
from linli.places.models import inside
from linli.ui import lists

from . import rules
from .declaring import Register, registers
from .models import NilReport, Record, Rulebook

SOON_DAYS = 90  # where no pack is installed


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
    due: str = ""  # "past" or "soon": what the row is about ends, or should have been done
    due_on: date | None = None


@dataclass(frozen=True)
class Counted:
    """A register on the overview."""

    register: Register
    count: int
    stale: int
    past: int = 0  # rows whose day has passed
    soon: int = 0


@dataclass(frozen=True)
class Part:
    """Rows of another register that hang on a thing, with the totals of that register."""

    register: Register
    rows: list[Row]
    sums: list[tuple[str, str]]
    link: str  # the column by which they name the thing
    more: int = 0  # how many rows there are beyond those


def in_reach(register: Register, user) -> QuerySet:
    """Rows whose place lies where a post of the user opens this register; of lists that hold below, those above too."""
    seen = user.scope(register.view, register.path) | user.scope(register.edit, register.path)
    if register.below:
        opens = [grant.place for grant in user.grants if {register.view, register.edit} & grant.permissions]
        above = {code for place in opens if place is not None for code in place.ancestor_codes}
        seen |= Q(**{f"{register.path}__code__in": above})
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
    if register.due and (which := query.get("due")) in ("past", "soon"):
        rows = rows.filter(due_is(register, which, soon_limit(user)))
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
    if register.due:
        ends = (lists.Choice("past", _("已过日期")), lists.Choice("soon", _("快到日期")))
        made.append(lists.Filter("due", register.title_of(register.due), ends))
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
    return _limits(place).get(register.name)


def stale_limits(user) -> dict[str, date]:
    """{register: the day before which a confirmation is too old}, by the rules at the first of one's posts."""
    return _limits(next((grant.place for grant in user.grants), None))


def _limits(place) -> dict[str, date]:
    book = Rulebook.nearest("registers", place)
    lines = book.body["registers"] if book else ()
    return {line["name"]: _months_ago(line["stale_months"]) for line in lines}


def _months_ago(months: int) -> date:
    today = clock.today()
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, 28))


def soon_limit(user) -> date:
    """The last day that counts as soon, by the rules of the nearest area."""
    place = next((grant.place for grant in user.grants), None)
    book = Rulebook.nearest("registers", place)
    return clock.today() + timedelta(days=(book.body.get("due_soon_days") if book else None) or SOON_DAYS)


def due_is(register: Register, which: str, limit: date) -> Q:
    """Rows whose day has passed, or comes by `limit`; what is done already is not due any more."""
    day, today = register.due, clock.today()
    found = Q(**{f"{day}__lt": today}) if which == "past" else Q(**{f"{day}__range": (today, limit)})
    return found & Q(**{register.over: None}) if register.over else found


def _due(register: Register, record: Record, limit: date | None) -> tuple[str, date | None]:
    """How a row stands to its day: "past", "soon" or ""."""
    if not register.due or record.archived_on is not None:
        return "", None
    day = getattr(record, register.due)
    if day is None or (register.over and getattr(record, register.over) is not None):
        return "", None
    if day < clock.today():
        return "past", day
    return ("soon", day) if limit is not None and day <= limit else ("", day)


def silent_place(register: Register, user):
    """The one community this person keeps the register of, while it has said nothing; else None."""
    places = {g.place.pk: g.place for g in user.grants if register.edit in g.permissions}
    place = next(iter(places.values())) if len(places) == 1 else None
    if place is None or place.level != "community":
        return None
    said = NilReport.objects.filter(register=register.name, place=place).exists()
    rows = register.model._default_manager.filter(inside(place, register.path), archived_on=None)
    return None if said or rows.exists() else place


def as_row(register: Register, record: Record, limit: date | None, soon: date | None = None) -> Row:
    """A line of the list: what it is called, what else of it is listed, where, whether it is stale or due."""
    meta = [_word(register, cell) for cell in cells(register, record, register.listed) if cell.text]
    stale = limit is not None and (record.confirmed_on is None or record.confirmed_on < limit)
    place = register.place_of(record).name
    return Row(record, str(record), tuple(meta), place, stale, *_due(register, record, soon))


def _word(register: Register, cell: Cell) -> str:
    """A cell in a line: days, numbers and yes-or-no say what they are about, words and names speak for themselves."""
    field = register.columns[cell.name]
    bare = field.is_relation or field.choices or isinstance(field, models.CharField)
    return cell.text if bare else f"{cell.title} {cell.text}"


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
    """The registers a person may see with how many rows they hold in his reach, are stale, are due; one query."""
    seen = [register for register in registers.values() if rules.can_view(user, register)]
    if not seen:
        return []
    limits, soon = stale_limits(user), soon_limit(user)
    counts = [_counts(register, user, limits.get(register.name), soon) for register in seen]
    found = {name: numbers for name, *numbers in counts[0].union(*counts[1:], all=True)}
    return [Counted(register, *found.get(register.name, (0, 0, 0, 0))) for register in seen]


def _counts(register: Register, user, limit: date | None, soon: date) -> QuerySet:
    """(name, rows, stale, past, soon) of a register, to be joined to those of others."""
    old = Q(pk__in=[]) if limit is None else Q(confirmed_on=None) | Q(confirmed_on__lt=limit)
    past, near = (
        due_is(register, which, soon) if register.due else Q(pk__in=[]) for which in ("past", "soon")
    )
    return (
        in_reach(register, user)
        .select_related(None)
        .filter(archived_on=None)
        .order_by()
        .annotate(register_name=models.Value(register.name))
        .values("register_name")
        .annotate(
            row_count=models.Count("pk"),
            stale_count=models.Count("pk", filter=old),
            past_count=models.Count("pk", filter=past),
            soon_count=models.Count("pk", filter=near),
        )
        .values_list("register_name", "row_count", "stale_count", "past_count", "soon_count")
    )


def history_of(register: Register, record: Record) -> list[dict]:
    """The versions of a row as lines of a timeline, newest first: who, when, why, and what became what."""
    versions = list(record.history.select_related("changed_by__person").order_by("-pgh_id")[:50])
    lines = []
    for at, version in enumerate(versions):
        before = versions[at + 1] if at + 1 < len(versions) else None
        lines.append(
            {
                "title": _why(version) or (_("修改") if before else _("登记")),
                "who": str(version.changed_by or _("系统")),
                "at": version.changed_at,
                "text": "\n".join(_changes(register, before, version)) if before else "",
            }
        )
    return lines


# Reasons the platform itself writes down, stored in Chinese: each reader sees them in his language.
REASONS = {
    "表格导入": gettext_lazy("表格导入"),
    "确认属实": gettext_lazy("确认属实"),
    "重复，已合并": gettext_lazy("重复，已合并"),
    "并入重复的一条": gettext_lazy("并入重复的一条"),
    "采纳申报": gettext_lazy("采纳申报"),
    "年度定级": gettext_lazy("年度定级"),
}


def _why(version) -> str:
    return str(REASONS.get(version.changed_why, version.changed_why))


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


MOST_PARTS = 50


def parts_of(thing: models.Model, user) -> tuple[list[Part], list[Part]]:
    """Rows of other registers that hang on this thing, as far as the user sees them; and registers without any."""
    found: list[Part] = []
    for register in registers.values():
        if not rules.can_view(user, register):
            continue
        for name, field in register.columns.items():
            if field.is_relation and field.remote_field.model is type(thing):
                found.append(_part(register, name, thing, user))
    return [part for part in found if part.rows], [part for part in found if not part.rows]


def _part(register: Register, name: str, thing: models.Model, user) -> Part:
    rows = in_reach(register, user).filter(**{name: thing}, archived_on=None)
    lines = [as_row(register, row, None) for row in rows.order_by(*register.order)[: MOST_PARTS + 1]]
    sums = totals(register, rows) if lines else []
    more = rows.count() - MOST_PARTS if len(lines) > MOST_PARTS else 0
    return Part(register, lines[:MOST_PARTS], sums, name, more)


def totals(register: Register, rows: QuerySet) -> list[tuple[str, str]]:
    """(title, sum) of the columns the register adds up; what nobody entered is not added."""
    if not register.sums:
        return []
    found = rows.order_by().aggregate(**{f"{name}_sum": models.Sum(name) for name in register.sums})
    told = [(name, found[f"{name}_sum"]) for name in register.sums]
    return [(register.title_of(name), f"{value:,}") for name, value in told if value is not None]
