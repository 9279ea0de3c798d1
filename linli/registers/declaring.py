"""What a register is: a model, its columns in order, the key of a row, and which permissions open it.

Apps declare theirs in `registers.py`, loaded once every app is ready; pages, imports and exports follow.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import models

from linli.kernel.registry import Registry

from .models import Record


@dataclass(frozen=True)
class Register:
    """One register. `fields` are form, table, import and export in one order.

    `key` names the fields by which a row of a table is known again; `lookup` the fields by which a cell of
    another register names a row of this one; `alike` the fields two rows of one thing would share; `path`
    leads from a row to the place it belongs to; `levels` are the levels that place may have.
    """

    name: str
    title: Any
    group: Any
    model: type[Record]
    fields: tuple[str, ...]
    key: tuple[str, ...]
    view: str
    edit: str
    lookup: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    path: str = "place"
    levels: tuple[str, ...] = ("community",)
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: tuple[str, ...] = ("pk",)
    due: str = ""  # a day after which something is over or overdue: lists say when it is near or past
    over: str = ""  # the column that, once filled, takes a row out of what is due
    sums: tuple[str, ...] = ()  # columns whose totals are told beside the rows of one thing
    below: bool = False  # rows hold for the places below theirs: whoever keeps one of those reads them
    sensitive: bool = False  # personnel matters: on no overview of others

    @cached_property
    def columns(self) -> dict[str, models.Field]:
        return {name: self.model._meta.get_field(name) for name in self.fields}

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Columns that are masked until somebody says why he needs them: class 2 and above."""
        said = self.model.personal
        return frozenset(name for name in self.fields if name in said and said[name].sensitivity >= 2)

    @cached_property
    def related(self) -> tuple[str, ...]:
        """What a row needs to be written out or compared: its way to its place, and the rows it names."""
        linked = [name for name, field in self.columns.items() if field.is_relation]
        return tuple(dict.fromkeys([self.path, *linked]))

    @cached_property
    def place_path(self) -> str:
        """The path as `select_related` reads it."""
        return self.path

    def title_of(self, name: str) -> str:
        return str(self.columns[name].verbose_name)

    def place_of(self, record: Record):
        """The place the row belongs to."""
        found = record
        for part in self.path.split("__"):
            found = getattr(found, part)
        return found


registers: Registry[Register] = Registry("register")


@dataclass(frozen=True)
class Link:
    """A thing kept elsewhere that rows of registers may name: how a table names it, and how that is read.

    `find(names)` answers {name: thing} for those that are in use; `name_of(thing)` is how it is written.
    """

    title: Any
    find: Callable[[set[str]], dict[str, models.Model]]
    name_of: Callable[[Any], str]


links: dict[type[models.Model], Link] = {}


def declare_link(model: type[models.Model], link: Link) -> None:
    """Let columns of registers name rows of `model`."""
    links[model] = link


def declare_register(register: Register) -> Register:
    """Add a register; its import comes with it."""
    registers[register.name] = register
    return register


def register_of(model: type[models.Model]) -> Register | None:
    """The register a model is kept in; None when it is none."""
    return next((one for one in registers.values() if one.model is model), None)
