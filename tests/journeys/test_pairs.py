"""XA-128: a volunteer and somebody on the care list become a pair once both agree; `care` keeps it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from linli.care.actions.installing import install
from linli.care.actions.listing import enrol
from linli.care.models import Pairing
from linli.journeys.pairs.actions import answer_yes, part, propose
from linli.notices.models import Notice
from linli.packs.reading import read_pack
from linli.volunteering.actions.offering import decline
from linli.volunteering.matching import companions
from linli.volunteering.models import PairingOffer
from linli.volunteering.refusals import VolunteeringRefused
from tests.factories.care import PACK
from tests.factories.people import make_post
from tests.factories.places import make_place
from tests.volunteering.village import Village

pytestmark = pytest.mark.django_db
PLAN = "每周三下午陪聊一小时"


@pytest.fixture
def village():
    made = Village()
    pack, problems = read_pack(PACK)
    assert problems == []
    install(pack)
    make_post(made.coordinator, made.place, "care.enrol", "care.view", role="carer")
    made.cared = listed(made, made.elder.person)
    return made


def listed(village, person):
    return enrol(
        person,
        by=village.coordinator,
        category="lives-alone",
        basis="走访发现",
        source="民政局",
        risk="key",
        reason="一个人住",
    )


def proposed(village):
    volunteer = village.student.person.volunteer
    return propose(village.cared, volunteer=volunteer, plan=PLAN, by=village.coordinator)


def test_a_pair_stands_in_care_once_both_have_agreed_and_either_side_ends_it(village):
    offer = proposed(village)
    assert Notice.objects.filter(kind="volunteering-pairing").count() == 2

    one_sided = answer_yes(offer, by=village.student)
    assert (one_sided.state, Pairing.objects.count()) == ("offered", 0)
    both = answer_yes(offer, by=village.elder)

    pair = Pairing.objects.get()
    assert (both.state, pair.volunteer, pair.care_person, pair.promise) == (
        "standing",
        village.student.person,
        village.cared,
        PLAN,
    )
    with pytest.raises(VolunteeringRefused, match="已经结对"):
        proposed(village)
    part(pair, by=village.student, feedback="聊得很开心")
    pair.refresh_from_db()
    assert pair.during.upper == date(2026, 3, 5)
    assert PairingOffer.objects.get().feedback == "聊得很开心"


def test_nobody_is_forced_and_silence_pairs_nobody(village):
    offer = proposed(village)
    with pytest.raises(PermissionDenied):
        answer_yes(offer, by=village.resident())
    answer_yes(offer, by=village.student)
    decline(offer, by=village.elder)

    with pytest.raises(VolunteeringRefused, match="没有结成"):
        answer_yes(offer, by=village.elder)
    assert Pairing.objects.count() == 0


def test_a_clerk_enters_what_an_elder_said_on_the_phone_and_never_speaks_for_the_volunteer(village):
    offer = proposed(village)

    answer_yes(offer, by=village.colleague)

    offer.refresh_from_db()
    assert (offer.person_agreed_at is not None, offer.volunteer_agreed_at) == (True, None)


def test_minors_and_people_off_the_list_are_not_paired_here(village):
    child = village.resident("小明", birth_on=date(2015, 1, 1)).person
    cared = listed(village, child)
    volunteer = village.student.person.volunteer

    with pytest.raises(VolunteeringRefused, match="未成年人"):
        propose(cared, volunteer=volunteer, plan=PLAN, by=village.coordinator)
    with pytest.raises(PermissionDenied):
        propose(village.cared, volunteer=volunteer, plan=PLAN, by=village.colleague)


def post(client, route, /, *args, **sent):
    return client.post(reverse(route, args=args), sent, follow=True)


def test_volunteers_of_the_street_are_found_for_who_lives_in_a_building(village):
    """XA-128: homes are buildings, volunteers serve communities."""
    village.elder.person.home = make_place(f"{village.place.code}B0001", "building")
    other, _far = (
        village.volunteer("邻家小吴", place=village.next_place),
        village.volunteer("远", place=village.far_place),
    )

    found = [one.volunteer for one in companions(village.elder.person)]
    assert sorted(found, key=lambda one: one.number) == [
        village.student.person.volunteer,
        other.person.volunteer,
    ]


def test_the_desk_proposes_with_reasons_and_both_answer_on_their_pages(village, client):
    client.force_login(village.coordinator)
    found = post(client, "pair-desk", name="钱奶奶")
    assert "孙同学" in found.content.decode()
    number = village.student.person.volunteer.number
    post(client, "pair-propose", village.cared.pk, volunteer=number, plan=PLAN)
    offer = PairingOffer.objects.get()

    client.force_login(village.student)
    assert "看看并答复" in client.get(reverse("volunteering-me")).content.decode()
    post(client, "my-pairs", act="yes", pk=offer.pk)
    client.force_login(village.coordinator)
    answer = post(client, "pair-desk", act="yes", pk=offer.pk)

    assert "结对好了。" in answer.content.decode()
    assert Pairing.objects.get().by == village.coordinator
    client.force_login(village.resident())
    assert post(client, "my-pairs", act="yes", pk=offer.pk).status_code == 404
