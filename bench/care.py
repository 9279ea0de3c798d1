"""Plans visits for 10,000 people over a year, twice, and says how long each took and how many rows there are.

    python -m bench.care [--people 10000]

Wants DATABASE_URL of a PostgreSQL where a database may be made: it makes one of its own and drops it. People
stand in 20 communities, a tenth at high risk (weekly), six tenths key (monthly), the rest general (quarterly).
The second run stores nothing: the database refuses two stretches on a day.
"""

import argparse
import time
import uuid
from datetime import date
from pathlib import Path

import django

PACK = Path(__file__).parents[1] / "packs" / "care" / "99.yaml"
START = date(2026, 1, 1)
COMMUNITIES = 20


def make_town(people: int) -> list:
    """The communities with their plans and the people on their lists."""
    from linli.care.actions.installing import install
    from linli.care.models import CarePerson, CareRules, VisitPlan
    from linli.packs.reading import read_pack
    from linli.people.models import Person
    from tests.factories.people import make_user
    from tests.factories.places import make_community

    install(read_pack(PACK)[0])
    book, decider, plans = CareRules.objects.get(), make_user(), []
    for number in range(COMMUNITIES):
        place = make_community(number + 1)
        plans.append(VisitPlan.objects.create(community=place, rules=book, since=START, decided_by=decider))
        persons = [Person(id=uuid.uuid4(), name=f"老人{n}", home=place) for n in range(people // COMMUNITIES)]
        Person.objects.bulk_create(persons, batch_size=1000)
        CarePerson.objects.bulk_create(
            [CarePerson(person=person, since=START, **level_of(turn)) for turn, person in enumerate(persons)],
            batch_size=1000,
        )
    return plans


def level_of(turn: int) -> dict[str, str]:
    if turn % 10 == 0:
        return {"risk": "high", "rhythm": "weekly"}
    return (
        {"risk": "key", "rhythm": "monthly"} if turn % 10 < 7 else {"risk": "general", "rhythm": "quarterly"}
    )


def run(people: int) -> None:
    from linli.care.actions.planning import plan_ahead
    from linli.care.models import Due
    from linli.kernel import clock

    moment = clock.datetime(2026, 1, 1, 1, tzinfo=clock.UTC)
    with clock.at(moment):
        plans = make_town(people)
        for name in ("first run", "second run"):
            begun = time.perf_counter()
            new = sum(plan_ahead(plan) for plan in plans)
            took = time.perf_counter() - begun
            print(f"{name}: {new:,} stretches new in {took:.1f} s; {Due.objects.count():,} stand")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=10_000)
    people = asked.parse_args().people
    django.setup()
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = "linli_bench_care"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        run(people)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main()
