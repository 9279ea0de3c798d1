"""D3, D5, D6, D7: looking with a reason, copy, correction and consent."""

import json
import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from psycopg.types.range import DateRange

from linli.audit.models import Entry
from linli.kernel import clock
from linli.people.models import Consent, Person, Proxy, Reading
from linli.people.privacy.consenting import give_consent, has_consent, withdraw_consent
from linli.people.privacy.copying import subject_copy
from linli.people.privacy.correcting import answer_correction, request_correction
from linli.people.privacy.models import Correction
from linli.people.privacy.revealing import ProofNeeded, TooManyReadings, reveal
from tests.conftest import TEST_DAY
from tests.factories.people import make_person, make_user, make_worker
from tests.factories.places import make_community
from tests.people.planting import plant, words_of

pytestmark = pytest.mark.django_db
PHONE = "19900000001"


@pytest.fixture
def place():
    return make_community(1)


@pytest.fixture
def worker(place):
    return make_worker(place, "people.edit", "people.reveal")


def limit(settings, **limits):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=limits)


def test_D3_a_look_gives_the_value_and_leaves_a_reading_and_an_audit_row(place, worker):
    person = make_person("张三", home=place, phone=PHONE)

    assert reveal(person, ["phone"], by=worker, purpose=f"给张三回电{PHONE}") == {"phone": PHONE}

    reading, entry = Reading.objects.get(), Entry.objects.get()
    assert (reading.reader, reading.person, reading.fields) == (worker, person, ["phone"])
    assert reading.purpose == f"给张三回电{PHONE}"  # the person sees it; it goes with the purge
    assert (entry.act, entry.by, entry.thing_key, entry.purpose) == (
        "people.reveal",
        worker,
        str(person.pk),
        "给…回电…",
    )
    assert PHONE not in json.dumps(entry.detail)


def test_D3_no_look_without_a_reason_or_at_what_is_no_field(place, worker):
    person = make_person(home=place)
    for fields, purpose in ((["phone"], " "), ([], "x"), (["password"], "x")):
        with pytest.raises(ValidationError):
            reveal(person, fields, by=worker, purpose=purpose)
    assert Reading.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_L8_a_refused_look_is_recorded_though_nothing_else_happened(place):
    elsewhere = make_worker(make_community(1, street="990102001000"), "people.reveal")
    person = make_person(home=place, phone=PHONE)

    with pytest.raises(PermissionDenied):
        reveal(person, ["phone"], by=elsewhere, purpose="好奇")

    entry = Entry.objects.get()
    assert (entry.result, entry.detail) == ("refused", {"fields": ["phone"], "why": "PermissionDenied"})
    assert Reading.objects.count() == 0


def test_a_look_at_another_row_about_the_person_names_it(place, worker):
    person = make_person("张三", home=place)
    asked = Correction.objects.create(person=person, field="name", proposed="张叁", due_on=date(2026, 3, 18))

    assert reveal(person, ["proposed"], by=worker, purpose="核对", thing=asked) == {"proposed": "张叁"}
    assert Reading.objects.get().fields == ["people.correction.proposed"]


def test_P4_a_row_about_somebody_else_is_not_revealed_under_this_name(place, worker):
    person, other = make_person(home=place), make_person("别人")
    asked = Correction.objects.create(person=other, field="name", proposed="x", due_on=date(2026, 3, 18))
    with pytest.raises(PermissionDenied):
        reveal(person, ["proposed"], by=worker, purpose="核对", thing=asked)


def test_D3_looks_are_limited_for_each_reader_and_day(place, worker, settings):
    limit(settings, readings_per_day=2)
    person = make_person(home=place, phone=PHONE)
    for _ in range(2):
        reveal(person, ["phone"], by=worker, purpose="探访")
    with pytest.raises(TooManyReadings):
        reveal(person, ["phone"], by=worker, purpose="探访")

    with clock.at(TEST_DAY + timedelta(hours=14)):  # midnight in China
        assert reveal(person, ["phone"], by=worker, purpose="探访") == {"phone": PHONE}


def test_A5_many_looks_within_an_hour_ask_for_proof_of_identity(place, worker, settings):
    limit(settings, readings_before_proof=2)
    person = make_person(home=place, phone=PHONE)
    for _ in range(2):
        reveal(person, ["phone"], by=worker, purpose="探访")
    for proved_at in (None, TEST_DAY - timedelta(hours=1)):
        with pytest.raises(ProofNeeded):
            reveal(person, ["phone"], by=worker, purpose="探访", proved_at=proved_at)

    assert reveal(person, ["phone"], by=worker, purpose="探访", proved_at=TEST_DAY) == {"phone": PHONE}


@pytest.mark.django_db(transaction=True)
def test_L4_looks_at_the_same_moment_do_not_slip_past_the_limit(place, worker, settings):
    limit(settings, readings_per_day=3)
    person, together, outcomes = make_person(home=place, phone=PHONE), threading.Barrier(6), []

    def look():
        together.wait()
        with clock.at(TEST_DAY):
            try:
                outcomes.append(reveal(person, ["phone"], by=worker, purpose="探访")["phone"])
            except TooManyReadings:
                outcomes.append("refused")
        connection.close()

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [PHONE] * 3 + ["refused"] * 3


def test_D7_the_copy_holds_every_planted_word_and_nobody_elses(place, worker):
    person, other = plant(0, place, worker), plant(1, place, worker)

    copy = subject_copy(person, by=person.user)

    text = json.dumps(copy, ensure_ascii=False)
    assert [word for word in words_of(0).values() if word not in text] == []
    assert [
        word for word in [*words_of(1).values(), "儿子0", worker.person.name, str(other.pk)] if word in text
    ] == []
    tables = [part["table"] for part in copy["holdings"]]
    assert sorted(tables) == [
        "account.EmailAddress",
        "mfa.Authenticator",
        "notices.Notice",
        "people.Consent",
        "people.Correction",
        "people.Departure",
        "people.Household",
        "people.HouseholdMember",
        "people.Person",
        "people.Post",
        "people.Proxy",
        "people.Reading",
        "people.Residence",
        "people.User",
        "socialaccount.SocialAccount",
        "usersessions.UserSession",
    ]


def test_D7_the_copy_says_why_each_field_is_kept_and_shows_earlier_versions(place, worker):
    person = plant(0, place, worker)
    parts = {part["table"]: part for part in subject_copy(person, by=person.user)["holdings"]}

    assert parts["people.Person"]["register"]["phone"] == {
        "purpose": "联系居民",
        "basis": "同意",
        "keep": "while registered",
    }
    assert [v["room"] for v in parts["people.Person"]["versions"]] == ["种0室", "种0室改"]
    assert parts["people.Proxy"]["rows"][0]["proxy"] == "其他人"
    assert parts["people.Reading"]["rows"][0]["reader"] == "工作人员"


def test_D7_only_the_person_and_a_guardian_take_the_copy(place, worker):
    child, guardian = make_person("小明", home=place), make_user("妈妈")
    for stranger in (worker, guardian):
        with pytest.raises(PermissionDenied):
            subject_copy(child, by=stranger)
    guard(child, guardian.person)

    assert subject_copy(child, by=guardian)["person"] == str(child.pk)
    assert Entry.objects.get(act="people.copy").by == guardian


def guard(child, person):
    Proxy.objects.create(
        principal=child,
        proxy=person,
        kind="guardian",
        during=DateRange(date(2020, 1, 1), None),
        basis="户口簿",
    )


def test_D7_a_correction_is_asked_answered_and_made(place, worker):
    user = make_user("张三")
    Person.objects.filter(pk=user.person_id).update(home=place)
    asked = request_correction(user.person, field="phone", proposed=" 199-0000-0002 ", by=user)
    assert (asked.due_on, asked.state) == (date(2026, 3, 18), "asked")

    answer_correction(asked, accept=True, by=worker)

    assert Person.objects.get(pk=user.person_id).phone == "19900000002"
    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == ("accepted", worker)


@pytest.mark.parametrize(
    ("field", "proposed"),
    [
        ("password", "x"),
        ("home", "1"),
        ("birth_on", "昨天"),
        ("phone", "12"),
        ("name", ""),
        ("name", "张\u202e三"),
    ],
)
def test_a_correction_that_cannot_be_right_is_refused_with_a_sentence(field, proposed):
    user = make_user()
    with pytest.raises(ValidationError):
        request_correction(user.person, field=field, proposed=proposed, by=user)
    assert Correction.objects.count() == 0


def test_a_second_open_correction_of_a_field_is_refused(place):
    user = make_user()
    request_correction(user.person, field="name", proposed="甲", by=user)
    with pytest.raises(ValidationError, match="已有待处理"):
        request_correction(user.person, field="name", proposed="乙", by=user)


def test_P11_nobody_answers_his_own_correction_and_a_refusal_gives_its_reason(place, worker):
    Person.objects.filter(pk=worker.person_id).update(home=place)
    own = request_correction(worker.person, field="name", proposed="甲", by=worker)
    with pytest.raises(PermissionDenied):
        answer_correction(own, accept=True, by=worker)
    other = make_user()
    asked = request_correction(other.person, field="name", proposed="甲", by=other)
    with pytest.raises(ValidationError, match="原因"):
        answer_correction(asked, accept=False, by=worker)


def test_D5_a_consent_is_given_renewed_and_withdrawn_at_once():
    user = make_user()
    first = give_consent(user.person, "sms", text_version="1", by=user)
    assert give_consent(user.person, "sms", text_version="1", by=user) == first
    give_consent(user.person, "sms", text_version="2", by=user)
    assert has_consent(user.person, "sms") is True

    assert [withdraw_consent(user.person, "sms", by=user) for _ in range(2)] == [True, False]
    assert has_consent(user.person, "sms") is False
    assert Consent.objects.filter(person=user.person).count() == 2


def test_D6_for_a_child_only_a_guardian_of_today_consents():
    child, guardian = make_user("小明"), make_user("妈妈")
    Person.objects.filter(pk=child.person_id).update(birth_on=date(2012, 3, 5))  # 14 tomorrow
    child.person.refresh_from_db()
    for asked_by in (child, guardian):
        with pytest.raises(PermissionDenied):
            give_consent(child.person, "photo", text_version="1", by=asked_by)
    guard(child.person, guardian.person)

    assert give_consent(child.person, "photo", text_version="1", by=guardian).given_by == guardian.person
    with clock.at(TEST_DAY + timedelta(days=1)):
        assert give_consent(child.person, "sms", text_version="1", by=child).given_by == child.person


def test_a_stranger_neither_gives_nor_withdraws_a_consent():
    user, stranger = make_user(), make_user()
    give_consent(user.person, "sms", text_version="1", by=user)
    with pytest.raises(PermissionDenied):
        withdraw_consent(user.person, "sms", by=stranger)
    with pytest.raises(PermissionDenied):
        give_consent(user.person, "photo", text_version="1", by=stranger, given_by=user.person)


def test_L8_giving_and_ending_a_post_are_recorded(place):
    from linli.people.actions import appoint, end_post
    from tests.factories.people import make_role

    officer, user = make_worker(place, "posts.appoint"), make_user()
    post = appoint(user.person, by=officer, role=make_role("head"), place=place, start=date(2026, 1, 1))
    end_post(post, by=officer)

    assert list(Entry.objects.order_by("pk").values_list("act", "by", "thing_key", "detail")) == [
        ("people.appoint", officer.pk, str(post.pk), {"role": "head"}),
        ("people.end_post", officer.pk, str(post.pk), {}),
    ]
