"""What a device sends that was without a network: once, by whom it was written, or refused with a sentence."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linli.files.models import StoredFile
from linli.people.models import Person
from linli.requests.models import Request
from tests.factories.files import picture

pytestmark = pytest.mark.django_db
TEXT = "幸福路 3 号楼前的路灯不亮，晚上太黑"


def told(town, **changed):
    return {"key": str(uuid4()), "writer": "", "text": TEXT, "words": town.place.name, "phone": "13900000000",
            "wants_reply": "on"} | changed  # fmt: skip


def send(client, sent):
    return client.post(reverse("request-outbox"), sent)


def test_sent_twice_it_is_one_request_one_person_and_one_set_of_photos(client, town):
    """L3: the key of the device makes it arrive once."""
    sent, before = told(town), Person.objects.count()
    answers = [
        send(client, {**sent, "photos": SimpleUploadedFile("灯.jpg", picture())}).json() for _turn in range(2)
    ]

    assert [answer["number"] for answer in answers] == [Request.objects.get().case.number] * 2
    assert (Person.objects.count() - before, StoredFile.objects.count()) == (1, 1)
    assert [answer["status"] for answer in answers] == ["taken", "taken"]


def test_the_same_key_with_other_words_is_refused_and_changes_nothing(client, town):
    sent = told(town)
    send(client, sent)
    answer = send(client, {**sent, "text": "换了内容，井盖也坏了"})

    assert (answer.status_code, answer.json()["status"]) == (422, "refused")
    assert Request.objects.get().description == TEXT


def test_what_somebody_wrote_signed_in_is_filed_by_him_and_by_nobody_else(client, town):
    sent = told(town, writer=str(town.resident.pk))
    asked = [send(client, sent)]
    client.force_login(town.stranger)
    asked.append(send(client, sent))
    client.force_login(town.resident)
    asked.append(send(client, sent))

    assert [answer.status_code for answer in asked] == [401, 401, 200]
    assert Request.objects.get().case.reporter == town.resident.person


def test_what_a_visitor_wrote_stays_a_visitors_on_a_device_where_somebody_signed_in(client, town):
    client.force_login(town.stranger)
    send(client, told(town))

    assert Request.objects.get().case.reporter.phone == "13900000000"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"text": "灯"}, "4"),
        ({"words": "没有这个地方"}, "没有找到这个地点"),
        ({"key": "x"}, ""),
        ({"category": "no-such"}, "没有这个类别"),
        ({"at_lon": "500", "at_lat": "30"}, ""),
        ({"channel": "phone"}, ""),
    ],
)
def test_a_wrong_answer_is_refused_in_a_sentence_and_stores_nothing(client, town, changed, why):
    answer = send(client, told(town, **changed))

    assert (answer.status_code, why in answer.json()["why"], Request.objects.count()) == (422, True, 0)


def test_more_photos_than_the_rules_of_the_place_allow_are_refused(client, town):
    photos = [SimpleUploadedFile(f"{n}.jpg", picture()) for n in range(7)]
    answer = send(client, {**told(town), "photos": photos})

    assert (answer.status_code, StoredFile.objects.count()) == (422, 0)


def test_a_token_is_given_and_wanted(town, client):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    token = strict.get(reverse("request-outbox")).json()["token"]
    without = strict.post(reverse("request-outbox"), told(town))
    with_it = strict.post(reverse("request-outbox"), told(town), headers={"X-CSRFToken": token})

    assert (without.status_code, with_it.status_code) == (403, 200)
