"""D3, D5, D7: what people see of their own data, and how staff look at it."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from linli.kernel import clock
from linli.people.models import Consent, Person, Reading
from linli.people.privacy.correcting import request_correction
from linli.people.privacy.models import Correction
from tests.conftest import TEST_DAY
from tests.factories.people import make_person, make_post, make_user, make_worker
from tests.factories.places import make_community
from tests.people.planting import plant
from tests.reading import text_of

pytestmark = pytest.mark.django_db
PHONE = "19900000001"


@pytest.fixture
def place():
    return make_community(1)


@pytest.fixture
def worker(place):
    return make_worker(place, "people.view", "people.edit", "people.reveal")


@pytest.fixture
def resident(place, client):
    user = make_user("张三")
    user.person.home, user.person.phone = place, PHONE
    user.person.save()
    client.force_login(user)
    return user


def test_D7_a_person_sees_what_is_kept_and_why(client, resident):
    answer = client.get(reverse("my-information"))

    page = answer.content.decode()
    assert [word in page for word in ("张三", "199****0001", "联系居民", PHONE)] == [True, True, True, False]
    assert "no-store" in answer["Cache-Control"]


def test_D3_a_person_sees_who_looked_at_what_and_why(client, resident, worker, place):
    """XZ-076: the resident reads who looked."""
    Reading.objects.create(reader=worker, person=resident.person, fields=["phone"], purpose="探访前联系")
    Reading.objects.create(reader=worker, person=make_person(), fields=["phone"], purpose="别人的")

    looks = client.get(reverse("my-readings")).context["looks"]

    reader = f"{place.name}role-{worker.username} 王**"
    assert [(look.reader, look.fields, look.purpose) for look in looks] == [
        (reader, "手机号码", "探访前联系")
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_looks_asks_a_fixed_number_of_queries(
    client, resident, worker, count, django_assert_num_queries
):
    for number in range(count):
        Reading.objects.create(reader=worker, person=resident.person, fields=["phone"], purpose=f"{number}")
    with django_assert_num_queries(4):
        client.get(reverse("my-readings"))


def test_A5_the_copy_asks_for_proof_of_identity_first(client, resident):
    answer = client.get(reverse("my-copy"))
    assert (answer.status_code, answer.url.startswith(reverse("account_reauthenticate"))) == (302, True)

    client.post(answer.url, {"password": "correct horse 9"})
    answer = client.get(reverse("my-copy"))
    assert json.loads(answer.content)["person"] == str(resident.person_id)
    assert answer["Content-Disposition"] == 'attachment; filename="my-information.json"'


def test_D7_a_correction_asked_on_the_page_is_answered_by_a_worker_of_the_place(client, resident, worker):
    client.post(reverse("my-correction"), {"field": "room", "proposed": "302"})
    client.force_login(worker)
    page = client.get(reverse("correction-list"))
    asked = page.context["page"][0]
    assert (page.context["rows"], "302" in text_of(page)) == ([(asked, "门牌", "")], False)
    client.post(reverse("correction-answer", args=[asked.pk]), {"accept": "yes"})

    assert Person.objects.get(pk=resident.person_id).room == "302"


def test_D7_D3_who_answers_a_correction_may_read_both_sides_and_the_person_sees_that_he_did(
    client, resident, worker, place
):
    Person.objects.filter(pk=resident.person_id).update(room="301")
    client.post(reverse("my-correction"), {"field": "room", "proposed": "302"})
    asked = Correction.objects.get()
    elsewhere = make_worker(make_community(2), "people.view", "people.edit", "people.reveal")
    without = make_worker(place, "people.view", "people.edit")
    other_post = make_worker(place, "people.view", "people.edit")
    make_post(other_post, elsewhere.person.posts.first().place, "people.reveal", role="reader")
    address, answers = reverse("correction-beside", args=[asked.pk]), []
    for reader in (elsewhere, without, other_post, worker):
        client.force_login(reader)
        answers.append(client.post(address))
    before = client.get(address)

    assert [answer.status_code for answer in answers] == [404, 403, 404, 200]
    assert ("301" in text_of(before), "302" in text_of(before)) == (False, False)
    assert ("301" in text_of(answers[3]), "302" in text_of(answers[3])) == (True, True)
    look = Reading.objects.get()
    assert (look.reader, look.person_id, look.purpose) == (
        worker, resident.person_id, "核对本人提出的更正申请",
    )  # fmt: skip
    assert look.fields == ["room", "people.correction.proposed"]


def test_A5_who_has_looked_at_many_proves_who_he_is_before_he_compares(client, resident, worker, settings):
    client.post(reverse("my-correction"), {"field": "room", "proposed": "302"})
    address = reverse("correction-beside", args=[Correction.objects.get().pk])
    client.force_login(worker)
    gone = []
    for limits in ({"readings_before_proof": 0}, {"readings_per_day": 0}):
        settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=limits)
        answer = client.post(address)
        gone.append((answer.status_code, answer.url.split("?")[0]))

    assert gone == [(302, reverse("account_reauthenticate")), (302, address)]
    assert Reading.objects.count() == 0


def test_a_correction_that_cannot_be_right_says_so_and_keeps_what_was_typed(client, resident):
    answer = client.post(reverse("my-correction"), {"field": "phone", "proposed": "12"})
    assert (answer.status_code, 'value="12"' in answer.content.decode()) == (422, True)


def test_an_answer_without_a_reason_changes_nothing(client, resident, worker):
    asked = request_correction(resident.person, field="room", proposed="302", by=resident)
    client.force_login(worker)
    for posted in ({"accept": "no"}, {"accept": "maybe"}, {}):
        client.post(reverse("correction-answer", args=[asked.pk]), posted)
    assert Correction.objects.get().state == "asked"


def test_D5_a_consent_is_withdrawn_with_one_press_and_never_somebody_elses(client, resident):
    """XZ-076: consent is given and taken back by the person."""
    other = make_person()
    own, foreign = (
        Consent.objects.create(person=p, purpose="sms", text_version="1", given_at=TEST_DAY, given_by=p)
        for p in (resident.person, other)
    )
    assert [client.post(reverse("consent-withdraw", args=[c.pk])).status_code for c in (own, foreign)] == [
        302,
        404,
    ]
    assert list(Consent.objects.filter(withdrawn_at=None)) == [foreign]


def test_D3_a_worker_says_why_and_then_sees(client, resident, worker):
    client.force_login(worker)
    address = reverse("person-reveal", args=[resident.person_id])

    refused = client.post(address, {"fields_wanted": ["phone"], "purpose": ""})
    shown = client.post(address, {"fields_wanted": ["phone"], "purpose": "回电"})

    assert [refused.status_code, PHONE in refused.content.decode()] == [422, False]
    assert [shown.status_code, PHONE in shown.content.decode()] == [200, True]
    assert Reading.objects.get().purpose == "回电"


def test_A5_a_worker_who_looks_at_many_is_sent_to_prove_who_he_is(client, resident, worker, settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"readings_before_proof": 1})
    client.force_login(worker)
    address = reverse("person-reveal", args=[resident.person_id])
    posted = {"fields_wanted": ["phone"], "purpose": "回电"}

    answers = [client.post(address, posted) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 302]
    client.post(answers[1].url, {"password": "correct horse 9"})
    assert client.post(address, posted).status_code == 200


def test_D3_the_limit_of_the_day_is_told_in_a_sentence(client, resident, worker, settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"readings_per_day": 1})
    client.force_login(worker)
    address = reverse("person-reveal", args=[resident.person_id])
    for _ in range(2):
        answer = client.post(address, {"fields_wanted": ["phone"], "purpose": "回电"})
    assert (answer.status_code, "已达上限" in answer.content.decode()) == (422, True)
    with clock.at(TEST_DAY + timedelta(days=1)):
        assert client.post(address, {"fields_wanted": ["phone"], "purpose": "回电"}).status_code == 200


def test_the_pages_hold_with_everything_planted(client, place, worker):
    person = plant(0, place, worker)
    client.force_login(person.user)
    assert [client.get(reverse(name)).status_code for name in ("my-information", "my-readings")] == [200, 200]
