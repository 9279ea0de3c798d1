from datetime import timedelta

import pytest

from linli.cases.actions import take_step
from linli.cases.models import Case
from linli.kernel import clock

from .errand import Crew

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew():
    return Crew()


def step(client, case, name, **data):
    return client.post(f"/cases/{case.number}/{name}/", data)


def test_the_page_shows_the_steps_of_the_reader_and_no_others(client, crew):
    case = crew.open()
    shown = {}
    for user in (crew.arranger, crew.requester):
        client.force_login(user)
        page = client.get(f"/cases/{case.number}/").context["page"]
        shown[user.person.name] = [row.label for row in (*page.direct_steps, *page.form_steps)]

    assert shown == {"周安排": ["不办理", "安排", "备注"], "钱居民": []}


def test_the_step_that_carries_a_case_forward_is_the_main_action(client, crew, monkeypatch):
    case = crew.open()
    client.force_login(crew.arranger)
    page = client.get(f"/cases/{case.number}/").context["page"]
    unnamed = (page.main_step.label, page.main_asks)
    monkeypatch.setitem(vars(case.workflow), "main", ("arrange",))
    named = client.get(f"/cases/{case.number}/")

    assert unnamed == ("不办理", False)
    assert named.context["page"].main_step.label == "安排"
    assert named.content.decode().count("btn-primary") == 1


def test_what_may_not_be_seen_is_not_found(client, crew):
    case = crew.open()
    client.force_login(crew.stranger)

    answers = [
        client.get("/cases/ER-2026-999999/"),
        client.get(f"/cases/{case.number}/"),
        step(client, case, "drop"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_a_visitor_is_asked_to_sign_in(client, crew):
    assert client.get(f"/cases/{crew.open().number}/").status_code == 302


def test_a_step_that_is_none_is_not_found_and_one_not_allowed_is_refused(client, crew):
    case = crew.open()
    client.force_login(crew.requester)

    assert step(client, case, "fly").status_code == 404
    assert step(client, case, "drop").status_code == 403


def test_a_step_is_taken_with_one_click(client, crew):
    case = crew.open()
    client.force_login(crew.arranger)

    answer = step(client, case, "arrange", version=1)

    case.refresh_from_db()
    assert (answer.status_code, case.state) == (302, "doing")


def test_a_stale_form_shows_the_case_as_it_is_and_keeps_what_was_typed(client, crew):
    case = crew.open()
    take_step(case, "remark", by=crew.worker, note="先看一眼")
    client.force_login(crew.arranger)

    answer = step(client, case, "arrange", version=1, note="请下午去")

    case.refresh_from_db()
    assert (answer.status_code, case.state) == (409, "asked")
    assert answer.context["form"]["note"].value() == "请下午去"
    assert answer.context["form"]["version"].value() == 2


def test_somebody_who_comes_second_is_told_and_sees_the_case(client, crew):
    case = take_step(crew.open(), "arrange", by=crew.arranger)
    client.force_login(crew.arranger)

    answer = client.post(f"/cases/{case.number}/drop/", follow=True)

    assert [str(message) for message in answer.context["messages"]] == [
        "ER-2026-000001 现在是“办理中”，不能再“不办理”。"
    ]


def test_the_requester_reads_public_lines_and_no_workers_name(client, crew):
    case = take_step(crew.open(), "remark", by=crew.worker, note="门口有狗")
    take_step(case, "arrange", by=crew.arranger, assignee=crew.worker)
    client.force_login(crew.requester)

    text = client.get(f"/cases/{case.number}/").content.decode()

    assert ("门口有狗" in text, "吴跑腿" in text, "周安排" in text) == (False, False, False)


def test_staff_see_the_requester_masked(client, crew):
    case = crew.open()
    client.force_login(crew.worker)

    text = client.get(f"/cases/{case.number}/").content.decode()

    assert ("钱**" in text, "钱居民" in text) == (True, False)


def test_the_inbox_counts_its_queues(client, crew):
    first, second = crew.open(term=0), crew.open(term=9)
    take_step(second, "arrange", by=crew.arranger, assignee=crew.mate)
    client.force_login(crew.worker)

    with clock.at(first.due_at + timedelta(hours=1)):
        answer = client.get("/cases/?queue=overdue")

    counts = {queue.title: queue.count for queue in answer.context["queues"]}
    assert counts == {
        "我的待办": 2,
        "今天到期": 0,
        "逾期": 1,
        "未定经办人": 1,
        "待安排": 1,
        "全部在办": 2,
    }
    assert [row.number for row in answer.context["listing"].page] == [first.number]


@pytest.mark.parametrize("count", [1, 3])
def test_inbox_query_count(client, crew, count, django_assert_num_queries):
    for _ in range(count):
        crew.open()
    client.force_login(crew.worker)
    client.get("/cases/")
    with django_assert_num_queries(3):
        client.get("/cases/")


@pytest.mark.parametrize("count", [1, 3])
def test_case_page_query_count(client, crew, count, django_assert_num_queries):
    case = crew.open()
    for _ in range(count):
        take_step(case, "remark", by=crew.worker, note="看过")
    client.force_login(crew.worker)
    with django_assert_num_queries(10):
        client.get(f"/cases/{case.number}/")


def test_filters_and_search_stand_in_the_address(client, crew):
    cases = [crew.open() for _ in range(2)]
    client.force_login(crew.worker)

    found = {
        query: [row.number for row in client.get(f"/cases/?{query}").context["listing"].page]
        for query in ("q=ER-2026-000002", "q=路灯&kind=errand", "q=没有", "kind=nonsense")
    }

    both = [case.number for case in cases]
    assert found == {
        "q=ER-2026-000002": [both[1]],
        "q=路灯&kind=errand": both,
        "q=没有": [],
        "kind=nonsense": both,
    }


def test_following_and_leaving(client, crew):
    case = crew.open()
    client.force_login(crew.mate)
    client.post(f"/cases/{case.number}/follow/")
    following = list(Case.objects.filter(follows__person=crew.mate.person))
    client.post(f"/cases/{case.number}/follow/", {"follow": "no"})

    assert (following, case.follows.count()) == ([case], 0)
