"""A dispatcher's desk in the demonstration city: what comes up again and again, photos, many sent on at once."""

from datetime import timedelta
from functools import partial

import numpy as np

from linli.cases.actions import attach
from linli.cases.models import Attachment, Case
from linli.files.actions import store
from linli.files.demo_pictures import picture
from linli.kernel.demo import DemoWorld

from .actions.bulk import run_bulk
from .actions.redacting import redact
from .actions.taking_in import Draft, submit_request
from .actions.topics import open_topic
from .actions.watching import watch
from .demo import History
from .demo_texts import TEXTS
from .forms import PHOTOS
from .queries import public_requests

BURSTS = (  # category, days before the end when the first came, how many, what was done, what came of it
    ("gas-heat", 330, 7, "入冬前会同供热公司给每栋楼试压、放气，换掉堵住的阀门。", "今冬没有再报暖气不热。"),
    ("rubbish", 38, 6, "投放点加到每天清运两次，装修垃圾预约上门收。", ""),
    ("parking", 24, 7, "", ""),
)
APART_DAYS = 3
LAST_HOURS = (
    0.3,
    0.6,
    0.9,
    1.2,
    1.5,
    2,
    2.5,
    3,
    4,
    5,
)  # before the end: filed, and nobody has sent them on yet
SENT_AT_ONCE = 4
SEEN = {"street-lights": "lamp", "roads": "paving", "rubbish": "bins"}  # category → what a photo of it shows
PHOTOGRAPHED = 6


class Desk(History):
    """Bursts of one kind of request in the shown community, lived through like all others."""

    def __init__(self, world: DemoWorld):
        super().__init__(world, lately=True)
        self.rng = np.random.default_rng([world.city.seed, 4, 9])
        self.dispatcher = world.users["street-dispatcher"]

    def live(self) -> None:
        for code, days_ago, count, measure, outcome in BURSTS:
            first = self.end - timedelta(days=days_ago)
            for number in range(count):
                self.at(first + timedelta(days=APART_DAYS * number), self.file_one, code)
            for week in range(1, 9):
                self.at(first + timedelta(days=7 * week), self.look)
            if measure:
                self.at(first + timedelta(days=APART_DAYS * count), self.take_up, code, measure, outcome)
        for hours in LAST_HOURS:
            self.at(self.end - timedelta(hours=hours), self.file_one, self._category())
        self.at(self.end - timedelta(hours=3), self.photograph)
        self.at(self.end - timedelta(hours=2), self.follow)
        self.at(self.end - timedelta(hours=1), self.send_on)
        self.run_out()

    def file_one(self, code: str) -> None:
        """A neighbour files one of a kind; the desk looks at it in its time."""
        kind, text = TEXTS[code][self.rng.integers(len(TEXTS[code]))]
        lon, lat = (at and at + float(self.rng.normal(0, 0.002)) for at in (self.home.lon, self.home.lat))
        draft = Draft(
            text=text.format(number=self.rng.integers(1, 28)), place=self.home, kind=kind, lon=lon, lat=lat,
            category=self.categories[code],
        )  # fmt: skip
        done = submit_request(draft, reporter=self._neighbour(self.home), channel="portal")
        self.after(6 + self.rng.gamma(2, 2), self.dispatch, done.request.case)

    def take_up(self, code: str, measure: str, outcome: str) -> None:
        """The matter gets a case of its own, and is put right as a whole."""
        topic = open_topic(self.home, self.categories[code], by=self.dispatcher)
        told = [("plan", 30, {"measure": measure, "unit": None})]
        if outcome:
            told.append(("finish", 24 * 18, {"outcome": outcome}))
        for name, hours, fields in told:
            self.after(hours, partial(self.step, topic.case, name, self.dispatcher, **fields))

    def photograph(self) -> None:
        """Photos of what can be seen, with the newest requests of such kinds; one is covered in part."""
        shown = Case.objects.filter(kind="request", place=self.home, request__category__code__in=SEEN)
        newest = shown.select_related("request__category").order_by("-opened_at", "-pk")
        for number, case in enumerate(newest[:PHOTOGRAPHED]):
            scene = picture(SEEN[case.request.category.code], f"现场照片{number + 1}", seed=number)
            attach(case, files=[store(scene, by=None, purpose=PHOTOS)], kind="report", by=None)
        first = Attachment.objects.filter(case__in=newest[:PHOTOGRAPHED]).order_by("pk").first()
        if first:
            redact(first, boxes=[(44, 62, 58, 96)], reason="路人", by=self.dispatcher)

    def follow(self) -> None:
        """The resident hears of what others file in the community, and of one matter."""
        person = self.world.users["resident"].person
        watch(person=person, place=self.home)
        public = public_requests().filter(case__place=self.home).order_by("-case__opened_at", "-pk").first()
        if public:
            watch(person=person, request=public)

    def send_on(self) -> None:
        """The last hours' requests of one street, sent to its committee at once; what is not done stays."""
        waiting = Case.objects.visible_to(self.dispatcher).filter(kind="request", state="submitted")
        chosen = list(waiting.order_by("opened_at", "pk")[:SENT_AT_ONCE])
        if chosen:
            run_bulk(
                chosen,
                "dispatch",
                by=self.dispatcher,
                unit=self._committee(self.home),
                note="请社区先到现场看。",
            )
