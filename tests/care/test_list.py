"""The care list: who is on it, the files of minors, pairing, and the monthly visit rate (XZ-049, ZJ-021)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from linli.care import measures
from linli.care.actions import listing
from linli.care.models import Assessment, CareEntry, CarePerson, ChildAccess
from linli.care.monthly import monthly_rate
from linli.kernel import clock
from linli.measures import Period
from linli.people.models import Reading
from tests.conftest import TEST_DAY
from tests.factories.people import make_person
from tests.factories.places import make_community

CHILD = {"category": "child-in-difficulty", "born": date(2016, 6, 1), "risk": "general"}


def test_a_person_stands_in_several_categories_each_with_its_basis_and_review(village):
    """XZ-011: why somebody is looked after first, on which basis, from when and when it is looked at again."""
    cared = village.elder()
    listing.add_category(
        cared, by=village.visitor, category="minimum-living", basis="民政认定", source="民政局"
    )

    found = [(e.category, e.basis, e.review_on) for e in CareEntry.objects.filter(care_person=cared)]
    assert found == [
        ("lives-alone", "走访发现", date(2027, 3, 4)),
        ("minimum-living", "民政认定", date(2027, 3, 4)),
    ]
    with pytest.raises(ValidationError):
        listing.add_category(cared, by=village.visitor, category="minimum-living", basis="x", source="y")
    assert Assessment.objects.get(care_person=cared).reason == "一个人住"


def test_only_who_enrols_at_the_place_puts_somebody_on_the_list(village):
    elsewhere = make_person("外地老人", home=make_community(9, street="990102001000"))
    fields = {"category": "lives-alone", "basis": "x", "source": "y", "risk": "key", "reason": "z"}
    with pytest.raises(PermissionDenied):
        listing.enrol(elsewhere, by=village.visitor, **fields)
    with pytest.raises(ValidationError):
        listing.enrol(make_person("无住处"), by=village.visitor, **fields)


def test_the_file_of_a_minor_opens_after_somebody_else_granted_it_and_each_look_is_recorded(client, village):
    """未成年人网络保护条例 36."""
    cared = village.elder("郑小宝", **CHILD)
    page = reverse("care-person", args=[cared.pk])
    client.force_login(village.visitor)
    assert "民政局" not in client.get(page).content.decode()

    access = listing.ask_access(cared, by=village.head, reason="安排探访")
    with pytest.raises(PermissionDenied):
        listing.grant_access(access, by=village.head)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChildAccess.objects.filter(pk=access.pk).update(
            granted_by=village.head, granted_at=TEST_DAY, until=date(2026, 5, 1)
        )
    asked = listing.ask_access(cared, by=village.visitor, reason="每季度探访")
    listing.grant_access(asked, by=village.head)

    assert "民政局" in client.get(page).content.decode()
    assert Reading.objects.filter(person=cared.person, reader=village.visitor).count() == 1
    with clock.at(TEST_DAY + timedelta(days=91)):
        assert not listing.read_file(cared, by=village.visitor)


def test_a_minor_is_visited_by_whom_his_file_was_granted(village):
    cared = village.elder("郑小宝", **CHILD)
    with pytest.raises(ValidationError):
        listing.give_visitor(cared, by=village.head, visitor=village.visitor)
    listing.grant_access(listing.ask_access(cared, by=village.visitor, reason="探访"), by=village.head)
    listing.give_visitor(cared, by=village.head, visitor=village.visitor)
    assert cared.visitor == village.visitor


def test_a_pairing_is_kept_and_stands_once_for_a_volunteer(village):
    """结对 of a matched volunteer."""
    cared, volunteer = village.elder(), make_person("吴志愿", home=village.place)
    made = listing.pair(cared, by=village.visitor, volunteer=volunteer, promise="每周电话")
    with pytest.raises(ValidationError):
        listing.pair(cared, by=village.visitor, volunteer=volunteer, promise="再来")
    listing.unpair(made, by=village.visitor)
    assert made.during.upper == date(2026, 3, 5)


def test_a_left_behind_elder_has_a_far_child_a_neighbour_in_charge_and_a_monthly_plan(village):
    """ZJ-021: the group with its rhythm, the telephone of the absent child, the neighbour who looks in."""
    cared = village.elder("郑留守", category="left-behind-elder", risk="general")
    village.contact(cared, name="郑在外")
    neighbour = make_person("吴邻居", home=village.place)
    listing.pair(cared, by=village.visitor, volunteer=neighbour, promise="隔天敲敲门")
    case = village.visit(cared=cared)

    contact, pairing = cared.contacts.get(), cared.pairings.get()
    assert (cared.rhythm, contact.kind, contact.person.phone) == ("monthly", "family", "13800000001")
    assert (pairing.volunteer, pairing.promise) == (neighbour, "隔天敲敲门")
    assert (case.state, case.assignee) == ("due", village.visitor)


def test_refusal_is_confirmed_by_somebody_else_than_the_visitor(village):
    cared = village.elder()
    with pytest.raises(PermissionDenied):
        listing.pause(cared, by=village.visitor, reason="refused")
    listing.pause(cared, by=village.head, reason="refused")
    assert cared.pauses.get().reason == "refused"


def test_the_monthly_rate_leaves_out_and_shows_the_new_the_moved_the_sick_and_the_unwilling(village):
    """月探访率 (domain notes §9): visited in the month ÷ listed on its last day, with exclusions shown."""
    early = date(2026, 2, 1)
    people = {
        name: village.elder(name, since=early) for name in ("甲去过", "乙没去", "丙住院", "丁搬走", "戊不要")
    }
    village.visit("done", cared=people["甲去过"])
    for name, reason in (("丙住院", "hospital"), ("丁搬走", "moved"), ("戊不要", "refused")):
        listing.pause(people[name], by=village.head, reason=reason)
    village.elder("己新来")
    village.elder("庚低保", category="minimum-living", since=early)

    rate = monthly_rate(CarePerson.objects.all(), date(2026, 3, 1), codes=["lives-alone"], new_days=7)

    assert (len(rate.visited), len(rate.listed), rate.percent) == (1, 2, 50.0)
    assert rate.missed == {people["乙没去"].pk}
    assert {name: len(keys) for name, keys in rate.excluded.items()} == {
        "new": 1,
        "moved": 1,
        "hospital": 1,
        "refused": 1,
    }


def test_the_measures_count_by_community_what_the_plans_ask_for(village):
    """I-XA-16 and P-XZ-12: plans, rounds, visits due and on time, person-months listed and visited."""
    first = village.elder("甲", since=date(2026, 2, 1))
    village.elder("乙", since=date(2026, 2, 1))
    village.visit("done", cared=first)
    march = Period.parse("2026-03")
    with clock.at(TEST_DAY + timedelta(days=30)):
        counted = {
            name: getattr(measures, name)(march)[village.place.code]
            for name in (
                "plans",
                "rounds",
                "visits_due",
                "visits_on_time",
                "hardship_elderly",
                "hardship_elderly_visited",
            )
        }
    assert counted == {
        "plans": 1,
        "rounds": 1,
        "visits_due": 2,
        "visits_on_time": 1,
        "hardship_elderly": 2,
        "hardship_elderly_visited": 1,
    }


def test_a_round_opens_to_its_day_its_visitor_and_how_many_doors(village):
    """P-XZ-12, XA-158: of the rounds one sees those of whose visits one may see one; all are counted."""
    village.visit("done", cared=village.elder("甲", since=date(2026, 2, 1)))
    march, path = Period.parse("2026-03"), village.place.parent.path
    counted = measures.rounds(march)[village.place.code]

    told, hidden = (
        measures.rounds_listed("care.rounds", march, path, user)
        for user in (village.visitor, village.stranger)
    )

    assert (told.total, [one.note for one in told.shown]) == (counted, [f"{village.place.name} · 1"])
    assert (hidden.total, hidden.hidden) == (counted, counted)


# --- Pages -------------------------------------------------------------------------------------------


def test_a_worker_enrols_somebody_and_acts_on_his_file(client, village):
    person = make_person("冯大爷", home=village.place, birth_on=date(1941, 1, 1), phone="19900001234")
    client.force_login(village.visitor)
    found = client.get(reverse("care-find") + "?q=冯大爷").content.decode()
    assert reverse("care-enrol", args=[person.pk]) in found
    by_phone = client.post(reverse("care-find"), {"q": "19900001234"}).content.decode()
    assert reverse("care-enrol", args=[person.pk]) in by_phone
    assert client.post(reverse("care-find"), {"q": "冯"}).url.startswith(f"{reverse('care-find')}?q=")
    told = {"category": "lives-alone", "basis": "走访", "source": "社区", "risk": "key", "reason": "独居"}
    form = client.get(reverse("care-enrol", args=[person.pk]))
    assert (form.status_code, person.name in form.content.decode()) == (200, True)
    assert client.post(reverse("care-enrol", args=[person.pk]), told).status_code == 302
    cared = CarePerson.objects.get(person=person)

    answer = client.post(reverse("care-act", args=[cared.pk, "assess"]), {"risk": "high", "reason": "摔倒"})
    assert answer.status_code == 302
    wrong = client.post(reverse("care-act", args=[cared.pk, "assess"]), {"risk": "sky", "reason": ""})
    assert wrong.status_code == 422
    assert client.post(reverse("care-act", args=[cared.pk, "visitor"]), {}).status_code == 403
    cared.refresh_from_db()
    assert (cared.risk, cared.rhythm) == ("high", "weekly")


def test_the_pages_of_care_show_what_they_promise(client, village):
    case = village.visit()
    client.force_login(village.visitor)
    assert "郑桂英" in client.get(reverse("care-round")).content.decode()
    step = client.get(reverse("case-step", args=[case.number, "record"]))
    assert "起居饮食" in step.content.decode()
    told = {f"check_{code}": "ok" for code in ("living", "health", "safety", "mood", "support")}
    done = client.post(
        reverse("case-step", args=[case.number, "record"]), {"way": "door", "words": "好", **told}
    )
    assert done.status_code == 302
    client.force_login(village.head)
    page = client.get(reverse("care-list")).content.decode()
    assert ("郑**" in page, "郑桂英" in page) == (True, False)
    assert client.get(reverse("care-rates")).status_code == 200
    for odd in ("nonsense", "0001-01", "9999-12"):
        assert client.get(reverse("care-rates") + f"?month={odd}").status_code == 200
    assert client.get(reverse("care-accesses")).status_code == 200


def test_a_mandatory_report_leaves_in_one_page(client, village):
    client.force_login(village.visitor)
    answer = client.post(reverse("care-harm"), {"place": village.place.pk, "seen": "身上有伤"})
    assert answer.status_code == 302
    assert client.post(reverse("care-harm"), {"seen": ""}).status_code == 422
