"""What stands at a place when a request comes: the rules that hold, the units that could be responsible.

Asked for every request, so each is one statement the server has planned; the text of the rules is read once for each
version of its row.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.kernel.together import read
from linli.packs.schema import NATION, nearest
from linli.people.models import Unit

from .models import Rulebook
from .rulebook import RequestsPack

_BOOKS = """
    SELECT id, area, valid_from, valid_to, xmin::text, ctid::text FROM requests_rulebook
    WHERE area = ANY(%s::text[])
"""


class NoRules(LookupError):
    """No rules of requests hold at the place today; the sentence is for people."""


class Version(NamedTuple):
    """A rulebook as its row stands now: PostgreSQL writes a changed row to another place under another number."""

    pk: int
    area: str
    valid_from: date
    valid_to: date | None
    transaction: str
    seat: str


@dataclass(frozen=True)
class Candidate:
    """A unit seated at the place or above it: how near, and the duties it was named for."""

    unit: Unit
    rank: int
    duties: frozenset[str]


def rulebook_at(place) -> Rulebook:
    """The rulebook of the nearest area that holds today, shared between requests; NoRules when there is none."""
    codes = place.ancestor_codes
    versions = [Version(*row) for row in read(_BOOKS, [[NATION, *codes]])]
    found = nearest(versions, codes, clock.today())
    if found is None:
        raise NoRules(
            _("%(place)s 还没有诉求办理规则，暂时不能在网上受理，请拨打社区电话。") % {"place": place.name}
        )
    return _book(connection.settings_dict["NAME"], found)


@lru_cache(maxsize=64)
def _book(_database: str, version: Version) -> Rulebook:
    return Rulebook.objects.get(pk=version.pk)


def candidates(place, rules: RequestsPack) -> list[Candidate]:
    """Standing units at the place or above it that were named for a duty, or are of a kind that serves for one."""
    rank = {code: number for number, code in enumerate(place.ancestor_codes)}
    kinds = sorted({duty.kind for duty in rules.duties if duty.kind})
    width = len(_columns())
    return [
        Candidate(
            Unit.from_db(connection.alias, _columns(), row[:width]), rank[row[width]], frozenset(row[-1])
        )
        for row in read(_units(), [list(rank), kinds])
    ]


@cache
def _columns() -> tuple[str, ...]:
    return tuple(field.attname for field in Unit._meta.concrete_fields)


@cache
def _units() -> str:
    columns = ", ".join(f'unit."{field.column}"' for field in Unit._meta.concrete_fields)
    return f"""
        SELECT {columns}, place.code, named.duties
        FROM people_unit unit JOIN places_place place ON place.id = unit.place_id
        CROSS JOIN LATERAL (
            SELECT array(SELECT duty FROM requests_competence WHERE unit_id = unit.id) AS duties
        ) AS named
        WHERE place.code = ANY(%s::text[]) AND unit.closed_on IS NULL
            AND (unit.kind = ANY(%s::text[]) OR cardinality(named.duties) > 0)
    """  # noqa: S608 — names of our own
