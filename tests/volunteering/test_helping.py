"""XA-127: an elder asks, a neighbour serves, both say so, and then the coins move."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied

from linli.cases.actions import WrongState, refer, take_step
from linli.cases.models import Case
from linli.kernel import clock
from linli.ledger.actions import LedgerRefused
from linli.ledger.checking import verify
from linli.notices.models import Notice
from linli.people.models import Role
from linli.volunteering.actions.helping import Wish, ask_for_help
from linli.volunteering.actions.waiting import close_unrated, hand_silent_orders_over, tell_of_untaken
from linli.volunteering.matching import candidates, orders_for
from linli.volunteering.models import Attendance, Bank, Help
from linli.volunteering.refusals import VolunteeringRefused
from tests.together import together

from .village import Village, balance, moment


def ask(village, *, user=None, service="haircut", by=None, begin=None, key=None, **fields):
    user = user or village.elder
    wish = Wish(service, village.place, begin or moment(5, 9), **fields)
    return ask_for_help(wish, person=user.person, by=by or user, key=key).case


def offered(village, case):
    match = candidates(case.help)[0]
    return take_step(case, "offer", by=village.coordinator, volunteer=match.volunteer, why=match.why)


def served(village, case, *, minutes=60):
    take_step(case, "accept", by=village.student)
    with clock.at(moment(5, 12)):
        return take_step(
            case, "serve", by=village.student, begin=moment(5, 9), minutes=minutes, content="理发"
        )


@pytest.mark.django_db
def test_an_elder_asks_by_phone_is_matched_served_and_both_confirm():
    village = Village()
    pool = village.fill_pool(600)
    case = ask(village, by=village.coordinator, channel="phone")
    assert (case.help.from_pool, case.help.why_pool, case.number) == (True, "80 岁及以上", "BZ-2026-000001")

    offered(village, case)
    served(village, case)
    with clock.at(moment(5, 13)):
        done = take_step(case, "confirm", by=village.elder)

    pool.pool.refresh_from_db()
    record = Attendance.objects.get()
    assert (done.state, pool.pool.balance, pool.pool.debits_pending) == ("confirmed", 540, 0)
    assert balance(village.purse(village.student)) == 60
    assert (record.minutes, record.state, record.receiver, record.case) == (
        60,
        "confirmed",
        village.elder.person,
        case,
    )
    assert verify() == []


@pytest.mark.django_db
def test_the_rating_is_free_and_an_order_nobody_rates_is_filed_without_one():
    village = Village()
    village.fill_pool()
    cases = [ask(village), ask(village, begin=moment(5, 10))]
    for number, case in enumerate(cases):
        offered(village, case)
        take_step(case, "accept", by=village.student)
        with clock.at(moment(5, 15)):
            begin = moment(5, 9 + number)
            take_step(case, "serve", by=village.student, begin=begin, minutes=30, content="")
            take_step(case, "confirm", by=village.elder)
    with clock.at(moment(6)):
        assert take_step(cases[0], "rate", by=village.elder, stars=5).state == "closed"
    with clock.at(moment(25)):
        assert (close_unrated(clock.now()), close_unrated(clock.now())) == (1, 0)

    assert [case.ratings.count() for case in cases] == [1, 0]


@pytest.mark.django_db
def test_who_has_coins_pays_himself_and_they_are_set_aside_when_the_order_is_accepted():
    village = Village()
    neighbour = village.resident()
    purse = village.purse(neighbour, 90)
    case = ask(village, user=neighbour)
    offered(village, case)
    take_step(case, "accept", by=village.student)

    purse.account.refresh_from_db()
    assert (purse.account.balance, purse.account.available) == (90, 30)
    with pytest.raises(LedgerRefused):
        ask(village, user=neighbour)
    take_step(case, "decline", by=village.student)
    purse.account.refresh_from_db()
    assert (purse.account.available, Case.objects.get(pk=case.pk).state) == (90, "asked")


@pytest.mark.django_db
def test_nobody_without_coins_and_below_the_age_asks_and_the_pool_is_not_overdrawn():
    village = Village()

    with pytest.raises(LedgerRefused, match="余额不足"):
        ask(village, user=village.resident())
    case = ask(village)
    offered(village, case)
    with pytest.raises(WrongState, match="公共池"):
        take_step(case, "accept", by=village.student)


@pytest.mark.django_db
def test_L2_the_helper_never_confirms_his_own_service_and_entered_ones_go_to_a_second_person():
    village = Village()
    village.fill_pool()
    case = ask(village)
    offered(village, case)
    take_step(case, "accept", by=village.student)
    with clock.at(moment(5, 12)):
        take_step(case, "serve", by=village.coordinator, begin=moment(5, 9), minutes=60, content="")
        for one in (village.student, village.coordinator, village.resident()):
            with pytest.raises(PermissionDenied):
                take_step(case, "confirm", by=one, evidence="电话核实")
        assert take_step(case, "confirm", by=village.colleague, evidence="电话核实").state == "confirmed"


@pytest.mark.django_db
def test_more_than_was_set_aside_or_not_yet_over_is_not_reported():
    village = Village()
    village.fill_pool()
    case = ask(village)
    offered(village, case)
    take_step(case, "accept", by=village.student)

    with pytest.raises(WrongState, match="还没有结束"):
        take_step(case, "serve", by=village.student, begin=moment(5, 9), minutes=60, content="")
    with clock.at(moment(5, 12)), pytest.raises(WrongState, match="最多填 60 分钟"):
        take_step(case, "serve", by=village.student, begin=moment(5, 9), minutes=90, content="")


@pytest.mark.django_db
def test_a_dispute_is_heard_by_the_coordinator_and_the_minutes_agreed_are_paid():
    village = Village()
    village.fill_pool()
    case = ask(village)
    offered(village, case)
    served(village, case)
    with clock.at(moment(5, 14)):
        take_step(case, "dispute", by=village.elder, note="只有半小时")
        take_step(case, "settle", by=village.coordinator, minutes=30)
        take_step(case, "confirm", by=village.elder)

    assert (balance(village.purse(village.student)), Attendance.objects.get().minutes) == (30, 30)


@pytest.mark.django_db
def test_silence_is_told_to_the_coordinators_and_pays_nobody():
    village = Village()
    village.fill_pool()
    case = ask(village)
    offered(village, case)
    served(village, case)

    with clock.at(moment(20)):
        assert (hand_silent_orders_over(clock.now()), hand_silent_orders_over(clock.now())) == (1, 0)

    assert (balance(village.purse(village.student)), Attendance.objects.count()) == (0, 0)
    assert Notice.objects.filter(kind="volunteering-to_confirm").count() == 2


@pytest.mark.django_db
def test_an_order_nobody_takes_is_told_to_the_coordinators_once_when_its_time_comes_near():
    """XA-127: neither an order nobody was asked for nor one nobody answered is lost in silence."""
    village = Village()
    village.fill_pool()
    untouched, unanswered = ask(village, begin=moment(6, 9)), ask(village, begin=moment(6, 11))
    offered(village, unanswered)
    taken = ask(village, begin=moment(6, 14))
    take_step(taken, "take", by=village.student)
    told = []
    for when in (moment(5, 8, 59), moment(5, 9), moment(5, 9, 15), moment(7), moment(20)):
        with clock.at(when):
            told.append(tell_of_untaken(clock.now()))

    notices = Notice.objects.filter(kind="volunteering-untaken")
    assert told == [0, 1, 0, 1, 0]
    assert sorted(notices.values_list("to__name", flat=True)) == ["沈协调", "沈协调", "陈协调", "陈协调"]
    assert {notice.context["number"] for notice in notices} == {untouched.number, unanswered.number}


@pytest.mark.django_db
def test_an_order_moved_to_another_time_is_told_of_anew_when_that_comes_near():
    village = Village()
    village.fill_pool()
    case = ask(village, begin=moment(5))
    first = tell_of_untaken(moment(4, 12))
    told = {"service": "haircut", "minutes": 60, "description": ""}
    take_step(case, "describe", by=village.coordinator, begin=moment(5), **told)
    same_time = tell_of_untaken(moment(4, 12))
    take_step(case, "describe", by=village.coordinator, begin=moment(10), **told)

    assert (first, same_time, tell_of_untaken(moment(8)), tell_of_untaken(moment(10))) == (1, 0, 0, 1)


@pytest.mark.django_db
def test_where_nobody_matches_yet_an_untaken_order_waits_to_be_told():
    village = Village()
    village.fill_pool()
    ask(village, begin=moment(5))
    Role.objects.filter(permissions__contains=["volunteering.match"]).update(retired_on=moment(1).date())
    nobody = tell_of_untaken(moment(5))
    Role.objects.update(retired_on=None)

    assert (nobody, tell_of_untaken(moment(5)), tell_of_untaken(moment(5))) == (0, 1, 0)


@pytest.mark.django_db
def test_an_order_that_is_withdrawn_gives_back_what_was_set_aside():
    village = Village()
    bank = village.fill_pool(60)
    case = ask(village)
    offered(village, case)
    take_step(case, "accept", by=village.student)
    take_step(case, "withdraw", by=village.elder)

    bank.pool.refresh_from_db()
    assert (bank.pool.available, bank.pool.balance) == (60, 60)


@pytest.mark.django_db
def test_only_low_risk_services_are_asked_for_and_only_by_who_may():
    village = Village()

    with pytest.raises(VolunteeringRefused, match="专业人员"):
        ask(village, service="emergency")
    with pytest.raises(PermissionDenied):
        ask(village, by=village.resident())
    assert ask(village, key=UUID(int=3)).pk == ask(village, key=UUID(int=3)).pk


@pytest.mark.django_db
def test_the_volunteer_of_another_community_is_paid_over_the_clearing_accounts():
    village = Village()
    neighbour, helper = village.resident(), village.volunteer("李邻居", place=village.next_place)
    village.purse(neighbour, 60)
    case = ask(village, user=neighbour, service="company")
    take_step(case, "take", by=helper)
    with clock.at(moment(5, 12)):
        take_step(case, "serve", by=helper, begin=moment(5, 9), minutes=45, content="")
        take_step(case, "confirm", by=neighbour)

    owed = {bank.place_id: bank.clearing.balance for bank in Bank.objects.select_related("clearing")}
    assert (owed[village.place.pk], owed[village.next_place.pk]) == (45, -45)
    assert (balance(village.purse(helper)), balance(village.purse(neighbour))) == (45, 15)
    assert verify() == []


@pytest.mark.django_db
def test_what_is_earned_above_the_cap_goes_to_the_pool():
    village = Village(cap=40)
    bank = village.fill_pool(120)
    case = ask(village)
    offered(village, case)
    served(village, case)
    with clock.at(moment(5, 13)):
        take_step(case, "confirm", by=village.elder)

    bank.pool.refresh_from_db()
    assert (balance(village.purse(village.student)), bank.pool.balance) == (40, 80)


@pytest.mark.django_db
def test_matching_names_skill_time_and_distance_and_leaves_out_who_is_busy_or_far():
    village = Village()
    near = village.volunteer("钱近", skills=["hairdressing"], free=["4am"])
    village.volunteer("赵远", skills=["hairdressing"], place=village.next_place, reach_m=500)
    village.volunteer("没特长")
    case = ask(village)

    found = candidates(case.help)

    assert [one.volunteer.person.name for one in found] == ["钱近", "孙同学"]
    assert found[0].why == "有“上门理发”特长，那时有空，同一社区"
    take_step(case, "offer", by=village.coordinator, volunteer=near.person.volunteer, why=found[0].why)
    other = ask(village, begin=moment(5, 9, 30))
    assert [one.volunteer.person.name for one in candidates(other.help)] == ["孙同学"]


@pytest.mark.django_db
def test_a_volunteer_sees_open_orders_near_him_that_he_can_do():
    village = Village()
    village.fill_pool()
    hair, chat = ask(village), ask(village, service="company", begin=moment(5, 8))
    far = village.volunteer("远方", place=village.far_place)

    assert [order.pk for order in orders_for(village.student.person.volunteer)] == [chat.pk, hair.pk]
    assert [order.pk for order in orders_for(village.volunteer("甲").person.volunteer)] == [chat.pk]
    assert orders_for(far.person.volunteer) == []
    with pytest.raises(PermissionDenied):
        take_step(chat, "take", by=far)


@pytest.mark.django_db
def test_a_referral_becomes_an_order_of_its_own():
    village = Village()
    origin = ask(village)

    result = refer(origin, to_kind="help", by=village.coordinator)

    assert (result.help.channel, result.reporter) == ("referral", village.elder.person)
    told = refer(origin, to_kind="help", by=village.coordinator, text="想有人陪着说说话")
    assert result.help.description == f"来自 {origin.number}：上门理发"
    assert told.help.description == f"来自 {origin.number}：想有人陪着说说话"


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_double_clicks_ask_take_and_confirm_once_and_pay_once():
    village = Village()
    bank = village.fill_pool(60)

    orders = together(*[lambda: ask(village, key=UUID(int=9)).pk] * 5)
    case = Case.objects.get()
    helpers = [village.student, village.volunteer("甲", skills=["hairdressing"])]
    taken = together(*[lambda one=one: take_step(case, "take", by=one).pk for one in helpers])
    order = Help.objects.get()
    helper = next(user for user in helpers if user.person_id == order.volunteer_id)
    with clock.at(moment(5, 12)):
        take_step(case, "serve", by=helper, begin=moment(5, 9), minutes=60, content="")
        confirms = together(*[lambda: take_step(case, "confirm", by=village.elder).pk] * 5)

    bank.pool.refresh_from_db()
    assert set(orders) == {case.pk}
    assert sorted(type(one).__name__ for one in taken) == ["WrongState", "int"]
    assert sorted(type(one).__name__ for one in confirms) == ["WrongState"] * 4 + ["int"]
    assert (bank.pool.balance, balance(village.purse(helper)), verify()) == (0, 60, [])


def test_a_coin_is_an_hour_in_the_demonstration_charter():
    from .village import read

    assert timedelta(minutes=read().coins.coin_minutes) == timedelta(hours=1)
