"""Sending: each notice once, whatever fails, whoever else sends."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from linli.exchange.models import Use
from linli.kernel import clock
from linli.notices import channels
from linli.notices.actions import notify, try_again
from linli.notices.models import Notice
from linli.notices.sending import GAPS, LEASE, claim, deliver, send_due
from tests.conftest import TEST_DAY
from tests.factories.exchange import make_entry
from tests.factories.people import make_person, make_user, make_worker
from tests.factories.places import make_community

GATEWAY = "https://sms.example/send"


class Supplier:
    """A supplier of text messages that fails as told and drops what it has seen, as ours must."""

    def __init__(self):
        self.asked: list[str] = []
        self.accepted: Counter[str] = Counter()
        self.fails = lambda key, turn: False
        self.lock = threading.Lock()

    def __call__(self, url, body, *, key, token=""):
        with self.lock:
            turn = self.asked.count(key)
            self.asked.append(key)
            if self.fails(key, turn):
                raise ConnectionError(f"{body['phone']} was not reached")
            self.accepted[key] += 1


supplier = Supplier()


def post_json(url, body, *, key, token=""):
    supplier(url, body, key=key, token=token)


@pytest.fixture
def gateway(settings, transactional_db):
    """A configured supplier, fresh for each test."""
    make_entry(code="text-messages", kind="webhook")
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"sms_gateway_url": GATEWAY})
    settings.NOTICES_POST_JSON = "tests.notices.test_sending.post_json"
    supplier.__init__()
    return supplier


def make_texts(count: int) -> list[str]:
    """Notices to persons without an account; gives the keys the supplier must see."""
    people = [make_person(phone=f"1390000{number:04}") for number in range(count)]
    return [f"notice-{notify(person, 'channel-chosen').pk}" for person in people]


def later(minutes: float):
    return clock.at(clock.now() + timedelta(minutes=minutes))


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_K2_twelve_notices_by_a_failing_channel_and_two_senders_arrive_once_each(gateway):
    keys = make_texts(12)
    gateway.fails = lambda key, turn: turn < int(key.split("-")[1]) % 3  # none, one or two failures each
    start = threading.Barrier(2)

    def send(moment):
        try:
            start.wait()
            with clock.at(moment):
                for _round in range(6):
                    send_due("sms")
        finally:
            connection.close()

    for minutes in (0, 2, 8, 40):
        moment = TEST_DAY + timedelta(minutes=minutes)
        threads = [threading.Thread(target=send, args=(moment,)) for _sender in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert gateway.accepted == Counter(keys)
    assert Notice.objects.exclude(sent_at=None).count() == 12


@pytest.mark.django_db
def test_tries_grow_apart_and_end_in_a_dead_letter_that_names_nobody(gateway):
    make_texts(1)
    gateway.fails = lambda key, turn: True
    gaps = []
    while (waits := Notice.objects.get()).failed_at is None:
        with clock.at(waits.next_try_at):
            send_due("sms")
            gaps.append(Notice.objects.get().next_try_at - clock.now())

    assert tuple(gaps[:-1]) == GAPS == tuple(sorted(GAPS))
    assert len(gateway.asked) == len(GAPS) + 1
    notice = Notice.objects.get()
    assert (notice.failed_at is not None, notice.trouble) == (True, "ConnectionError")


@pytest.mark.django_db
def test_a_dead_letter_is_tried_again_by_an_operator_of_the_place_alone(gateway):
    here, elsewhere = make_community(1), make_community(1, street="990102001000")
    notice = notify(make_person(phone="13900000001", home=here), "channel-chosen")
    Notice.objects.update(failed_at=clock.now(), tries=7, trouble="ConnectionError")

    with pytest.raises(PermissionError):
        try_again(notice, by=make_worker(elsewhere, "notices.operate"))
    try_again(notice, by=make_worker(here, "notices.operate"))

    assert send_due("sms") == 1
    assert gateway.accepted == Counter([f"notice-{notice.pk}"])


@pytest.mark.django_db
def test_one_that_fails_never_blocks_the_others(gateway):
    first, *others = make_texts(4)
    gateway.fails = lambda key, turn: key == first

    assert send_due("sms") == 3
    assert gateway.accepted == Counter(others)


@pytest.mark.django_db
def test_a_supplier_that_is_away_costs_the_waiting_ones_no_try(gateway):
    make_texts(9)
    gateway.fails = lambda key, turn: True

    send_due("sms")

    assert sorted(Notice.objects.values_list("tries", flat=True)) == [0, 0, 0, 0, 1, 1, 1, 1, 1]


@pytest.mark.django_db
def test_a_sender_that_dies_lets_its_claim_run_out_and_the_key_stays_the_same(gateway):
    (key,) = make_texts(1)
    claim("sms")

    assert send_due("sms") == 0
    with clock.at(clock.now() + LEASE):
        assert send_due("sms") == 1
    assert gateway.accepted == Counter([key])


@pytest.mark.django_db
def test_a_sender_that_comes_back_late_writes_nothing_over_the_next_ones_result(gateway):
    make_texts(1)
    slow = claim("sms")
    with clock.at(clock.now() + LEASE):
        assert send_due("sms") == 1
    sent_at = Notice.objects.get().sent_at

    assert deliver(slow) is False
    assert Notice.objects.get().sent_at == sent_at


@pytest.mark.django_db
def test_A4_a_right_that_ended_meanwhile_withdraws_the_notice(gateway):
    community = make_community()
    worker = make_worker(community, "people.view")
    worker.person.phone, worker.person.preferred_channel = "13900000001", "sms"
    worker.person.save()
    notify(worker, "channel-chosen", needs="people.view", at=community)
    notify(worker, "channel-chosen")
    worker.person.posts.all().delete()

    assert send_due("sms") == 1
    assert sorted(Notice.objects.values_list("trouble", flat=True)) == ["", "the right ended"]


@pytest.mark.django_db
def test_A4_a_deactivated_account_gets_no_notice_that_needs_a_right(gateway):
    community = make_community()
    worker = make_worker(community, "people.view")
    worker.person.phone, worker.person.preferred_channel = "13900000001", "sms"
    worker.person.save()
    notify(worker, "channel-chosen", needs="people.view", at=community)
    worker.is_active = False
    worker.save()

    assert send_due("sms") == 0
    assert Notice.objects.get().withdrawn_at == clock.now()


@pytest.mark.django_db
def test_what_no_channel_can_deliver_is_a_dead_letter_at_once(gateway):
    person = make_person(phone="0571-1234567")
    notify(person, "channel-chosen")

    assert send_due("sms") == 0
    assert Notice.objects.get().trouble == "no mobile number"


@pytest.mark.django_db
def test_in_a_demonstration_texts_go_into_the_state_folder(settings, tmp_path):
    settings.STATE_DIR = tmp_path
    (key,) = make_texts(1)

    assert send_due("sms") == 1
    found = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.txt")]
    assert found == [f"messages/sms/2026-03-04/{key}.txt"]
    assert (tmp_path / found[0]).read_text() == "13900000000\n通知方式已更改\n以后邻里将用通知您。\n"


@pytest.mark.django_db
def test_mail_carries_the_key_as_its_message_id(mailoutbox):
    user = make_user(email="li@example.org")
    user.person.preferred_channel = "email"
    user.person.save()
    notice = notify(user, "channel-chosen", path="/me/")

    assert send_due("email") == 1
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["li@example.org"], "通知方式已更改")
    assert mail.extra_headers["Message-ID"] == f"<notice-{notice.pk}@localhost>"


@pytest.mark.django_db
def test_D10_the_webhook_names_the_receiver_by_an_internal_id_alone(settings, monkeypatch):
    seen = []
    make_entry(code="webhook-messages", kind="webhook")
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"webhook_url": "https://wx.example/"})
    monkeypatch.setattr(channels.known["webhook"], "post_json", lambda url, body, *, key: seen.append(body))
    user = make_user("王小明")
    user.person.preferred_channel = "webhook"
    user.person.save()
    notice = notify(user, "channel-chosen", channel="短信")

    assert send_due("webhook") == 1
    assert list(Use.objects.values_list("entry__code", "act", "row_count")) == [
        ("webhook-messages", "sent", 1)
    ]
    assert seen == [
        {
            "id": f"notice-{notice.pk}",
            "touser": str(user.person_id),
            "template": "channel-chosen",
            "url": "",
            "data": {"title": "通知方式已更改", "text": "以后邻里将用短信通知您。"},
        }
    ]
