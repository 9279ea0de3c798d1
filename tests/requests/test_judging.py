from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from linli.cases.actions import WrongState, take_step
from linli.cases.models import Case, Rating
from linli.kernel import clock
from linli.notices.models import Notice
from linli.requests.actions.judging import climb, close_unrated
from linli.requests.models import CallBack, Escalation
from tests.factories.people import make_post

pytestmark = pytest.mark.django_db


def test_a_bad_rating_opens_a_rectification_with_its_own_deadline(town):
    """XA-114: a bad rating is work for somebody, by a day."""
    case = town.step(town.request("resolved"), "rate", stars=2, comment="两天又灭了")

    remedy = Case.objects.get(kind="rectification")
    assert (case.state, remedy.unit, remedy.term, remedy.state) == (
        "closed",
        town.city_management,
        15,
        "opened",
    )
    assert remedy.rectification.rating.case == case


def test_a_good_rating_opens_nothing(town):
    town.step(town.request("resolved"), "rate", stars=3)

    assert Case.objects.filter(kind="rectification").count() == 0


def test_staff_see_a_bad_rating_only_when_its_loop_is_closed(town):
    town.step(town.request("resolved"), "rate", stars=1, comment="没修")
    remedy = Case.objects.get(kind="rectification")

    def seen():
        return [
            Rating.objects.visible_to(user).count()
            for user in (town.worker, town.leader, town.resident, town.stranger)
        ]

    before = seen()
    for name, by, fields in (
        ("take_up", town.worker, {}),
        ("put_right", town.worker, {"remedy": "换了控制器"}),
        ("confirm", town.caller, {"accepted": True}),
    ):
        remedy = take_step(remedy, name, by=by, **fields)

    assert (before, seen(), remedy.state) == ([0, 0, 1, 0], [1, 1, 1, 0], "closed")


def test_who_rated_is_hidden_from_the_unit_that_puts_it_right(town, client):
    town.step(town.request("resolved"), "rate", stars=1, comment="没修")
    remedy = Case.objects.get(kind="rectification")
    shown = {}
    for user in (town.worker, town.caller):
        client.force_login(user)
        shown[user.person.name] = client.get(f"/cases/{remedy.number}/").context["page"].reporter

    assert shown == {"陈城管": "已为诉求人保密", "杨回访": "钱**"}


def test_the_unit_does_not_read_in_the_timeline_when_a_bad_rating_came(town, client):
    """Domain notes §0.4: the request stands as filed on that day; the hour and that it was rated come with the loop."""
    case = town.step(town.request("resolved"), "rate", stars=1)
    remedy = Case.objects.get(kind="rectification")

    def last(user):
        client.force_login(user)
        page = client.get(reverse("case-detail", args=[case.number])).context["page"]
        return [(line.title, line.who, line.day_only) for line in page.lines][-1]

    before = {name: last(getattr(town, name)) for name in ("worker", "leader", "caller", "resident")}
    for name, by, fields in (
        ("take_up", town.worker, {}),
        ("put_right", town.worker, {"remedy": "换了控制器"}),
        ("confirm", town.caller, {"accepted": True}),
    ):
        remedy = take_step(remedy, name, by=by, **fields)

    hidden, shown = ("已归档", "", True), ("评价", "诉求人", False)
    assert before == {"worker": hidden, "leader": hidden, "caller": hidden, "resident": shown}
    assert last(town.worker) == shown


def test_no_link_tells_the_unit_that_puts_it_right_whose_request_was_rated(town, client):
    """C24: no page of an open rectification leads its unit to who rated; who calls back sees it."""
    case = town.step(town.request("resolved"), "rate", stars=1, comment="没修")
    remedy = Case.objects.get(kind="rectification")
    shown = {}
    for user in (town.worker, town.caller):
        client.force_login(user)
        pages = [client.get(f"/cases/{number}/") for number in (case.number, remedy.number)]
        shown[user.person.name] = [
            other.number in page.content.decode()
            for page, other in zip(pages, (remedy, case), strict=True)
            if page.status_code == 200
        ]

    assert shown == {"陈城管": [False, False], "杨回访": [True, True]}


def test_the_unit_that_worked_may_not_rate(town):
    with pytest.raises(PermissionDenied):
        town.step(town.request("resolved"), "rate", by=town.worker)


def test_nothing_becomes_satisfied_by_time(town):
    case = town.request("resolved")
    assert close_unrated(case.request.reopen_until) == 0

    later = case.request.reopen_until + timedelta(minutes=1)
    with clock.at(later):
        assert [close_unrated(later), close_unrated(later)] == [1, 0]

    case.refresh_from_db()
    assert (case.state, Rating.objects.count()) == ("closed", 0)


def test_filing_by_hand_needs_a_call_back(town):
    case = town.request("resolved")
    with pytest.raises(WrongState, match="请先回访"):
        town.step(case, "close", by=town.caller)
    town.step(case, "call_back", by=town.caller, reached=True, solved=True, satisfied=4)

    assert town.step(case, "close", by=town.caller).state == "closed"


def test_a_call_that_reached_nobody_counts_for_nothing(town):
    case = town.request("resolved")
    town.step(case, "call_back", by=town.caller, reached=False, solved=True, satisfied=5)

    assert list(CallBack.objects.values_list("reached", "solved", "satisfied")) == [(False, None, None)]
    with pytest.raises(IntegrityError, match="answers_only_when_reached"), transaction.atomic():
        CallBack.objects.update(solved=True)


def test_an_unsolved_one_goes_back_to_the_unit(town):
    case = town.step(town.request("resolved"), "send_back", by=town.caller, note="仍不亮")

    assert (case.state, case.unit, case.request.resolved_at) == ("working", town.city_management, None)


def notices(user):
    return list(
        Notice.objects.filter(to=user.person, kind="request-escalated").values_list(
            "context__level", flat=True
        )
    )


def test_superiors_hear_of_what_nobody_owns_yet_each_level_once(town):
    town.request()
    now = clock.now()

    counts = []
    for hours in (23, 25, 26):
        with clock.at(now + timedelta(hours=hours)):
            counts.append(climb(clock.now()))

    assert (counts, notices(town.leader), notices(town.county_leader)) == (
        [0, 1, 0],
        ["超过一天未派单或未签收"],
        [],
    )


def test_edits_do_not_restart_the_ladder(town):
    case = town.request()
    with clock.at(clock.now() + timedelta(hours=23)):
        town.step(case, "remark", by=town.dispatcher, note="再看看")
    with clock.at(clock.now() + timedelta(hours=24)):
        assert climb(clock.now()) == 1


def test_after_days_of_stopped_workers_each_level_fires_once(town):
    case = town.request()
    city_leader = town.stranger
    make_post(city_leader, town.place.parent.parent.parent, "request.view", "requests.supervise", role="city")
    with clock.at(case.due_at + timedelta(days=11)):
        counts = [climb(clock.now()) for _run in range(3)]

    assert counts == [4, 0, 0]
    assert list(Escalation.objects.order_by("level").values_list("level", flat=True)) == [1, 2, 3, 4]
    assert [len(notices(user)) for user in (town.leader, town.county_leader, city_leader)] == [2, 1, 1]


def test_what_waits_for_the_requester_climbs_no_ladder(town):
    case = town.request("waiting")

    assert climb(case.due_at + timedelta(days=30)) == 0
