"""What somebody finds: the rows whose words match, out of those the pages show him (P6)."""

from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import CharField, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast

from .declaring import Searchable, in_order
from .models import SearchEntry
from .words import question

IN_A_GROUP = 5
SUGGESTED = 10


@dataclass(frozen=True)
class Found:
    """One row as the results show it."""

    title: str
    note: str
    url: str
    kind: str


@dataclass(frozen=True)
class Group:
    """The best rows of one kind and how many there are."""

    name: str
    label: str
    count: int
    rows: tuple[Found, ...]


class _Question(SearchQuery):
    """A `tsquery` from the literal that `words.question` wrote; PostgreSQL's own parser knows no Chinese."""

    def as_sql(self, compiler, connection, function=None, template=None):
        return super().as_sql(compiler, connection, function, template="%(expressions)s::tsquery")


def matching(searchable: Searchable, user, words: str) -> QuerySet:
    """The rows of one kind that this person may see and that hold all the words, the best first."""
    visible = searchable.visible_to(user)
    asked = question(words)
    if not asked:
        return visible.none()
    asked = _Question(asked)
    entries = SearchEntry.objects.filter(kind=searchable.name, words=asked)
    own = entries.filter(key=Cast(OuterRef("pk"), CharField()))
    rank = Subquery(own.values_list(SearchRank(F("words"), asked))[:1])
    keys = entries.values_list(Cast("key", searchable.model._meta.pk))
    return visible.filter(pk__in=keys).annotate(search_rank=rank).order_by("-search_rank", "pk")


def groups_of(user, words: str) -> list[Group]:
    """The best of each kind with their number; two queries a kind, kinds without a match left out."""
    groups = []
    for searchable in in_order():
        rows = matching(searchable, user, words)
        best = found_in(searchable, rows[:IN_A_GROUP])
        if best:
            count = rows.count() if len(best) == IN_A_GROUP else len(best)
            groups.append(Group(searchable.name, str(searchable.label), count, tuple(best)))
    return groups


def suggestions(user, words: str) -> list[Found]:
    """At most ten rows of all kinds, the best first; one query a kind."""
    ranked = []
    for place, searchable in enumerate(in_order()):
        rows = list(matching(searchable, user, words)[:SUGGESTED])
        for row, found in zip(rows, found_in(searchable, rows), strict=True):
            ranked.append((-row.search_rank, place, len(ranked), found))
    return [found for *_order, found in sorted(ranked)[:SUGGESTED]]


def found_in(searchable: Searchable, rows) -> list[Found]:
    """Rows of one kind as the results show them."""
    return [
        Found(searchable.title(row), searchable.note(row), searchable.url(row), str(searchable.label))
        for row in rows
    ]
