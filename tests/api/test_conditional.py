"""A change is made against a version; a stale one shows both texts and changes nothing (L6)."""

import pytest

from linli.people.models import Person
from tests.factories.api import token_client
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
ME = "/api/v1/people/me"


def change(client, wishes, version=None):
    headers = {"If-Match": version} if version else {}
    return client.patch(ME, wishes, content_type="application/json", headers=headers)


def test_a_change_against_the_version_read_goes_through_and_gives_the_next_one():
    client = token_client(make_user(), "people:me")
    tag = client.get(ME)["ETag"]

    answer = change(client, {"preferred_channel": "sms"}, tag)

    assert (answer.status_code, answer["ETag"], answer.json()["preferred_channel"]) == (200, '"v2"', "sms")
    assert client.get(ME, headers={"If-None-Match": '"v2"'}).status_code == 304


def test_a_stale_change_is_refused_with_both_texts():
    client = token_client(make_user(), "people:me")
    change(client, {"preferred_channel": "sms"}, '"v1"')

    answer = change(client, {"preferred_channel": "letter"}, '"v1"')

    said = answer.json()
    assert (answer.status_code, answer["ETag"]) == (412, '"v2"')
    assert (said["current"]["preferred_channel"], said["yours"]) == ("sms", {"preferred_channel": "letter"})
    assert Person.objects.get().preferred_channel == "sms"


@pytest.mark.parametrize(("tag", "status"), [(None, 428), ('"v-1"', 412), ("*", 412), ('W/"v1"', 412)])
def test_a_change_without_a_version_of_ours_is_refused(tag, status):
    client = token_client(make_user(), "people:me")

    assert change(client, {"preferred_channel": "sms"}, tag).status_code == status
