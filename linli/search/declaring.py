"""What can be found: each app declares its own in its `search.py`, loaded once every app is ready."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

from linli.kernel.registry import Registry


@dataclass(frozen=True)
class Searchable:
    """One kind of thing that can be found, and by whom.

    `rows` gives what stands in the index; `visible_to` the rows a person may see, exactly as the pages of the
    app do (P6). Titles and notes are read from the found row itself, so the index never shows anything.
    `with_initials`: pinyin initials of the title lead to it too (names of people, places, units).
    """

    name: str
    label: Any
    model: type[models.Model]
    rows: Callable[[], models.QuerySet]
    visible_to: Callable[[Any], models.QuerySet]
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    note: Callable[[Any], str] = lambda row: ""
    text: Callable[[Any], str] = lambda row: ""
    with_initials: bool = False
    order: int = 50


searchables: Registry[Searchable] = Registry("searchable")


def declare(searchable: Searchable) -> Searchable:
    """Add a kind of thing to what can be found; the same name twice is refused."""
    searchables[searchable.name] = searchable
    return searchable


def in_order() -> list[Searchable]:
    """All kinds in the order in which they are shown."""
    return sorted(searchables.values(), key=lambda one: (one.order, one.name))


def of_model(model: type[models.Model]) -> Searchable | None:
    """What a model is declared as; None when it cannot be found."""
    return next((one for one in searchables.values() if one.model is model), None)
