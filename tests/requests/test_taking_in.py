import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.cases.models import Case
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.notices.models import Notice
from linli.requests.actions.taking_in import (
    KeyReused,
    TooManyTries,
    forget_look_ups,
    look_up,
    make_contact,
    submit_request,
)
from linli.requests.models import LookUp, Request, Rulebook
from linli.requests.suggest import NoOwner, NoRules, rulebook_at
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db


def test_a_request_gets_number_category_deadline_owner_and_a_suggestion(town):
    request = town.submit().request

    assert (request.case.number, request.case.state, request.case.unit) == (
        "RQ-2026-000001",
        "submitted",
        town.desk,
    )
    assert (request.category.code, request.category_words) == ("street-lights", ["路灯", "不亮", "太黑"])
    assert request.case.due_at == datetime(2026, 3, 9, 23, 59, 59, tzinfo=CHINA)
    assert (request.suggested_unit, request.suggested_why) == (
        town.city_management,
        "市政设施和环境卫生由城市管理部门负责",
    )


def test_what_is_urgent_has_the_term_of_its_urgency(town):
    request = town.submit(urgency="critical").request

    assert request.case.due_at - request.case.opened_at == timedelta(hours=2)


def test_text_that_fits_nothing_is_other(town):
    request = town.submit("今天天气不错").request

    assert (request.category.code, request.category_words, request.suggested_unit) == ("other", [], town.desk)


def test_a_category_without_a_unit_that_has_its_duty_goes_on_to_the_next_rule(town):
    assert town.submit("小区停水两天了").request.suggested_unit == town.desk


def test_routing_looks_at_the_hour(town):
    with clock.at(datetime(2026, 3, 4, 2, 0, tzinfo=CHINA)):
        request = town.submit("半夜施工噪音太吵").request

    assert request.suggested_why == "夜间噪声由城市管理值班队伍先到场"


def test_without_rules_or_owner_nothing_is_stored_and_the_sentence_says_so(town):
    far = make_community(1, street="990102001000")  # the other county has no street office

    with pytest.raises(NoOwner, match="还没有受理单位"):
        town.submit(place=far)
    Rulebook.objects.update(valid_to=clock.today() - timedelta(days=1))
    with pytest.raises(NoRules, match="还没有诉求办理规则"):
        town.submit()
    assert Case.objects.count() == 0


def test_sent_twice_is_kept_once_and_gives_a_new_secret(town):
    key = uuid.uuid4()

    first, second = town.submit(key=key), town.submit(key=key)

    assert (second.request, second.again, Request.objects.count()) == (first.request, True, 1)
    assert (
        look_up(first.request.case.number, second.secret, address="a", limits=limits(town)) == first.request
    )
    assert look_up(first.request.case.number, first.secret, address="a", limits=limits(town)) is None


def test_a_key_with_another_text_is_refused(town):
    key = uuid.uuid4()
    town.submit(key=key)

    with pytest.raises(KeyReused, match="和上次提交的不一样"):
        town.submit("另一件事", key=key)
    assert Request.objects.count() == 1


def limits(town):
    return rulebook_at(town.place).rules.limits


def test_number_and_secret_open_the_request_however_they_are_typed(town):
    sent = town.submit()
    typed = f" {sent.secret[:4].lower()} {sent.secret[4:]}"

    assert look_up(sent.request.case.number.lower(), typed, address="a", limits=limits(town)) == sent.request
    assert LookUp.objects.count() == 0


def test_wrong_secrets_are_counted_by_number_and_forgotten_after_a_day(town):
    sent = town.submit()
    for _try in range(5):
        assert look_up(sent.request.case.number, "AAAAAAAA", address=f"a{_try}", limits=limits(town)) is None

    with pytest.raises(TooManyTries, match="一小时后再试"):
        look_up(sent.request.case.number, sent.secret, address="b", limits=limits(town))
    with clock.at(clock.now() + timedelta(hours=1, minutes=1)):
        assert (
            look_up(sent.request.case.number, sent.secret, address="b", limits=limits(town)) == sent.request
        )
    with clock.at(clock.now() + timedelta(days=2)):
        assert (forget_look_ups(), LookUp.objects.count()) == (5, 0)


def test_wrong_tries_are_counted_by_address_over_many_numbers(town):
    for number in range(20):
        look_up(f"RQ-2026-9{number:05}", "AAAAAAAA", address="one", limits=limits(town))

    with pytest.raises(TooManyTries):
        look_up("RQ-2026-000001", "AAAAAAAA", address="one", limits=limits(town))


def test_a_clerk_enters_it_for_somebody_and_both_are_kept(town):
    neighbour = make_contact("周大爷", "13800001111")

    request = submit_request(
        replace(town.draft(), kind="help"), reporter=neighbour, by=town.clerk, channel="phone"
    ).request

    line = request.case.events.get()
    assert (line.by, line.on_behalf_of, request.channel) == (town.clerk, neighbour, "phone")


def test_two_people_with_one_phone_are_two_people():
    assert make_contact("甲", "13800001111").pk != make_contact("乙", "13800001111").pk
    assert make_contact("", "") is None


def test_the_requester_and_the_desk_hear_of_it(town):
    town.submit()

    assert list(Notice.objects.order_by("to__name").values_list("to__name", "kind")) == [
        ("冯派单", "request-open")
    ]  # the requester sent it himself
    town.submit(by=town.clerk, reporter=town.resident.person, channel="window")
    assert Notice.objects.filter(to=town.resident.person).count() == 1


@pytest.mark.database
def test_a_pin_outside_china_is_refused_by_the_database(town):
    with pytest.raises(IntegrityError, match="pin_lies_in_china"), transaction.atomic():
        town.submit(lon=2.0, lat=48.0)
