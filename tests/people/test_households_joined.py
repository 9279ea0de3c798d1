"""Households that have joined their community on the platform, and the rate of a plan (PD-031)."""

from datetime import timedelta

import pytest

from linli.kernel import clock
from linli.measures import Period
from linli.people.actions import claim_residence, verify_residence
from linli.people.measures import households_listed, platform_households
from linli.people.models import Household, HouseholdMember
from tests.conftest import TEST_DAY
from tests.factories.people import make_person, make_post, make_user
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
MARCH = Period.parse("2026-03")


class Community:
    def __init__(self):
        self.place, self.other = make_community(1), make_community(2)
        self.clerk = make_user("核实人")
        make_post(self.clerk, self.place.parent, "people.verify", "people.view", role="clerk")

    def home(self, *people, kind="resident"):
        home = Household.objects.create(number=f"H-{Household.objects.count()}", place=self.place, kind=kind)
        for person in people:
            HouseholdMember.objects.create(household=home, person=person, relation="本人")
        return home

    def neighbour(self, *, at=None, verified=True):
        user = make_user(date_joined=clock.now())
        claim = claim_residence(user.person, community=at or self.place)
        if verified:
            verify_residence(claim, by=self.clerk)
        return user.person

    def count(self, period=MARCH):
        return platform_households(period)[self.place.code]


@pytest.fixture
def here():
    return Community()


def test_a_household_counts_when_one_member_has_an_account_and_his_residence_is_confirmed(here):
    """PD-031: households, not accounts: two of one family count once."""
    here.home(here.neighbour(), here.neighbour(), make_person())
    here.home(make_person())
    assert (here.count(), platform_households(MARCH)[here.other.code]) == (1, 0)


def test_what_is_not_confirmed_elsewhere_or_not_lived_in_does_not_count(here):
    here.home(here.neighbour(verified=False))
    here.home(here.neighbour(at=here.other))
    here.home(here.neighbour(), kind="registered")
    closed = here.neighbour()
    closed.user.is_active = False
    closed.user.save()
    here.home(closed)
    assert here.count() == 0


def test_the_number_of_a_month_is_that_of_its_last_day(here):
    with clock.at(TEST_DAY - timedelta(days=60)):
        person = here.neighbour()
        person.user.date_joined = clock.now()
        person.user.save()
    here.home(person)
    assert [here.count(Period.parse(month)) for month in ("2025-12", "2026-01", "2026-03")] == [0, 1, 1]


def test_the_households_behind_the_number_are_named_for_who_sees_people_there(here):
    home = here.home(here.neighbour())
    told = households_listed("services.platform_households", MARCH, here.place.path, here.clerk)
    stranger = households_listed("services.platform_households", MARCH, here.place.path, make_user())
    assert ([record.title for record in told.shown], told.total, stranger.shown, stranger.total) == (
        [home.number],
        1,
        (),
        1,
    )
