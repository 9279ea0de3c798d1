"""Lists with filters in the address: which filters there are, what is chosen, and one page of rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import QueryDict

PER_PAGE = 25
LONGEST_SEARCH = 80  # I13: a search is a few words


@dataclass(frozen=True)
class Choice:
    """One value of a filter; `url` is the address of the list with this value chosen (or taken away)."""

    value: str
    title: str
    count: int | None = None
    chosen: bool = False
    url: str = ""


@dataclass(frozen=True)
class Filter:
    """A filter of a list: the only values it takes are its choices (P7)."""

    name: str
    title: str
    choices: tuple[Choice, ...]

    @property
    def chosen(self):
        """The chosen choice, or None."""
        return next((choice for choice in self.choices if choice.chosen), None)


@dataclass(frozen=True)
class Listing:
    """What `ui/_list.html` draws: one page of rows, filters with their addresses, words searched for."""

    page: Page
    filters: tuple[Filter, ...]
    words: str
    sort: str
    clear_url: str

    @property
    def is_filtered(self):
        """Whether an empty list may be empty because of what was asked."""
        return bool(self.words) or any(one.chosen for one in self.filters)

    @property
    def page_numbers(self):
        """The page numbers to offer, with "…" where some are left out."""
        return self.page.paginator.get_elided_page_range(self.page.number, on_each_side=1, on_ends=1)


class Fetched(Sequence):
    """Rows in an order that was worked out beforehand; `fetch` gets those of a page, from their keys."""

    def __init__(self, keys: Sequence, fetch: Callable[[Sequence], list]):
        self.keys, self.fetch = keys, fetch

    def __len__(self):
        return len(self.keys)

    def __getitem__(self, part):
        return self.fetch(self.keys[part]) if isinstance(part, slice) else self.fetch([self.keys[part]])[0]

    def __iter__(self):
        return iter(self.fetch(self.keys))


def read_filters(query: QueryDict, filters):
    """The filters with what the address chooses marked; a value that is not a choice counts as none."""
    return tuple(_with_addresses(query, one) for one in filters)


def _with_addresses(query, one):
    asked = query.get(one.name)
    choices = []
    for choice in one.choices:
        chosen = choice.value == asked
        url = _address(query, **{one.name: None if chosen else choice.value})
        choices.append(Choice(choice.value, choice.title, choice.count, chosen, url))
    return Filter(one.name, one.title, tuple(choices))


def read_sort(query, sorts, default):
    """The sort key of the address when it is one of `sorts` (with or without "-"), else the default."""
    asked = query.get("sort", default)
    return asked if asked.removeprefix("-") in sorts else default


def read_words(query):
    """The words searched for, cut at the longest search."""
    return query.get("q", "").strip()[:LONGEST_SEARCH]


def listing(query, rows, *, filters=(), sort="", per_page=PER_PAGE):
    """A Listing of `rows` (already filtered and ordered) for the address `query`."""
    return Listing(
        page=Paginator(rows, per_page).get_page(query.get("page")),
        filters=tuple(filters),
        words=read_words(query),
        sort=sort,
        clear_url="?",
    )


def _address(query, **changes):
    """The address with some parameters changed and the page forgotten."""
    return "?" + address_with(query, **changes)


def address_with(query, **changes):
    """What stands behind the "?" with some parameters changed (None: taken away) and the page forgotten."""
    pairs = []
    for name, values in query.lists():
        if name in changes:
            values = [changes[name]]
        if name != "page":
            pairs += [(name, value) for value in values if value is not None]
    pairs += [(name, value) for name, value in changes.items() if name not in query and value is not None]
    return urlencode(pairs)
