"""What is read about cases: who hears, inboxes, one case as its page shows it."""

from functools import cache

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.kernel.together import read
from linli.people.models import Person, Unit, User

from .models import Case, CaseLink
from .steps import Audience

FAMILY_CONSENT = "family-hears-of-cases"  # the purpose of the Consent by which relatives are told


def units_above(place, *kinds) -> list[Unit]:
    """Standing units seated at the place or above it, the nearest first and of `kinds` in their order.

    LookupError with a sentence when there is none: nobody could be made responsible.
    """
    found = Unit.objects.filter(closed_on=None, kind__in=kinds, place__code__in=place.ancestor_codes)
    units = sorted(
        found.select_related("place"),
        key=lambda unit: (-len(unit.place.path), kinds.index(unit.kind), unit.pk),
    )
    if not units:
        raise LookupError(_("%(place)s 没有登记负责的单位。") % {"place": place.name})
    return units


def open_helpers(case):
    """Linked helper cases still at work."""
    return Case.objects.open().filter(
        came_from__origin=case, came_from__kind=CaseLink.Kind.HELPER, came_from__ended_at=None
    )


# The last line says in which state the act stands; each way into that state was an act.
_ACT = """
    WITH standing AS (SELECT to_state FROM cases_caseevent WHERE case_id = %(case)s ORDER BY id DESC LIMIT 1),
    answered AS (
        SELECT count(*) AS acts FROM cases_caseevent line, standing
        WHERE line.case_id = %(case)s AND line.to_state = standing.to_state AND line.from_state <> line.to_state
    )
    SELECT acts, EXISTS (SELECT FROM cases_rating WHERE case_id = %(case)s AND act = acts) FROM answered
"""


def act_to_rate(case) -> int | None:
    """The number of the act that was answered last; None when it is rated already."""
    ((act, rated),) = read(_ACT, {"case": case.pk})
    return None if rated else act


# Who an audience is, as persons. The case's own columns come as they stand now, which may not be written yet.
_STAFF = """
    SELECT post.person_id FROM people_post post JOIN people_role role ON role.id = post.role_id
    WHERE post.unit_id {units} AND post.during @> %(today)s::date AND role.retired_on IS NULL
        AND role.permissions @> %(hear)s::jsonb
"""
AUDIENCES = {
    Audience.REQUESTER: "SELECT %(reporter)s::uuid",
    Audience.ASSIGNEE: "SELECT person_id FROM people_user WHERE id = %(assignee)s::bigint",
    Audience.UNIT: _STAFF.format(units="= %(unit)s::bigint"),
    Audience.HELPERS: _STAFF.format(
        units="""IN (
            SELECT helping.unit_id FROM cases_caselink link JOIN cases_case helping ON helping.id = link.result_id
            WHERE link.origin_id = %(case)s::bigint AND link.kind = 'helper' AND link.ended_at IS NULL
                AND helping.closed_at IS NULL)"""
    ),
    Audience.FOLLOWERS: "SELECT person_id FROM cases_follow WHERE case_id = %(case)s::bigint",
    # guardians, and relatives the requester let be told
    Audience.FAMILY: """
        SELECT proxy.proxy_id FROM people_proxy proxy
        WHERE proxy.principal_id = %(reporter)s::uuid AND proxy.during @> %(today)s::date
            AND (proxy.kind = 'guardian' OR (proxy.kind = 'family' AND EXISTS (
                SELECT 1 FROM people_consent agreed WHERE agreed.person_id = %(reporter)s::uuid
                    AND agreed.purpose = %(consent)s AND agreed.withdrawn_at IS NULL)))
    """,
}
STAFF = frozenset({Audience.UNIT, Audience.HELPERS})
PERSON = ("id", "phone_index", "home_id", "preferred_channel", "died_on", "purged_at")  # what telling asks
USER = ("id", "email", "is_active")


@cache
def _question(audiences: frozenset[Audience]) -> str:
    """Each person once, with the first reason why.

    The few keys come first: left to itself the planner may walk every person of a city.
    """
    parts = [
        f"SELECT {rank}, person FROM ({AUDIENCES[audience]}) AS audience{rank} (person)"  # noqa: S608 — names of our own
        for rank, audience in enumerate(Audience)
        if audience in audiences
    ]
    person, user = ", ".join(PERSON), ", ".join(USER)
    return f"""
        SELECT heard.rank, person.*, account.*
        FROM (SELECT person, min(rank) AS rank FROM ({" UNION ALL ".join(parts)}) AS every (rank, person)
              GROUP BY person) AS heard
        JOIN LATERAL (SELECT {person} FROM people_person WHERE id = heard.person OFFSET 0) AS person ON true
        LEFT JOIN LATERAL (SELECT {user} FROM people_user WHERE person_id = person.id OFFSET 0) AS account ON true
        ORDER BY heard.rank, person.id
    """  # noqa: S608 — names of our own


def hearers(case, audiences) -> dict[Person, Audience]:
    """Each person who hears, once, with the first reason why; of persons and accounts only what telling asks."""
    told = {
        "case": case.pk,
        "reporter": case.reporter_id,
        "assignee": case.assignee_id,
        "unit": case.unit_id,
        "hear": f'["{case.kind}.hear"]',
        "today": clock.today(),
        "consent": FAMILY_CONSENT,
    }
    by_rank, found = list(Audience), {}
    for rank, *columns in read(_question(frozenset(audiences)), told):
        person = Person.from_db(connection.alias, PERSON, columns[: len(PERSON)])
        account = columns[len(PERSON) :]
        user = None if account[0] is None else User.from_db(connection.alias, USER, account)
        Person.user.related.set_cached_value(person, user)
        found[person] = by_rank[rank]
    return found


def own_desk(user) -> Q:
    """A condition for the cases this user must do: his own and those of the units his posts serve."""
    mine = Q(assignee=user.pk)
    for grant in user.grants:
        kinds = [name.removesuffix(".hear") for name in grant.permissions if name.endswith(".hear")]
        if grant.unit_id is not None and kinds:
            mine |= Q(unit=grant.unit_id, kind__in=kinds)
    return mine
