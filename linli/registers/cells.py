"""How the cells of an imported table become the values of a register's columns, and names become rows."""

import re
import unicodedata
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models

from linli.exchange.imports.spec import Field
from linli.exchange.tables import cells
from linli.exchange.tables.cells import WrongCell
from linli.places.models import Place

from .declaring import Register, links, register_of
from .models import Record

_NUMBER = re.compile(r"#[1-9][0-9]{0,17}")


def import_fields(register: Register) -> tuple[Field, ...]:
    """A field of the import for each column; what a new row cannot do without is required of the key alone."""
    return tuple(
        Field(
            name,
            (register.title_of(name), *register.spellings.get(name, ())),
            reader_of(field),
            required=name in register.key and not field.blank,
        )
        for name, field in register.columns.items()
    )


def reader_of(field: models.Field):
    """The reading of a cell by the kind of its column; "" or None for an empty one."""
    if field.is_relation:
        return _reference
    if field.choices:
        return _choice(field)
    if isinstance(field, models.DateField):
        return cells.day
    if isinstance(field, models.BooleanField):
        return cells.flag
    if isinstance(field, models.DecimalField):
        return cells.number
    if isinstance(field, models.IntegerField):
        return cells.whole
    return lambda cell: cells.text(cell, longest=field.max_length or 1000)


def _reference(cell) -> str:
    """What names a row: text as it stands, a number without its decimals."""
    return cells.text(cell, longest=200) if isinstance(cell, str) else cells.code(cell)


def _choice(field: models.Field):
    labels = {str(label): value for value, label in field.choices if value not in ("", None)}

    def read(cell):
        given = cells.text(cell)
        if given and given not in labels:
            raise WrongCell("应为：" + "、".join(labels))
        return labels.get(given, "")

    return read


class Names:
    """What the cells of a table name, looked up once for all rows: places by code, rows by their lookup."""

    def __init__(self, register: Register, rows: Iterable[dict]):
        self.register = register
        self.rows = list(rows)
        self.found: dict[str, dict[str, object]] = {}
        for name, field in register.columns.items():
            if field.is_relation:
                given = {row[name] for row in self.rows if row[name]}
                self.found[name] = _in_any_width(field.remote_field.model, given)

    def missing(self, row: dict) -> Iterable[tuple[str, str]]:
        """(column, reason) for each name of the row that leads nowhere or to more than one row."""
        for name, known in self.found.items():
            if not row[name]:
                continue
            if row[name] not in known:
                yield name, f"没有登记“{row[name]}”"
            elif known[row[name]] is None:
                yield name, f"“{row[name]}”不止一个，请改填代码"

    def values(self, row: dict) -> dict:
        """The row with names replaced by what they name, without the empty cells."""
        values = {name: value for name, value in row.items() if value not in ("", None)}
        return {
            name: self.found[name][value] if name in self.found else value for name, value in values.items()
        }


def _in_any_width(model: type[models.Model], given: set[str]) -> dict[str, object]:
    """Names as they stand first, then with full-width letters and digits made narrow."""
    narrow = {name: unicodedata.normalize("NFKC", name).strip() for name in given}
    found = _named(model, given | set(narrow.values()))
    return {name: found[key] for name, plain in narrow.items() for key in (plain, name) if key in found}


def _named(model: type[models.Model], given: set[str]) -> dict[str, object]:
    """Name → row; None for a name that more than one row has."""
    if not given:
        return {}
    if model is Place:
        return {place.code: place for place in Place.objects.current().filter(code__in=given)}
    if model in links:
        return links[model].find(given)
    register = register_of(model)
    if register is None:
        raise LookupError(f"{model.__name__} is kept in no register")
    found: dict[str, object] = _numbered(register, given)
    for name in reversed(register.lookup):
        seen: dict[str, object] = {}
        rows = model._default_manager.filter(archived_on=None, **{f"{name}__in": given})
        for row in rows.select_related(register.place_path):
            key = getattr(row, name)
            seen[key] = None if key in seen else row
        found |= seen
    return found


def _numbered(register: Register, given: set[str]) -> dict[str, object]:
    """Rows named by their number in the register, written #123: what has no name, or shares it."""
    numbers = {text: int(text[1:]) for text in given if _NUMBER.fullmatch(text)}
    rows = register.model._default_manager.filter(archived_on=None, pk__in=numbers.values())
    by_key = {row.pk: row for row in rows.select_related(register.place_path)}
    return {text: by_key[key] for text, key in numbers.items() if key in by_key}


def shared_names(register: Register) -> set[str]:
    """Names by which more than one row in use would be known: a table names these rows by their number."""
    shared: set[str] = set()
    for name in register.lookup:
        rows = register.model._default_manager.filter(archived_on=None).values_list(name)
        shared |= {text for text, count in rows.annotate(models.Count("pk")).order_by() if text and count > 1}
    return shared


def reference_to(value, shared: set[str] = frozenset()) -> str:
    """How a table or a form names a row of another register so that it is found again."""
    register = register_of(type(value))
    name = next((getattr(value, key) for key in register.lookup if getattr(value, key)), "")
    return name if name and name not in shared else f"#{value.pk}"


def standing_rows(register: Register, rows: list[dict]) -> dict[tuple, Record]:
    """The rows in use that the rows of a table restate, by their key."""
    if not rows:
        return {}
    first = register.key[0]
    values = {row[first] for row in rows if row.get(first) not in (None, "")}
    found = register.model._default_manager.filter(archived_on=None, **{f"{first}__in": values})
    return {key_of(register, row): row for row in found.select_related(*register.related)}


def key_of(register: Register, row) -> tuple:
    """The key of a record or of a row's values; links by their primary key."""
    read = row.get if isinstance(row, dict) else lambda name: getattr(row, name)
    found = map(read, register.key)
    return tuple(getattr(value, "pk", value) for value in found)


def problems_of(
    register: Register, record: Record, before: Record | None = None
) -> Iterable[tuple[str, str]]:
    """(column, reason) for what the model itself refuses; uniqueness is the database's matter."""
    links = [name for name, field in register.columns.items() if field.is_relation]
    try:
        record.clean_fields(exclude=[*links, "confirmed_by", "changed_by", "merged_into"])
        record.clean()
        record.check_change(before, by=None)
    except ValidationError as wrong:
        told = wrong.message_dict if hasattr(wrong, "error_dict") else {"": wrong.messages}
        for name, reasons in told.items():
            yield (name if name in register.columns else ""), "；".join(map(str, reasons))
