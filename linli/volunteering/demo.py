"""Volunteers, teams, activities and help orders of the demonstration city, each made by the real actions."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, time, timedelta
from uuid import NAMESPACE_OID, uuid5

import numpy as np
from django.conf import settings
from django.db.models import F
from psycopg.types.range import DateRange

from linli.cases.actions import WrongState, take_step
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld, demo_step
from linli.ledger.models import ClosedPeriod
from linli.packs.reading import read_pack
from linli.people.models import Person, Post, Role, Unit, User
from linli.places.models import Level, Place

from .actions.attending import mark_present
from .actions.awarding import decide_round, nominate, open_round, publish_round
from .actions.banking import ask_issue, decide_issue, district_bank, donate
from .actions.clients import end_key_client, name_key_client
from .actions.helping import Wish, ask_for_help
from .actions.installing import install
from .actions.joining import ActivityDraft, join, publish_activity
from .actions.looking import look_at
from .actions.recording import confirm_attendance
from .actions.redeeming import offer_reward, open_shop
from .actions.registering import enter_team, found_team, open_station, register_volunteer
from .actions.teaming import appoint
from .matching import candidates
from .models import Attendance, Joining, KeyClient, Purse, Shift, Team, Volunteer
from .refusals import VolunteeringRefused

# Activities, help orders, communities that take part and volunteers in each, by size of the city.
COUNTS = {"XS": (4, 4, 2, 5), "S": (40, 50, 8, 12), "M": (120, 150, 20, 15), "L": (160, 200, 30, 15)}
NAMES = (
    "林晓梅",
    "高建平",
    "谢芳",
    "韩磊",
    "唐雪",
    "冯国栋",
    "于丽",
    "董志远",
    "萧敏",
    "程浩",
    "曹静",
    "袁伟",
)
TEAMS = ("邻里互助队", "银龄志愿服务队", "机关党员志愿服务队", "青年理发队")
ACTIVITIES = (
    ("environment", "楼道清洁日", "一起清理楼道杂物，工具由社区准备。", ""),
    ("patrol", "平安巡逻", "傍晚在小区里走一圈，看消防通道和路灯。", "夜间行走注意车辆，两人同行。"),
    ("event", "重阳敬老活动协助", "布置会场、搀扶老人、分发餐点。", ""),
    ("phone-help", "手机课堂", "一对一教老人用手机挂号、付款。", ""),
    ("haircut", "广场义剪", "为老人免费理发。", ""),
)
SKILLS = (["hairdressing"], ["phone-lessons"], ["repair"], ["tutoring"], [], [])
# Younger than those the pool pays for anyway.
CLIENTS = ("失能，由老伴照料", "计划生育特殊家庭", "重度残疾", "术后独自康复")
AROUND = 3  # in the counties around happens a third of it
ONE_SHIFT = timedelta(minutes=120)
FREE = ("1pm", "2am", "3pm", "4am", "5pm", "6am", "6pm", "7am")


@demo_step("volunteering-charter", "志愿服务章程", after=("people",))
def make_charter(world: DemoWorld) -> None:
    """The charter: what the first real volunteer needs."""
    pack, problems = read_pack(settings.PACKS_DIR / "volunteering" / "99.yaml")
    if pack is None:
        raise LookupError("; ".join(map(str, problems)))
    install(pack)


@demo_step("volunteering-lately", "近期的志愿服务", after=("volunteering-charter",))
def make_coming(world: DemoWorld) -> None:
    """What can be joined now: coming activities and people who ask for help, where the accounts live."""
    Story(world).begin()


@demo_step("volunteering", "一年的志愿服务和时间银行", after=("volunteering-lately",), behind=True)
def make_volunteering(world: DemoWorld) -> None:
    """A year of activities and orders, in the order of time; the counties around have begun more slowly."""
    home = Story(world)
    counties = Place.objects.current().filter(level=Level.COUNTY, code__startswith="99").order_by("code")
    around = [Story(world, county) for county in counties.exclude(pk=home.county.pk)]
    home.continue_there()
    for story in around:
        story.start_there()
    acts = [act for story in (home, *around) for act in story.acts()]
    for moment, act in sorted(acts, key=lambda one: one[0]):
        act(moment)
    home.end_the_year()


def county_of(place) -> Place:
    return Place.objects.get(code=place.ancestor_codes[2])


class Story:
    """What happens in some communities of one county, act by act: of that where the accounts live, or of another."""

    def __init__(self, world: DemoWorld, county: Place | None = None):
        self.world = world
        self.activities, self.orders, communities, self.people = COUNTS.get(world.size, COUNTS["S"])
        found = Place.objects.communities().filter(code__startswith="99").order_by("code")
        shown = world.users.get("community-worker")
        home = found.filter(posts__person=shown.person).first() if shown and not county else None
        self.county = county or county_of(home or found[0])
        if county:
            self.activities, self.orders, communities = (n // AROUND for n in COUNTS[world.size][:3])
        there = found.filter(code__startswith=self.county.code[:6]).exclude(pk=home and home.pk)
        self.communities = [*([home] if home else []), *there[: max(1, communities - bool(home))]]
        self.rng = np.random.default_rng([world.city.seed, 8, *([int(county.code)] if county else [])])
        closed = ClosedPeriod.objects.order_by("until").last()
        first = datetime.combine(world.last_day - timedelta(days=330), time(8), tzinfo=CHINA)
        self.first = max(first, closed.until) if closed else first
        self.last = datetime.combine(world.last_day, time(8), tzinfo=CHINA)
        self.staff: dict = {}
        self.volunteers: dict = {}
        self.teams: dict = {}

    def begin(self) -> None:
        """The bank, the volunteers of one community, and what lies before them."""
        home = self.communities[0]
        with clock.at(self.first):
            self.open_bank()
            self.settle_in(home)
            self.name_clients(home)
        for days in (2, 3, 5, 8, 11):
            self.announce(home, self.last + timedelta(days=days, hours=self.pick((1, 2, 6, 10))))
        self.join_soon(home)
        for days in (1, 2, 4):
            self.ask(home, self.last + timedelta(days=days, hours=2), at=self.last)

    def join_soon(self, home) -> None:
        """Whose accounts volunteer have signed up for what comes soonest."""
        soonest = Shift.objects.filter(activity__place=home, during__startswith__gt=self.last).order_by(
            "during"
        )
        with clock.at(self.last):
            for volunteer, shift in zip(self.volunteers[home.pk][: len(self.cast())], soonest, strict=False):
                with suppress(VolunteeringRefused):  # drawn by lot for it already
                    join(shift, volunteers=[volunteer], by=volunteer.person.user, risk_accepted=True)

    def continue_there(self) -> None:
        self.know(self.communities[0])
        with clock.at(self.first):
            for place in self.communities[1:]:
                self.settle_in(place)
                self.name_clients(place)

    def start_there(self) -> None:
        with clock.at(self.first):
            self.open_bank()
            for place in self.communities:
                self.settle_in(place)

    def acts(self) -> list[tuple[datetime, Callable[[datetime], None]]]:
        """A year of them, each with its moment."""
        held = [(moment, self.hold_activity) for moment in self.moments(self.activities)]
        return held + [(moment, self.help_somebody) for moment in self.moments(self.orders)]

    def end_the_year(self) -> None:
        self.donate_at_the_window()
        self.end_a_client()
        self.award()

    def moments(self, count: int) -> list[datetime]:
        days = max(1, (self.last - self.first).days - 4)
        offsets = np.sort(self.rng.integers(2, days + 2, count))
        hours = self.rng.integers(9, 17, count)
        start = self.first.replace(hour=0, minute=0, second=0, microsecond=0)
        return [start + timedelta(days=int(d), hours=int(h)) for d, h in zip(offsets, hours, strict=True)]

    def pick(self, things):
        return things[int(self.rng.integers(len(things)))]

    # --- Who --------------------------------------------------------------------------------------

    def officer(self, place, role: str, number: int = 0):
        """An account that holds the role at the place, appointed for it."""
        name = f"v-{role}-{number}-{place.code}".lower()
        if (place.pk, role, number) not in self.staff and (
            known := User.objects.filter(username=name).first()
        ):
            self.staff[place.pk, role, number] = known
        if (place.pk, role, number) not in self.staff:
            person = Person.objects.create(name=NAMES[len(self.staff) % len(NAMES)])
            user = User(username=name, email="", person=person)
            user.set_unusable_password()
            user.save()
            chosen = Role.objects.get(code=role)
            unit = Unit.objects.filter(place=place).order_by("kind", "pk").first()
            Post.objects.create(
                person=person, role=chosen, place=place, unit=unit, apart_from=chosen.apart_from,
                during=DateRange(self.world.first_day, None), reason="示范城市志愿服务岗位",
            )  # fmt: skip
            self.staff[place.pk, role, number] = user
        return self.staff[place.pk, role, number]

    def open_bank(self) -> None:
        asker, checker = (
            self.officer(self.county, "county-officer"),
            self.officer(self.county, "county-officer", 1),
        )
        issue = ask_issue(
            bank=district_bank(self.county), minutes=60 * (self.orders + 40), reason="年度助老公益金",
            evidence="区民政局会议纪要第 3 号", by=asker,
        )  # fmt: skip
        decide_issue(issue, grant=True, by=checker)
        shop = open_shop(name="邻里便利店", place=self.county, by=asker)
        during = DateRange(self.world.first_day, self.world.last_day + timedelta(days=365))
        for title, minutes in (("大米 5 千克", 180), ("理发券一张", 60), ("社区食堂午餐一份", 60)):
            offer_reward(shop, title=title, minutes=minutes, stock=50, during=during, by=asker)

    def know(self, place) -> None:
        """Who settled in there before."""
        self.volunteers[place.pk] = list(Volunteer.objects.filter(place=place).order_by("pk"))
        self.teams[place.pk] = list(Team.objects.filter(place=place).order_by("pk"))

    def cast(self) -> list[Person]:
        """Whose accounts live here and who volunteer: the leader first, who leads the first team."""
        shown = (self.world.users.get(role) for role in ("volunteer-leader", "resident"))
        return [user.person for user in shown if user and self.county == county_of(user.person.home)]

    def settle_in(self, place) -> None:
        clerk = self.officer(place, "community-worker")
        grown = self.world.first_day.replace(year=self.world.first_day.year - 18)
        lively = self.world.first_day.replace(year=self.world.first_day.year - 70)
        people = Person.objects.living_in(place).filter(birth_on__lt=grown, birth_on__gt=lively)
        made = []
        cast = self.cast() if place == self.communities[0] else []
        others = people.exclude(pk__in=[one.pk for one in cast]).defer("id_number", "phone").by_key()
        for person in [*cast, *others[: self.people - len(cast)]]:
            free = sorted({self.pick(FREE) for _turn in range(3)})
            made.append(
                register_volunteer(person, place=place, by=clerk, skills=self.pick(SKILLS), free=free)
            )
        self.volunteers[place.pk] = made
        names = TEAMS[: 1 + int(self.rng.integers(1, len(TEAMS)))]
        self.teams[place.pk] = [
            found_team(name=name, place=place, leader=self.pick(made) if n else made[0], by=clerk)
            for n, name in enumerate(names)
            if made
        ]
        for volunteer, duty in zip(made[1:3], ("facilitator", "surveyor"), strict=False):
            appoint(volunteer, code=duty, place=place, by=clerk)
        for number, volunteer in enumerate(made):
            enter_team(self.pick(self.teams[place.pk]), volunteer=volunteer, by=clerk)
            if number == 0:
                open_station(
                    name="志愿服务站",
                    label="新时代文明实践站",
                    place=place,
                    hours="每天 9:00–17:00",
                    by=clerk,
                )

    # --- The pool -----------------------------------------------------------------------------------

    def name_clients(self, place) -> None:
        """Two people under eighty whom the pool pays for by name, decided by the county."""
        officer = self.officer(county_of(place), "county-officer")
        year = self.world.first_day.year
        old = self.world.first_day.replace(year=year - 62), self.world.first_day.replace(year=year - 78)
        people = Person.objects.living_in(place).filter(birth_on__lt=old[0], birth_on__gt=old[1])
        for person in people.defer("id_number", "phone").by_key().reverse()[:2]:
            name_key_client(person, reason=self.pick(CLIENTS), place=place, by=officer)

    def end_a_client(self) -> None:
        """One of them needs it no more."""
        named = KeyClient.objects.filter(until=None).select_related("person__home", "named_by")
        with clock.at(self.last - timedelta(days=30)):
            for one in named.order_by("-pk")[:1]:
                end_key_client(one, place=one.person.home, by=one.named_by)

    def donate_at_the_window(self) -> None:
        """Volunteers give half an hour at the counter; the county looks at all of it but the last."""
        full = Purse.objects.filter(account__credits__gte=F("account__debits") + 30, account__closed_at=None)
        theirs = full.filter(bank__place__in=self.communities).select_related(
            "account__holder", "bank__place"
        )
        entries = []
        for number, purse in enumerate(theirs.order_by("pk")[:4]):
            holder = purse.account.holder
            clerk = self.officer(purse.bank.place, "community-worker")
            with clock.at(self.last - timedelta(hours=20 - number)):
                key = uuid5(NAMESPACE_OID, f"demo-donation-{purse.pk}")
                entries.append(donate(key=key, giver=holder, minutes=30, by=clerk))
        with clock.at(self.last - timedelta(hours=2)):
            for number, entry in enumerate(entries[:-1]):
                checker = self.officer(county_of(entry.debit.purse.bank.place), "county-officer", 1)
                words = "电话回访，本人说没有捐过" if number == 1 else "电话回访，本人确认"
                look_at(entry, in_order=number != 1, words=words, by=checker)

    # --- What -------------------------------------------------------------------------------------

    def hold_activity(self, begin: datetime) -> None:
        place = self.pick([one for one in self.communities if self.volunteers[one.pk]])
        clerk, second = self.officer(place, "community-worker"), self.officer(place, "community-worker", 1)
        shift = self.announce(place, begin)
        with clock.at(begin + ONE_SHIFT + timedelta(hours=1)):
            going = Joining.objects.filter(shift=shift, state=Joining.State.JOINED).select_related(
                "volunteer"
            )
            for record in mark_present(shift, volunteers=[row.volunteer for row in going], by=clerk):
                self.confirm(record, by=second)

    def announce(self, place, begin: datetime):
        """An activity of one shift, published two days before (or by the last day), with some who join."""
        clerk = self.officer(place, "community-worker")
        service, title, text, risk = self.pick(ACTIVITIES)
        draft = ActivityDraft(
            title, service, text, place, "社区广场", team=self.pick(self.teams[place.pk]), risk=risk
        )
        with clock.at(min(begin - timedelta(days=2), self.last)):
            shift = publish_activity(draft, shifts=[(begin, begin + ONE_SHIFT, 6)], by=clerk).shifts.get()
            known = self.volunteers[place.pk]
            for volunteer in self.rng.choice(known, size=min(4, len(known)), replace=False):
                try:
                    join(shift, volunteers=[volunteer], by=clerk, risk_accepted=True)
                except VolunteeringRefused:
                    continue  # he is somewhere else at that time
        return shift

    def confirm(self, record: Attendance, *, by) -> None:
        try:
            confirm_attendance(record, by=by, evidence="纸质签到表")
        except VolunteeringRefused:
            return  # over the limit of that day: it stays open for a person to look at

    def help_somebody(self, begin: datetime) -> None:
        place = self.pick(self.communities)
        clerk, second = self.officer(place, "community-worker"), self.officer(place, "community-worker", 1)
        order = self.ask(place, begin, at=begin - timedelta(days=1))
        if order is None:
            return
        with clock.at(begin - timedelta(days=1)):
            found = candidates(order, limit=3)
            if not found:
                take_step(order.case, "give_up", by=clerk, note="附近没有合适的志愿者")
                return
            match = self.pick(found)
            take_step(order.case, "offer", by=clerk, volunteer=match.volunteer, why=match.why)
        self.serve(order, begin, clerk, second)

    def ask(self, place, begin: datetime, *, at: datetime):
        """Somebody over eighty asks by phone; None where nobody of that age lives."""
        old = self.world.first_day.replace(year=self.world.first_day.year - 81)
        elders = list(
            Person.objects.living_in(place).filter(birth_on__lt=old).defer("id_number").by_key()[:40]
        )
        if not elders:
            return None
        service = self.pick(("company", "errands", "haircut", "phone-help", "cleaning", "clinic-company"))
        clerk = self.officer(place, "community-worker")
        with clock.at(at):
            wish = Wish(service, place, begin, channel="phone")
            return ask_for_help(wish, person=self.pick(elders), by=clerk)

    def serve(self, order, begin: datetime, clerk, second) -> None:
        """Accepted, served and confirmed by phone; some still wait for their confirmation."""
        with clock.at(begin - timedelta(hours=3)):
            try:
                take_step(order.case, "accept", by=clerk)
            except WrongState:
                return  # the pool is empty: the order waits
        with clock.at(begin + timedelta(minutes=order.minutes + 30)):
            take_step(order.case, "serve", by=clerk, begin=begin, minutes=order.minutes, content="")
        if self.rng.random() < 0.9:
            with clock.at(begin + timedelta(hours=26)):
                try:
                    take_step(order.case, "confirm", by=second, evidence="电话回访")
                except WrongState:
                    return  # it overlaps another service: a coordinator looks at it

    def award(self) -> None:
        city = self.county.parent
        officer = self.officer(city, "city-officer")
        clerk = self.officer(self.communities[0], "community-worker")
        with clock.at(self.last - timedelta(days=20)):
            made = open_round(
                place=city,
                year=self.world.last_day.year,
                title=f"{self.world.last_day.year} 年最美志愿者评选",
                by=officer,
            )
            chosen = [
                nominate(
                    made, category="volunteer", volunteer=one, reason="一年来坚持上门陪伴独居老人。", by=clerk
                )
                for one in self.volunteers[self.communities[0].pk][:3]
            ]
            made = publish_round(made, by=officer)
        with clock.at(self.last - timedelta(days=10)):
            decide_round(made, awarded=chosen[:2], by=officer)
