"""A community with an office, and cases somebody has asked for."""

from datetime import timedelta

from linli.cases.models import Case
from linli.kernel import clock
from linli.places.models import Boundary, PopulationFigure
from tests.factories.people import make_post, make_unit, make_user
from tests.factories.places import make_community, make_place

PHONE = "0999-5550123"


def make_served_community(number=1, *, workers=1, grids=1):
    """A community with a committee, its phone, its workers and grids."""
    community = make_community(number)
    unit = make_unit(community, "第1社区居民委员会", kind="committee", phone=PHONE)
    for turn in range(workers):
        worker = make_user(f"陈{'一二三四'[turn]}")
        make_post(worker, community, "people.view", unit=unit, role="community-worker")
    for turn in range(1, grids + 1):
        make_place(f"{community.code}G{turn:03}", "grid", f"第{turn}网格")
    return community


def make_cases(reporter, place, count, *, closed=False):
    """Errands of a person, due in one, two, three … days."""
    unit, now, before = make_unit(place), clock.now(), Case.objects.count()
    for turn in range(1, count + 1):
        Case.objects.create(
            kind="errand",
            number=f"ER-2026-{before + turn:06}",
            title=f"{turn}号楼声控灯不亮",
            state="closed" if closed else "doing",
            place=place,
            reporter=reporter.person,
            unit=unit,
            opened_at=now,
            term=turn,
            due_at=now + timedelta(days=turn),
            clock_stopped_at=now if closed else None,
            closed_at=now if closed else None,
        )


def make_aged(number, people, aged_60, *, street="990101001000"):
    """A community with population figures of two years and a square as its boundary."""
    community = make_community(number, street=street)
    for year, factor in ((2024, 2), (2025, 1)):
        PopulationFigure.objects.create(
            place=community,
            year=year,
            definition="resident",
            people=people * factor,
            households=people // 3,
            aged_60=aged_60,
            source="测试",
        )
    west, south = 112 + number / 100, 32.0
    east, north = west + 0.009, south + 0.009
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    Boundary.objects.create(
        place=community,
        geometry={"type": "Polygon", "coordinates": [ring]},
        west=west,
        south=south,
        east=east,
        north=north,
        source="测试",
        as_of=clock.today(),
    )
    return community
