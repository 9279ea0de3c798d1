"""Two communities of one street and one of another county, with people who serve and people who ask."""

from datetime import date, datetime, timedelta
from pathlib import Path

from psycopg.types.range import DateRange

from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.packs.reading import read_pack
from linli.people.models import Household, HouseholdMember, Proxy
from linli.volunteering.actions.banking import ask_issue, bank_of, decide_issue, district_bank, purse_of
from linli.volunteering.actions.installing import install
from linli.volunteering.actions.joining import ActivityDraft, publish_activity
from linli.volunteering.actions.registering import register_volunteer
from tests.factories.people import make_person, make_post, make_unit, make_user, make_worker
from tests.factories.places import make_community

PACK = Path(__file__).parents[2] / "packs" / "volunteering" / "99.yaml"
DESK = (
    "help.view", "help.hear", "volunteering.enter", "volunteering.organise", "volunteering.match",
    "volunteering.confirm", "people.view", "people.edit",
)  # fmt: skip


def read():
    pack, problems = read_pack(PACK)
    assert problems == []
    return pack


def moment(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of March 2026; the tests begin on the 4th at 10."""
    return datetime(2026, 3, day, hour, minute, tzinfo=CHINA)


class Village:
    """Everything a test of volunteering stands on."""

    def __init__(self, **coins):
        pack = read()
        if coins:
            pack = pack.model_copy(update={"coins": pack.coins.model_copy(update=coins)})
        install(pack)
        self.charter = pack
        self.place = make_community(1, lon=112.0, lat=32.0)
        self.next_place = make_community(2, lon=112.01, lat=32.0)
        self.far_place = make_community(1, street="990102001000", lon=112.3, lat=32.0)
        self.county = self.place.parent.parent
        for place in (self.place, self.next_place, self.far_place):
            make_unit(place, f"{place.name}居委会", kind="committee")
        self.unit = self.place.units.get(kind="committee")
        self.coordinator = make_worker(self.place, *DESK, name="陈协调")
        self.colleague = make_worker(self.place, *DESK, name="沈协调")
        self.cashier = make_worker(
            self.county, "volunteering.issue", "volunteering.settle", "volunteering.hand_over", name="朱出纳"
        )
        self.checker = make_worker(
            self.county, "volunteering.grant", "volunteering.issue", "volunteering.settle", name="秦复核"
        )
        make_post(self.coordinator, self.place, *DESK, role="desk", unit=self.unit)
        self.elder = make_user(
            "钱奶奶", person=make_person("钱奶奶", birth_on=date(1945, 5, 1), home=self.place)
        )
        self.student = self.volunteer("孙同学", birth_on=date(2004, 9, 1), skills=["hairdressing"])

    @staticmethod
    def in_passing(place):
        """A shift of an activity somewhere, with nothing around it."""
        install(read())
        organiser = make_worker(place, "volunteering.organise")
        draft = ActivityDraft("清洁日", "environment", "打扫", place, "广场")
        made = publish_activity(draft, shifts=[(moment(6), moment(6, 11), 5)], by=organiser)
        return made.shifts.get()

    def resident(self, name="周居民", *, birth_on=date(1980, 1, 1), place=None):
        return make_user(name, person=make_person(name, birth_on=birth_on, home=place or self.place))

    def volunteer(self, name="吴志愿", *, birth_on=date(1985, 1, 1), place=None, **fields):
        """The account of a registered volunteer."""
        user = self.resident(name, birth_on=birth_on, place=place)
        register_volunteer(user.person, place=place or self.place, by=user, **fields)
        return user

    def activity(self, *, capacity=2, begin=None, minutes=120, **fields):
        begin = begin or moment(6)
        draft = ActivityDraft(
            **{"title": "社区清洁日", "service": "environment", "description": "一起打扫楼道",
               "place": self.place, "address": "社区广场", **fields}
        )  # fmt: skip
        return publish_activity(
            draft, shifts=[(begin, begin + timedelta(minutes=minutes), capacity)], by=self.coordinator
        )

    def shift(self, **fields):
        return self.activity(**fields).shifts.get()

    def fill_pool(self, minutes=600):
        """Minutes in the pool of the district, asked for by one and granted by another."""
        bank = district_bank(self.place)
        issue = ask_issue(
            bank=bank, minutes=minutes, reason="年度公益金", evidence="民发〔2026〕1号", by=self.cashier
        )
        decide_issue(issue, grant=True, by=self.checker)
        return bank

    def purse(self, user, minutes=0):
        """The purse of a person with so many minutes, granted by two."""
        purse = purse_of(user.person)
        if minutes:
            issue = ask_issue(
                bank=bank_of(self.county), to_person=user.person, minutes=minutes, reason="补录",
                evidence="旧账本第 3 页", by=self.cashier,
            )  # fmt: skip
            decide_issue(issue, grant=True, by=self.checker)
        purse.account.refresh_from_db()
        return purse

    def family(self, one, other):
        house = Household.objects.create(number=f"H{one.pk}-{other.pk}", place=self.place)
        for user in (one, other):
            HouseholdMember.objects.create(household=house, person=user.person, relation="家人")

    def guardian(self, child, parent):
        Proxy.objects.create(
            principal=child.person,
            proxy=parent.person,
            kind="guardian",
            during=DateRange(clock.today(), None),
            basis="户口簿",
        )


def balance(purse) -> int:
    purse.account.refresh_from_db()
    return purse.account.balance
