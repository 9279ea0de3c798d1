"""Eighteen months of residents' requests in the demonstration city, each made and worked on by the real steps."""

from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush

import numpy as np
from django.conf import settings
from psycopg.types.range import DateRange

from linli.cases.actions import WrongState, mark_overdue, take_step
from linli.cases.actors import Bearer
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld, demo_step
from linli.packs.reading import read_pack
from linli.people.models import Person, Post, Role, Unit, User
from linli.places.models import Place

from .actions.installing import install
from .actions.judging import climb, close_unrated
from .actions.taking_in import Draft, submit_request
from .demo_texts import DUTIES, REPLIES, SEASONS, TEXTS
from .models import Category, Competence

COUNTS = {"XS": 40, "S": 900, "M": 4000, "L": 6000}  # requests of the whole time, by size of the city
SHOWN = 0.15  # share of the community in which the demonstration accounts live and work
OWN_HOURS = 26  # before the end the resident whose account is shown files one: it is still worked on
RECENT, RECENT_DAYS = 0.08, 12  # share of all that came in the last days: the first page finds them there
SINCE = datetime(2021, 3, 1, tzinfo=CHINA).date()
NAMES = ("郭建国", "何秀英", "罗志强", "宋桂兰", "唐文斌", "许丽华", "邓海涛", "曹雪梅", "彭国庆", "曾玉珍")


@demo_step("request-duties", "诉求规则与部门职责", after=("people",))
def make_duties(world: DemoWorld) -> None:
    """The rules of requests and which department has which duty: what a first real request needs."""
    pack, problems = read_pack(settings.PACKS_DIR / "requests" / "99.yaml")
    if pack is None:
        raise LookupError("; ".join(map(str, problems)))
    install(pack)
    name_duties()


@demo_step("requests-lately", "近两月的居民诉求", after=("request-duties",))
def make_recent_requests(world: DemoWorld) -> None:
    """The requests of the newest month and the days since, in the order of time: lists and figures have something."""
    History(world, lately=True).live()


@demo_step("requests", "十八个月的居民诉求", after=("requests-lately",), behind=True)
def make_requests(world: DemoWorld) -> None:
    """The requests before the newest month, with what follows from each."""
    History(world, lately=False).live()


@demo_step("request-topics", "未诉先办专题、诉求照片和批量派单", after=("requests",), behind=True)
def make_topics(world: DemoWorld) -> None:
    """What the street's dispatcher finds where the demonstration accounts live."""
    from .demo_topics import Desk  # it builds on History

    if {"street-dispatcher", "resident"} <= world.users.keys():
        Desk(world).live()


def name_duties() -> None:
    """Which department has which duty, in every county and in the city."""
    for duty, ending in DUTIES.items():
        for unit in Unit.objects.filter(
            place__code__startswith="99", kind="department", name__endswith=ending
        ):
            Competence.objects.get_or_create(duty=duty, unit=unit)


class History:
    """What happens in what order: acts wait in a queue by their moment, and each may lead to the next."""

    def __init__(self, world: DemoWorld, *, lately: bool):
        self.world, self.rng = world, np.random.default_rng([world.city.seed, 4, int(lately)])
        self.lately = lately
        self.end = datetime.combine(world.last_day, time(17, 30), tzinfo=CHINA)
        self.acts: list = []
        self.turn = 0
        self.staff: dict = {}
        self.communities = list(Place.objects.communities().filter(code__startswith="99").order_by("code"))
        self.categories = {category.code: category for category in Category.objects.all()}
        self.neighbours: dict[int, list] = {}
        shown = world.users.get("community-worker")
        self.home = shown and Place.objects.communities().filter(posts__person=shown.person).first()

    def live(self) -> None:
        for moment in self._moments(COUNTS.get(self.world.size, COUNTS["S"])):
            self.at(moment, self.file)
        for day in range(0, (self.world.last_day - self._first()).days, 7):
            self.at(datetime.combine(self._first(), time(8), tzinfo=CHINA) + timedelta(days=day), self.look)
        self.at(self.end, self.look)
        if self.lately and self.home and "resident" in self.world.users:
            self.at(self.end - timedelta(hours=OWN_HOURS), self.file, True)
        self.run_out()

    def run_out(self) -> None:
        """Do what waits, in the order of time, until nothing does."""
        while self.acts:
            moment, _turn, act, arguments = heappop(self.acts)
            with clock.at(moment):
                act(*arguments)

    def at(self, moment: datetime, act, *arguments) -> None:
        """Let `act` happen at `moment`, or never when that lies beyond the last day."""
        if moment <= self.end:
            self.turn += 1
            heappush(self.acts, (moment, self.turn, act, arguments))

    def after(self, hours: float, act, *arguments) -> None:
        """The same some hours on, in office hours."""
        moment = (clock.now() + timedelta(hours=float(hours))).astimezone(CHINA)
        if not 8 <= moment.hour < 18:
            moment = moment.replace(hour=9) + timedelta(days=moment.hour >= 18)
        self.at(moment, act, *arguments)

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def look(self) -> None:
        """What the jobs do: mark what is late, tell superiors, file what was not rated."""
        for job in (mark_overdue, climb, close_unrated):
            job(clock.now())

    # --- One request ------------------------------------------------------------------------------

    def _moments(self, count: int) -> list[datetime]:
        moments = []
        for first, last, number in self._spans(count):
            offsets = np.sort(self.rng.integers(0, (last - first).days, number))
            hours = self.rng.normal(14, 4, number).clip(6, 22)
            start = datetime.combine(first, time(0), tzinfo=CHINA)
            moments += [
                start + timedelta(days=int(d), hours=float(h)) for d, h in zip(offsets, hours, strict=True)
            ]
        return moments

    def _spans(self, count: int) -> list[tuple[date, date, int]]:
        """From when to when how many are filed here."""
        world, month = self.world, self._newest_month()
        dense, recent = world.last_day - timedelta(days=RECENT_DAYS), int(count * RECENT)
        newer = round((count - recent) * (dense - month).days / (dense - world.first_day).days)
        if self.lately:
            return [(month, dense, newer), (dense, world.last_day, recent)]
        return [(world.first_day, month, count - recent - newer)]

    def _newest_month(self) -> date:
        """The first day of the newest month that is over: the figures of the first page are of it."""
        return (self.world.last_day.replace(day=1) - timedelta(days=1)).replace(day=1)

    def _first(self) -> date:
        """The first day of what is told here."""
        return self._newest_month() if self.lately else self.world.first_day

    def file(self, own: bool = False) -> None:
        """Somebody files a request; `own`: the resident whose account is shown."""
        place = self.communities[self.rng.integers(len(self.communities))]
        if own or (self.home and self.chance(SHOWN)):
            place = self.home
        code = self._category()
        kind, text = TEXTS[code][self.rng.integers(len(TEXTS[code]))]
        draft = Draft(
            text=text.format(number=self.rng.integers(1, 28)),
            place=place,
            kind=kind,
            category=self.categories[code],
            urgency="urgent" if self.chance(0.05) else "normal",
            anonymous=not own and self.chance(0.06),
            lon=place.lon and place.lon + float(self.rng.normal(0, 0.002)),
            lat=place.lat and place.lat + float(self.rng.normal(0, 0.002)),
        )
        reporter = self._neighbour(place)
        clerk, channel = None, "portal"
        if own or (place == self.home and self.chance(0.1) and "resident" in self.world.users):
            reporter = self.world.users["resident"].person
        elif self.chance(0.35):
            clerk, channel = (
                self.officer(self._committee(place), "community-worker"),
                str(self.rng.choice(["phone", "window", "home", "paper"])),
            )
        done = submit_request(draft, reporter=reporter, by=clerk, channel=channel)
        self.after(self.rng.gamma(2, 2), self.dispatch, done.request.case)

    def _category(self) -> str:
        codes = list(TEXTS)
        month = clock.today().month
        weights = np.array([SEASONS.get(code, {}).get(month, 1.0) for code in codes])
        return codes[self.rng.choice(len(codes), p=weights / weights.sum())]

    def dispatch(self, case) -> None:
        dispatcher = self.officer(self._street(case.place), "street-dispatcher")
        if self.chance(0.03):
            self.step(case, "reject", dispatcher, reason="no-new-facts")
            return
        if self.step(case, "dispatch", dispatcher, unit=case.request.suggested_unit):
            self.after(self.rng.gamma(2, 3), self.sign, case)

    def sign(self, case) -> None:
        case.refresh_from_db()
        worker = self.worker(case)
        if self.chance(0.04) and self.step(case, "give_back", worker, note="不属于本单位职责，请改派。"):
            self.after(3, self.dispatch, case)
        elif self.step(case, "sign", worker):
            self.after(self.rng.gamma(1.5, 6), self.contact, case)

    def contact(self, case) -> None:
        worker = self.worker(case)
        self.step(case, "contact", worker, note="已电话联系，了解情况。")
        roll = self.rng.random()
        if roll < 0.05 and case.term_unit == "workdays":
            self.step(case, "ask_extension", worker, count=3, reason="需要等配件到货")
            approver = self.officer(self._street(case.place), "street-officer")
            self.after(4, self.step, case, "approve_extension", approver, "情况属实，同意。")
        elif roll < 0.09:
            self.step(case, "wait", worker, note="请补充具体位置和方便联系的时间。")
            self.after(
                20, self.step, case, "supply", Bearer(case.pk, case.reporter_id), "在单元门口，白天都可以。"
            )
        case.refresh_from_db()
        left = (case.due_at - clock.now()).total_seconds() / 3600
        late = self.chance(0.09)
        self.after(
            max(2.0, left * (self.rng.uniform(1.1, 1.6) if late else self.rng.uniform(0.25, 0.9))),
            self.resolve,
            case,
        )

    def resolve(self, case) -> None:
        case.refresh_from_db()
        result = str(self.rng.choice(["solved", "explained", "planned"], p=[0.78, 0.15, 0.07]))
        outcome = str(self.rng.choice(REPLIES[result]))
        if case.state == "waiting":
            self.after(24, self.resolve, case)
        elif self.step(case, "resolve", self.worker(case), outcome=outcome, result=result):
            self.after(self.rng.uniform(20, 90), self.judge, case, result)

    def judge(self, case, result) -> None:
        caller = self.officer(self._street(case.place), "street-dispatcher")
        content = result == "solved"
        if case.request.kind == "advice" and result != "explained":
            told = f"关于“{case.request.category.name}”的建议：{case.request.outcome}"
            self.step(case, "publish", caller, text=told)
        if self.chance(0.55):
            reached = self.chance(0.85)
            solved = self.chance(0.95 if content else 0.45)
            stars = int(self.rng.choice([5, 4, 3, 2, 1], p=[0.5, 0.3, 0.12, 0.05, 0.03]))
            fields = {"solved": solved, "satisfied": stars} if reached else {}
            self.step(case, "call_back", caller, reached=reached, **fields)
        reporter = Bearer(case.pk, case.reporter_id)
        roll = self.rng.random()
        if roll < 0.04:
            if self.step(case, "reopen", reporter, note="问题又出现了，请再看看。"):
                self.after(self.rng.uniform(10, 40), self.resolve, case)
        elif roll < 0.5:
            weights = [0.55, 0.28, 0.1, 0.05, 0.02] if content else [0.2, 0.3, 0.25, 0.15, 0.1]
            self.step(case, "rate", reporter, stars=int(self.rng.choice([5, 4, 3, 2, 1], p=weights)))
            for link in case.led_to.filter(kind="rectification").select_related("result"):
                self.after(20, self.put_right, link.result, "take_up", {})

    def put_right(self, case, name, fields) -> None:
        """A rectification, step by step."""
        following = {
            "take_up": ("put_right", {"remedy": "已回访并重新检修，更换了老化部件，安排每周巡查。"}),
            "put_right": ("confirm", {"accepted": self.chance(0.8)}),
        }
        street = self._street(case.place)
        by = self.officer(street, "street-dispatcher") if name == "confirm" else self.worker(case)
        if name == "take_up" and case.pk % 5 == 0:
            self.object(case, by)
        if self.step(case, name, by, **fields) and name in following:
            self.after(self.rng.uniform(24, 90), self.put_right, case, *following[name])

    def object(self, case, worker) -> None:
        """Now and then a unit objects to a bad rating; somebody else looks and says why not, or why."""
        reason = "评价说的是隔壁小区的路灯，本单位当天已到场修好。"
        approver = self.officer(self._street(case.place), "street-officer")
        if approver != worker and self.step(case, "object", worker, ground="mistaken", reason=reason):
            verdict, note = (
                ("uphold_objection", "核对工单和照片，确属误评。")
                if case.pk % 2
                else ("refuse_objection", "评价属实，请继续整改。")
            )
            self.after(20, self.step, case, verdict, approver, note)

    def step(self, case, name, by, note="", **fields) -> bool:
        """Take a step; False when the case has moved on meanwhile."""
        try:
            take_step(case, name, by=by, note=note, **fields)
        except WrongState:
            return False
        return True

    # --- Who --------------------------------------------------------------------------------------

    def worker(self, case):
        case.refresh_from_db()
        unit = case.unit
        code = {"committee": "community-worker", "street_office": "street-officer"}.get(
            unit.kind, "department-officer"
        )
        return self.officer(unit, code)

    def officer(self, unit, role: str):
        """An account that holds the role in the unit: one of the city's own, else one appointed for it."""
        if (unit.pk, role) not in self.staff:
            shown = self.world.users.get(role)
            held = shown and shown.person.posts.filter(unit=unit, role__code=role).exists()
            self.staff[unit.pk, role] = shown if held else self._appoint(unit, role)
        return self.staff[unit.pk, role]

    def _appoint(self, unit, role: str):
        name = f"{role}-{unit.code}".lower()
        if known := User.objects.filter(username=name).first():
            return known  # appointed by the other step
        person = Person.objects.create(name=NAMES[len(self.staff) % len(NAMES)])
        user = User(username=name, email="", person=person)
        user.set_unusable_password()
        user.save()
        chosen = Role.objects.get(code=role)
        Post.objects.create(
            person=person,
            role=chosen,
            place=unit.place,
            unit=unit,
            during=DateRange(SINCE, None),
            apart_from=chosen.apart_from,
            reason="示范城市诉求办理岗位",
        )
        return user

    def _street(self, place):
        return Unit.objects.select_related("place").get(
            kind="street_office", place__code=place.ancestor_codes[3]
        )

    def _committee(self, place):
        return Unit.objects.select_related("place").get(kind="committee", place=place)

    def _neighbour(self, place):
        """Somebody who lives there; a few hundred people of a community file them all."""
        if place.pk not in self.neighbours:
            grown = Person.objects.living_in(place).filter(
                birth_on__lt=self.world.first_day.replace(year=2004)
            )
            self.neighbours[place.pk] = list(grown.defer("id_number", "phone").by_key()[:300])
        known = self.neighbours[place.pk]
        return known[self.rng.integers(len(known))] if known else None
