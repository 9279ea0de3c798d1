"""Households, guardians and proxies: who lives behind a door, who acts for whom, and who may say so."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from linli.kernel import clock
from linli.people import living
from linli.people.actions import claim_residence, verify_residence
from linli.people.models import Household, HouseholdMember, Person, Proxy, Residence
from tests.factories.people import make_person, make_user, make_worker
from tests.factories.places import make_community, make_place

pytestmark = pytest.mark.django_db
DOOR = {"room": "301", "kind": "resident"}
CHILD = date(2018, 5, 1)


@pytest.fixture
def home():
    return make_place(f"{make_community(1).code}B0001", "building", "1 号楼")


@pytest.fixture
def worker(home):
    return make_worker(home.parent, "people.view", "people.edit")


def settle(person, by, place, relation="本人", **more):
    return living.settle(person, by=by, place=place, relation=relation, **{**DOOR, "is_head": False, **more})


def test_the_first_behind_a_door_is_its_head_and_a_new_head_takes_over(home, worker):
    one, two = make_person("张老", home=home), make_person("张小", home=home)
    settle(one, worker, home)
    settle(two, worker, home, "子", is_head=True)

    members = list(HouseholdMember.objects.order_by("pk").values_list("person__name", "is_head"))
    assert (members, Household.objects.count()) == ([("张老", False), ("张小", True)], 1)


def test_who_moves_leaves_the_old_door_and_the_next_becomes_head(home, worker):
    one, two = make_person("张老", home=home), make_person("张小", home=home)
    settle(one, worker, home)
    settle(two, worker, home, "子")
    settle(one, worker, home, room="302")

    doors = {m.person.name: (m.household.room, m.is_head) for m in HouseholdMember.objects.all()}
    assert doors == {"张老": ("302", True), "张小": ("301", False)}
    living.move_out(HouseholdMember.objects.get(person=one), by=worker)
    assert HouseholdMember.objects.filter(person=one).exists() is False


def test_the_head_who_moves_out_is_followed_by_who_was_there_longest(home, worker):
    people = [make_person(name, home=home) for name in ("甲", "乙", "丙")]
    members = [settle(person, worker, home) for person in people]
    living.move_out(members[0], by=worker)

    assert list(HouseholdMember.objects.filter(is_head=True).values_list("person__name", flat=True)) == ["乙"]


def test_P3_nobody_is_settled_outside_ones_post(home, worker):
    other = make_community(2)
    with pytest.raises(PermissionDenied):
        settle(make_person(home=home), worker, other)
    with pytest.raises(PermissionDenied):
        settle(make_person(home=other), worker, home)
    assert Household.objects.count() == 0


def test_a_worker_settles_and_moves_somebody_on_pages(client, home, worker):
    person = make_person("张老", home=home)
    client.force_login(worker)
    url = f"/people/{person.pk}/household/"
    wrong = client.post(url, DOOR | {"place": "990199999999", "relation": "本人"})
    answer = client.post(url, DOOR | {"place": home.code, "relation": "本人", "is_head": "on"})
    page = client.get(f"/people/{person.pk}/").content.decode()
    member = HouseholdMember.objects.get()
    left = client.post(f"/households/members/{member.pk}/leave/")

    assert (wrong.status_code, answer.status_code, left.status_code) == (422, 302, 302)
    assert "301 · 常住户 · 本人 · 户主" in page
    assert HouseholdMember.objects.count() == 0


def test_a_worker_puts_right_what_is_kept_and_an_empty_phone_keeps_the_number(client, home, worker):
    person = make_person("张老", home=home, phone="13800138000")
    client.force_login(worker)
    form = {"name": "张老三", "home": home.code, "room": "402", "version": 1}
    answer = client.post(f"/people/{person.pk}/edit/", form)
    old = client.post(f"/people/{person.pk}/edit/", form | {"room": "403"})

    person.refresh_from_db()
    assert (answer.status_code, old.status_code) == (302, 409)
    assert (person.name, person.name_initials, person.room, person.phone) == (
        "张老三",
        "zls",
        "402",
        "13800138000",
    )
    assert 'value="403"' in old.content.decode()
    assert person.history.filter(pgh_label="update").count() == 1


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"phone": "12"}, "手机"),
        ({"died_on": "2026-03-05"}, "去世日期不能晚于今天"),
        ({"home": "990101001002"}, "您不能在这里登记"),
        ({"name": ""}, "姓名"),
    ],
)
def test_I1_what_cannot_be_is_a_422_that_changes_nothing(client, home, worker, wrong, reason):
    make_community(2)
    person = make_person("张老", home=home)
    client.force_login(worker)
    form = {"name": "张三", "home": home.code, "version": 1}
    answer = client.post(f"/people/{person.pk}/edit/", form | wrong)

    person.refresh_from_db()
    assert (answer.status_code, person.name, person.version) == (422, "张老", 1)
    assert reason in answer.content.decode()


def test_a_resident_entrusts_family_who_then_acts_and_can_be_withdrawn_at_once(client, home):
    """代办 for parents: found by name and number told in full, which stand in no list."""
    mother, son = make_user("王母"), make_user("王子")
    Person.objects.filter(pk=son.person_id).update(phone=None)
    person = son.person
    person.phone = "13800138000"
    person.save()
    client.force_login(mother)
    form = {"name": "王子", "number": "138 0013 8000", "kind": "family", "basis": "本人在平台上委托"}
    client.post("/me/proxies/", form)
    assert list(son.principals().values_list("principal", flat=True)) == [mother.person_id]

    proxy = Proxy.objects.get()
    stranger = make_user("外人")
    client.force_login(stranger)
    assert client.post(f"/proxies/{proxy.pk}/end/").status_code == 404
    with clock.at(clock.now() + timedelta(days=3)):
        client.force_login(mother)
        client.post(f"/proxies/{proxy.pk}/end/")
        assert list(son.principals()) == []
    assert Proxy.objects.get().during.upper == date(2026, 3, 7)


@pytest.mark.parametrize(
    ("name", "number"), [("王子", "13900139000"), ("别人", "13800138000"), ("王子", "138")]
)
def test_D10_a_wrong_name_and_a_wrong_number_get_the_same_answer(client, name, number):
    mother, son = make_user("王母"), make_person("王子", phone="13800138000")
    client.force_login(mother)
    answer = client.post(
        "/me/proxies/", {"name": name, "number": number, "kind": "family", "basis": "本人在平台上委托"}
    )

    assert (answer.status_code, Proxy.objects.filter(proxy=son).count()) == (422, 0)
    assert "没有找到姓名和号码都相符的人" in answer.content.decode()


def test_a_guardian_is_entered_by_the_community_and_not_ended_by_himself(client, home, worker):
    child = make_person("小王", home=home, birth_on=CHILD)
    father = make_user("王父")
    person = father.person
    person.phone = "13800138000"
    person.save()
    client.force_login(worker)
    answer = client.post(
        f"/people/{child.pk}/proxies/new/",
        {"name": "王父", "number": "13800138000", "kind": "guardian", "basis": "出生证明"},
    )
    guardian = Proxy.objects.get()

    assert (answer.status_code, guardian.kind, guardian.confirmed_by) == (302, "guardian", worker)
    with pytest.raises(ValidationError, match="由社区按依据登记和结束"):
        living.end_proxy(guardian, by=father)
    client.force_login(father)
    assert "guardian" not in client.get("/me/proxies/").content.decode().split("<select")[1]


def test_an_adult_gets_a_guardian_by_a_judgment_that_is_named(home, worker):
    adult = make_person("老王", home=home, birth_on=date(1950, 1, 1))
    make_person("王子", phone="13800138000")
    told = {"by": worker, "name": "王子", "number": "13800138000", "kind": "guardian"}
    with pytest.raises(ValidationError, match="判决或协议"):
        living.entrust_known(adult, basis="儿子", **told)
    assert living.entrust_known(adult, basis="（2025）云0101民特3号判决", **told).kind == "guardian"


def test_PD_021_an_incomer_is_a_resident_with_the_same_services_and_no_list_of_his_own(client, home, worker):
    """PD-021: who lives here without being registered here is housed, verified, served and guided like anybody."""
    renter = make_user("外来", person=make_person("外来", home=home))
    settle(renter.person, worker, home, "租客", kind="floating")
    claim = claim_residence(renter.person, community=home.parent, kind="floating")
    verify_residence(claim, by=make_worker(home.parent, "people.verify"))
    client.force_login(renter)

    assert Residence.objects.get().verified_at is not None
    assert client.get("/").context["card"].place == home.parent
    guide = client.get(f"/newcomers/?place={home.parent.code}").content.decode()
    assert [word for word in ("登记住在这里", "附近的设施", "反映问题", "第1社区") if word not in guide] == []
    client.force_login(worker)
    assert (
        "流动" not in client.get("/people/").content.decode()
    )  # the register of people does not set them apart
