"""Eighteen months of care in the demonstration city: a list, plans, visits made, missed and not answered."""

from datetime import date, datetime, time, timedelta

import numpy as np
from django.conf import settings
from psycopg.types.range import DateRange

from linli.cases.actions import WrongState, mark_overdue, take_step
from linli.cases.models import Case
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld, demo_step
from linli.packs.reading import read_pack
from linli.people.models import Person, Post, Role, User
from linli.places.models import Place

from . import demo_around  # noqa: F401 — its step is made with these
from .actions.installing import install
from .actions.listing import enrol, give_visitor, pair
from .actions.planning import open_due, plan_everybody, start_plan
from .actions.visiting import climb_ladders
from .models import CarePerson
from .queries import unit_of

COUNTS = {"XS": 6, "S": 40, "M": 200, "L": 400}  # people on the list of the long history
SINCE = date(2021, 3, 1)
SHOWN = 8  # people on the list of the community that is shown first
VISITORS = ("姜丽萍", "范志勇", "金玉兰", "石建军", "戴晓红", "韦国庆")
WORDS = (
    "精神不错，中午自己做的面条，说最近睡得好。",
    "腿有点疼，走路慢，已提醒按时贴膏药。",
    "女儿周末来过，家里收拾得很干净。",
    "说楼道灯有时不亮，晚上不敢下楼。",
    "血压偏高，药还有一周的量，下次带单子去开。",
    "很高兴有人来，聊了年轻时在厂里的事。",
    "天热没开空调，帮着打开并教了遥控器。",
    "想参加社区的合唱，已把时间写在日历上。",
)
PROMISES = (
    "",
    "",
    "下次带老花镜",
    "帮忙问高龄补贴",
    "联系水电师傅看灯",
    "带社区活动单子",
    "陪去卫生站量血压",
)
SEASON = {1: "冷", 2: "冷", 7: "热", 8: "热", 12: "冷"}


@demo_step("care-rules", "探访关爱规则与名单", after=("people",))
def make_care(world: DemoWorld) -> None:
    """The rules, and the list and plan of the community that is shown: today's round has doors."""
    pack, problems = read_pack(settings.PACKS_DIR / "care" / "99.yaml")
    if pack is None:
        raise LookupError("; ".join(map(str, problems)))
    install(pack)
    worker, head = world.users.get("community-worker"), world.users.get("community-head")
    if worker is None or head is None:
        return
    with clock.at(_moment(world.last_day - timedelta(days=40), 9)):
        place = worker.person.posts.first().place
        _fill(place, visitor=worker, planner=head, count=SHOWN, rng=_rng(world, 1))
    rng = _rng(world, 2)
    for days_ago in (39, 32, 25, 18, 11, 4):
        day = world.last_day - timedelta(days=days_ago)
        with clock.at(_moment(day, 6)):
            open_due(clock.today())
        with clock.at(_moment(day, 10)):
            # Visits are due by the month: what of the present one is not yet made stands in today's round.
            _visit_all(place, rng, share=0.2 if day.month == world.last_day.month else 0.8)
    with clock.at(_moment(world.last_day, 6, 30)):
        open_due(clock.today())


@demo_step("care-history", "十八个月的探访", after=("care-rules",), behind=True)
def make_history(world: DemoWorld) -> None:
    """Other communities, from their first list to today, each act at its time."""
    rng = _rng(world, 3)
    left = COUNTS.get(world.size, COUNTS["S"])
    shown = set(CarePerson.objects.values_list("person__home__parent", flat=True))
    places = []
    with clock.at(_moment(world.first_day, 9)):
        for place in _county_by_county():
            if left <= 0 or place.pk in shown or CarePerson.objects.within(place).exists():
                continue
            visitor = _appoint(place, "community-worker", len(places))
            planner = _appoint(place, "community-head", len(places) + 1)
            count = min(left, 12)
            left -= _fill(place, visitor=visitor, planner=planner, count=count, rng=rng)
            places.append(place)
    _live(world, places, rng)


def _county_by_county() -> list[Place]:
    """The communities, one of each county in turn: every county's officer has a list."""
    turns: dict[str, int] = {}
    found = []
    for place in Place.objects.communities().filter(code__startswith="99").order_by("code"):
        turns[place.code[:6]] = turns.get(place.code[:6], 0) + 1
        found.append((turns[place.code[:6]], place.code, place))
    return [place for _turn, _code, place in sorted(found, key=lambda one: one[:2])]


def _live(world, places, rng) -> None:
    for number in range(0, (world.last_day - world.first_day).days, 3):
        day = world.first_day + timedelta(days=number)
        with clock.at(_moment(day, 6)):
            if number % 90 == 0:
                plan_everybody()
            open_due(day)
        with clock.at(_moment(day, 10)):
            for place in places:
                _visit_all(place, rng, share=0.16)
        with clock.at(_moment(day, 20)):
            mark_overdue(clock.now())
            climb_ladders(clock.now())


def _rng(world, number: int):
    return np.random.default_rng([world.city.seed, 6, number])


def _moment(day, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=CHINA)


def _fill(place, *, visitor, planner, count: int, rng) -> int:
    """Put the oldest people of a community on its list, give them a visitor, start the plan; how many."""
    today = clock.today()
    old = Person.objects.living_in(place).filter(
        birth_on__lt=today.replace(year=today.year - 76), died_on=None
    )
    chosen = list(old.filter(care=None).order_by("birth_on", "pk")[:count])
    for number, person in enumerate(chosen):
        age = person.age_on(today)
        category = ("lives-alone", "empty-nest", "disabled-elder", "minimum-living")[int(rng.integers(4))]
        cared = enrol(
            person,
            by=visitor,
            category=category,
            basis="入户走访核实",
            source="社区",
            risk="high" if age >= 90 and number % 3 == 0 else "key",
            reason=f"{age} 岁，子女不在身边",
        )
        give_visitor(cared, by=planner, visitor=visitor)
        if number % 4 == 1 and len(chosen) > 2:
            neighbours = Person.objects.living_in(place).filter(
                birth_on__lt=today.replace(year=today.year - 30),
                birth_on__gt=today.replace(year=today.year - 60),
            )
            volunteer = neighbours.by_key().first()
            if volunteer is not None:
                pair(cared, by=visitor, volunteer=volunteer, promise="每周打一次电话")
    start_plan(place, by=planner)
    return max(len(chosen), 1)


def _visit_all(place, rng, *, share: float) -> None:
    """Some of the open visits of a community are made, each in its own way."""
    listed = list(CarePerson.objects.within(place).values_list("pk", flat=True))  # tables not yet analysed
    open_visits = Case.objects.open().filter(kind="visit", visit__care_person__in=listed)
    for case in open_visits.select_related("assignee").order_by("pk"):
        if case.assignee_id and rng.random() < share:
            _visit(case, rng)


def _visit(case, rng) -> None:
    roll = rng.random()
    try:
        if case.state == "due" and roll < 0.04:
            take_step(case, "no_answer", by=case.assignee)
        elif case.state != "due" and roll < 0.5:
            take_step(case, "confirm_safe", by=case.assignee, note="在女儿家，电话里说都好。")
        elif case.state in ("due", "unanswered"):
            take_step(case, "record", by=case.assignee, **_told(rng))
    except WrongState:
        return


def _told(rng) -> dict:
    """What a visitor writes, with the season in it."""
    words = str(rng.choice(WORDS))
    season = SEASON.get(clock.today().month)
    if season:
        words += "天冷，看了取暖和通风。" if season == "冷" else "天热，提醒多喝水、少出门。"
    states = ["ok"] * 9 + ["watch"]
    codes = ("living", "health", "safety", "mood", "support")
    checks = {code: str(rng.choice(states)) for code in codes}
    return {"way": "door", "checks": checks, "words": words, "promised": str(rng.choice(PROMISES))}


def _appoint(place, role: str, number: int) -> User:
    """An account that holds the role in a community without one of its own."""
    unit = unit_of(place)
    username = f"{role}-{unit.code}".lower()
    known = User.objects.filter(username=username).first()
    if known is not None:
        return known
    person = Person.objects.create(name=VISITORS[number % len(VISITORS)])
    user = User(username=username, email="", person=person)
    user.set_unusable_password()
    user.save()
    chosen = Role.objects.get(code=role)
    Post.objects.create(
        person=person,
        role=chosen,
        place=place,
        unit=unit,
        during=DateRange(SINCE, None),
        apart_from=chosen.apart_from,
        reason="示范城市探访岗位",
    )
    return user
