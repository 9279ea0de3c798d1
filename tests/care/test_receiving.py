"""What a device sends arrives once, in any order and however often; nothing written is lost (L3, L6)."""

from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from linli.care.actions.receiving import take_in
from linli.care.models import Supplement, Visit
from linli.cases.models import CaseEvent
from linli.cases.steps import workflows
from tests.conftest import TEST_DAY
from tests.factories.care import SEEN
from tests.together import together

KEY = UUID("00000000-0000-4000-8000-000000000001")


def line(case, **fields):
    return {
        "key": str(KEY),
        "number": case.number,
        "step": "record",
        "at": TEST_DAY.isoformat(),
        "way": "door",
        "checks": SEEN,
        "words": "在家，精神好",
        "promised": "下周带药",
        **fields,
    }


def send(client, told):
    return client.post(reverse("care-round-send"), told, content_type="application/json")


@pytest.fixture
def visitor_client(client, village):
    client.force_login(village.visitor)
    return client


def test_a_line_sent_twice_is_taken_once(visitor_client, village):
    case = village.visit()

    first, second = send(visitor_client, line(case)), send(visitor_client, line(case))

    assert (first.json()["status"], second.json()["status"]) == ("taken", "again")
    assert CaseEvent.objects.filter(case=case, step="record").count() == 1
    visit = Visit.objects.get(case=case)
    assert (visit.words, visit.promised, visit.happened_at) == ("在家，精神好", "下周带药", TEST_DAY)


def test_the_same_key_with_other_words_is_refused_and_changes_nothing(visitor_client, village):
    case = village.visit()
    send(visitor_client, line(case))

    assert send(visitor_client, line(case, words="另一份")).status_code == 422
    assert Visit.objects.get(case=case).words == "在家，精神好"


@pytest.mark.django_db(transaction=True)
def test_two_sendings_at_once_are_taken_once():
    from tests.factories.care import Village

    village = Village()
    case = village.visit()
    told = {"way": "door", "checks": SEEN, "words": "好", "promised": "", "needs": []}

    def sending():
        return take_in(case, by=village.visitor, step="record", told=told, key=KEY).status

    assert sorted(together(sending, sending)) == ["again", "taken"]


def test_a_conflict_shows_both_and_keeps_both(visitor_client, village):
    """L6: somebody else recorded the visit meanwhile; the second text stands beside the first."""
    case = village.visit()
    village.step(case, "record", by=village.head, words="主任去过了")

    answer = send(visitor_client, line(case))
    assert answer.status_code == 409
    assert answer.json()["standing"]["words"] == "主任去过了"
    assert Visit.objects.get(case=case).words == "主任去过了"

    kept = send(visitor_client, line(case, beside=True))
    again = send(visitor_client, line(case, beside=True))
    assert (kept.json()["status"], again.json()["status"]) == ("taken", "again")
    assert "在家，精神好" in Supplement.objects.get().body


def test_no_answer_written_offline_begins_the_ladder_once(visitor_client, village):
    case = village.visit()
    told = line(case, step="no_answer", way="", checks={}, words="", promised="", note="敲门没人")
    assert send(visitor_client, told).json()["status"] == "taken"
    assert send(visitor_client, told).json()["status"] == "again"
    case.refresh_from_db()
    assert (case.state, case.visit.rungs.count()) == ("unanswered", 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"way": "helicopter"},
        {"at": "yesterday"},
        {"at": "2031-01-01T00:00:00Z"},
        {"needs": [["errands", "x"]]},
        {"extra": 1},
        {"words": "a\u202eb"},
        {"words": "字" * 2001},
    ],
    ids=str,
)
def test_a_line_of_another_shape_is_refused_with_a_sentence(visitor_client, village, wrong):
    """I1."""
    case = village.visit()
    answer = send(visitor_client, line(case, **wrong))
    assert answer.status_code == 422
    assert answer.json()["why"] == "这条记录不完整，请打开核对后再发送。"


def test_a_visit_that_went_to_somebody_else_is_refused_and_says_so(client, village):
    case = village.visit()
    client.force_login(village.mate)  # sees the visits of the community, was not asked to make this one
    assert send(client, line(case)).status_code == 403
    client.force_login(village.stranger)
    assert send(client, line(case)).status_code == 403


def test_the_round_for_the_device_tells_what_was_promised_last_time(visitor_client, village):
    """XA-049: today's doors with what was promised last time."""
    from datetime import timedelta

    from linli.care.actions.planning import open_due
    from linli.kernel import clock

    village.visit("done")
    with clock.at(TEST_DAY + timedelta(days=29)):
        open_due(clock.today())
        told = visitor_client.get(reverse("care-round-device")).json()
    assert [(door["name"], door["promised"]) for door in told["doors"]] == [("郑桂英", "带老花镜")]
    assert told["keep_days"] == 3
    assert {kind for kind, _label in told["kinds"]} == {
        kind for kind, workflow in workflows.items() if workflow.receive
    }
    assert [label for kind, label in told["kinds"] if kind in {"request", "need"}] == ["居民需求", "诉求"]


def test_nothing_is_stored_of_a_key_that_nobody_knows(village):
    case = village.visit()
    told = {"way": "phone", "checks": SEEN, "words": "", "promised": "", "needs": []}
    done = take_in(case, by=village.visitor, step="record", told=told, key=uuid4())
    assert done.status == "taken"
