"""The case machine on an empty database and at a million requests, in one run: `python -m bench.cases`.

    python -m bench.cases [--requests 1000000] [--open 20000] [--cycles 60]

A life cycle is filing, dispatch, signing, answer and rating through the real verbs (five transactions). The empty
database is copied and the copy filled in set by set; then life cycles run on the one and on the other in turns, so
that a busy machine slows both. Printed are medians over the rounds: wall time, processor time (this process and the
server's process that serves it, from /proc), and the ratio full : empty within the rounds. Then, at the full size: the
95th percentile of the inbox of a dispatcher and of the public list through the whole platform (WSGI, all middleware),
and the processor time of a new request beside a bare Django answer in turns. At last `bench.care` is run: 10,000
people over a year.

Wants DATABASE_URL of a PostgreSQL where a database may be made: it makes two of its own and drops them.
Filled are cases, requests and four timeline lines each; not messages, search entries and audit lines.
"""

import argparse
import os
import statistics
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
os.environ.setdefault("LINLI_TEST", "true")  # factories sign in without a second factor
django.setup()

from bench.ledger import cpu_of, server_process
from bench.requests import STARTPROJECT, BareHandler, get

EMPTY, FULL = "bench_cases_empty", "bench_cases_full"
ROUNDS, PAGES, BATCH = 5, 60, 50_000
PEOPLE, COMMUNITIES = 1000, 40
KEPT = {"open": "submitted", "dispatch": "dispatched", "sign": "working", "resolve": "resolved"}


class City:
    """A town of the tests' factories with more communities and residents."""

    def __init__(self):
        from tests.factories.people import make_person
        from tests.factories.places import make_community
        from tests.factories.requests import Town

        self.town = Town()
        self.places = [self.town.place, *(make_community(n) for n in range(2, COMMUNITIES + 1))]
        self.people = [make_person(f"居民{n}") for n in range(PEOPLE)]
        self.turn = 0

    def file(self):
        """A new request by one of the residents."""
        self.turn += 1
        return self.town.submit(
            f"{self.turn} 号楼前的路灯不亮，晚上太黑",
            reporter=self.people[self.turn % PEOPLE],
            place=self.places[self.turn % COMMUNITIES],
        )

    def cycle(self) -> None:
        """From filing to rating."""
        from linli.cases.actors import Bearer

        case = self.file().request.case
        for name in ("dispatch", "sign", "resolve"):
            case = self.town.step(case, name)
        self.town.step(case, "rate", by=Bearer(case.pk, case.reporter_id), stars=5)


def timed(do, times: int) -> tuple[float, float]:
    """Wall and processor seconds of one turn; processor: this process and its server process."""
    server = server_process()
    wall, here, there = time.perf_counter(), time.process_time(), cpu_of(server)
    for _turn in range(times):
        do()
    spent = time.process_time() - here + cpu_of(server) - there
    return (time.perf_counter() - wall) / times, spent / times


def use(name: str) -> None:
    """From now on this process speaks with the database `name`."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name


def on_server(statement: str) -> None:
    """A statement about databases, from none of them."""
    import psycopg
    from django.db import connection

    place = connection.settings_dict
    told = {
        "user": place["USER"],
        "password": place["PASSWORD"],
        "host": place["HOST"],
        "port": place["PORT"],
    }
    with psycopg.connect(
        dbname="postgres", autocommit=True, **{k: v for k, v in told.items() if v}
    ) as server:
        server.execute(statement)


def cycles_in_turns(city, times: int) -> None:
    """Life cycles on the empty and the full database; the first of each turn is not counted."""
    rounds = []
    for _round in range(2 * ROUNDS):
        found = {}
        for name in (EMPTY, FULL):
            use(name)
            city.cycle()
            found[name] = timed(city.cycle, max(times // ROUNDS, 1))
        rounds.append(found)
    for name in (EMPTY, FULL):
        wall, cpu = (statistics.median(found[name][part] for found in rounds) for part in (0, 1))
        print(f"{name:17} {1 / wall:6.2f} life cycles/s, {cpu * 1000:.1f} ms of processor time each")
    wall, cpu = (statistics.median(one[EMPTY][part] / one[FULL][part] for one in rounds) for part in (0, 1))
    print(f"full : empty = {wall:.0%} by the clock on the wall, {cpu:.0%} by the processor")


def fill(city, count: int, still_open: int) -> None:
    """`count` requests over three years, the newest `still_open` of them at work; set by set.

    The rows fit by construction: foreign keys are not looked up again for each (a superuser's setting, for this
    connection and this while alone). Numbers and keys continue after what is there.
    """
    from django.db import connection

    from linli.kernel import clock

    told = columns(city) | {"count": count, "closed": count - still_open, "now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM cases_case")
        told["base"] = cursor.fetchone()[0]
        for start in range(0, count, BATCH):
            told |= {"first": start, "last": min(start + BATCH, count) - 1}
            for statement in (CASES, REQUESTS, *LINES):
                cursor.execute(statement, told)
            print(f"\rfilled {told['last'] + 1:,}", end="", flush=True)
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('cases_case', 'id'), (SELECT max(id) FROM cases_case))"
        )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    print()


def columns(city) -> dict:
    from linli.requests.models import Category, Rulebook

    return {
        "places": [place.pk for place in city.places],
        "people": [person.pk for person in city.people],
        "units": [
            city.town.city_management.pk,
            city.town.housing.pk,
            city.town.power.pk,
            city.town.committee.pk,
        ],
        "desk": city.town.desk.pk,
        "worker": city.town.worker.pk,
        "categories": list(Category.objects.values_list("pk", flat=True)),
        "book": Rulebook.objects.get().pk,
    }


SPREAD = "%(now)s - (%(count)s - n) * (interval '1095 days' / %(count)s)"
OPENED = f"({SPREAD})"
PICK = "(%({0})s::{1}[])[1 + n %% array_length(%({0})s::{1}[], 1)]"
CASES = f"""
INSERT INTO cases_case (id, kind, number, title, state, place_id, reporter_id, unit_id, opened_at, term, term_unit,
                        due_at, clock_stopped_at, closed_at, version)
SELECT %(base)s + n, 'request', 'RQ-1999-' || lpad(n::text, 7, '0'), '路灯不亮 ' || n,
       CASE WHEN n < %(closed)s THEN 'closed' ELSE (ARRAY['submitted', 'dispatched', 'working'])[1 + n %% 3] END,
       {PICK.format("places", "bigint")}, {PICK.format("people", "uuid")},
       CASE WHEN n < %(closed)s OR n %% 3 > 0 THEN {PICK.format("units", "bigint")} ELSE %(desk)s END,
       {OPENED}, 3, 'workdays', {OPENED} + interval '5 days',
       CASE WHEN n < %(closed)s THEN {OPENED} + interval '2 days' END,
       CASE WHEN n < %(closed)s THEN {OPENED} + interval '3 days' END, 5
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""
REQUESTS = f"""
INSERT INTO requests_request (case_id, kind, channel, urgency, category_id, rulebook_id, description, words,
    category_words, suggested_unit_id, suggested_why, address, anonymous, wants_reply, contact_due_at, contacted_at,
    extension, outcome, result, resolved_at, reject_code, key_digest, secret_digest)
SELECT c.id, (ARRAY['help', 'complaint', 'ask', 'advice'])[1 + n %% 4], 'portal', 'normal',
       {PICK.format("categories", "bigint")}, %(book)s, '幸福路 ' || n || ' 号楼前的路灯不亮，晚上太黑',
       ARRAY['幸福路', '路灯', '不亮', '晚上'], ARRAY['路灯', '不亮'], c.unit_id, '市政设施由城市管理部门负责', '', n %% 10 = 0,
       true, c.opened_at + interval '1 day', c.clock_stopped_at, 0,
       CASE WHEN c.closed_at IS NULL THEN '' ELSE '已更换灯泡。' END,
       CASE WHEN c.closed_at IS NULL THEN '' ELSE 'solved' END, c.clock_stopped_at, '', '', ''
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
JOIN cases_case c ON c.id = %(base)s + n
"""
LINES = [
    f"""
INSERT INTO cases_caseevent (case_id, step, from_state, to_state, by_id, at, note, public, clock_runs, unit_id, due_at)
SELECT c.id, '{step}', '', '{state}', %(worker)s, c.opened_at + interval '{hours} hours', '', true,
       {"false" if step == "resolve" else "true"}, c.unit_id, c.due_at
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
JOIN cases_case c ON c.id = %(base)s + n
WHERE {"true" if step == "open" else "c.closed_at IS NOT NULL"}
"""
    for hours, (step, state) in enumerate(KEPT.items())
]


def pages(city) -> None:
    """The 95th percentile in milliseconds of the pages that list cases."""
    from django.conf import settings
    from django.test import Client

    from linli.config.wsgi import application

    client = Client()
    client.force_login(city.town.dispatcher)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    asked = {
        "inbox of a dispatcher": ("/cases/?queue=request-to-dispatch", cookie),
        "inbox, everything open": ("/cases/?queue=open&page=3", cookie),
        "public list": ("/requests/", ""),
        "figures of a month": (f"/requests/figures/?month={time.strftime('%Y-%m')}", cookie),
    }
    for name, (address, own) in asked.items():
        status, _body = get(application, address, own)
        took = []
        for _turn in range(PAGES):
            begun = time.perf_counter()
            get(application, address, own)
            took.append((time.perf_counter() - begun) * 1000)
        p95 = statistics.quantiles(took, n=20)[-1]
        print(f"{name:26} {status}  median {statistics.median(took):6.0f} ms  p95 {p95:6.0f} ms")


def new_case(city) -> None:
    """Processor time of a new request beside a bare Django answer, in turns.

    Bare is a view of one line: once behind nothing at all, once behind the middleware of Django's own new project.
    """
    from django.test.utils import override_settings

    with override_settings(MIDDLEWARE=[]):
        naked = BareHandler()
    with override_settings(MIDDLEWARE=STARTPROJECT):
        usual = BareHandler()
    rounds = []
    for _round in range(ROUNDS):
        _wall, nothing = timed(lambda: get(naked, "/bare/"), 2000)
        _wall, plain = timed(lambda: get(usual, "/bare/"), 1000)
        _wall, filed = timed(city.file, 40)
        rounds.append((filed * 1000, plain * 1000, nothing * 1000, filed / plain, filed / nothing))
    filed, plain, nothing, by_plain, by_nothing = (
        statistics.median(part) for part in zip(*rounds, strict=True)
    )
    print(
        f"new request {filed:.1f} ms of processor time with the database; bare answer {plain:.3f} ms "
        f"({by_plain:.0f} x), without any middleware {nothing:.3f} ms ({by_nothing:.0f} x)"
    )


def run(asked) -> None:
    city = City()
    use("postgres")
    on_server(f"CREATE DATABASE {FULL} TEMPLATE {EMPTY}")
    use(FULL)
    begun = time.perf_counter()
    fill(city, asked.requests, asked.open)
    print(f"filled {asked.requests:,} requests in {time.perf_counter() - begun:.0f} s")
    cycles_in_turns(city, asked.cycles)
    pages(city)
    new_case(city)


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--requests", type=int, default=1_000_000)
    told.add_argument("--open", type=int, default=20_000)
    told.add_argument("--cycles", type=int, default=60)
    told.add_argument("--without-care", action="store_true")
    asked = told.parse_args()
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    from tests import template

    test = connections["default"].settings_dict["TEST"]
    test["NAME"], test["TEMPLATE"] = EMPTY, template.ready()
    made = setup_databases(0, False)
    try:
        run(asked)
    finally:
        use(EMPTY)
        on_server(f"DROP DATABASE IF EXISTS {FULL} WITH (FORCE)")
        teardown_databases(made, 0)
    if not asked.without_care:
        from bench import care

        test["NAME"] = "linli_bench_care"
        connections["default"].creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            care.run(10_000)
        finally:
            connections["default"].creation.destroy_test_db("linli_bench_care", verbosity=0)


if __name__ == "__main__":
    main()
