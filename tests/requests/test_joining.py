from datetime import timedelta

import pytest

from linli.cases.actions import WrongState, mark_overdue
from linli.cases.models import Case
from linli.cases.queries import open_helpers
from linli.kernel import clock
from linli.notices.models import Notice
from linli.requests.suggest import alike, rulebook_at
from tests.factories.requests import category

pytestmark = pytest.mark.django_db


def whistle(town, case, *units, **fields):
    return town.step(case, "whistle", by=town.worker, units=units, task="请配合断电检修", **fields)


def test_each_helper_has_its_own_case_deadline_arrival_and_reply(town):
    """XZ-045: a street calls departments; each arrives and replies by its own day."""
    case = town.request("working")
    whistle(town, case, town.housing, town.power, hours=4)

    helpers = list(open_helpers(case).order_by("pk"))
    assert [helper.unit for helper in helpers] == [town.housing, town.power]
    assert {helper.due_at - helper.opened_at for helper in helpers} == {timedelta(hours=4)}

    mine = open_helpers(case).get(unit=town.power)
    mine = town.step(mine, "arrive", by=town.power_worker)
    mine = town.step(mine, "reply", by=town.power_worker, reply="已断电检修")
    assert (mine.state, mine.whistle.arrived_at, mine.whistle.reply) == ("replied", clock.now(), "已断电检修")


def test_the_lead_cannot_answer_while_a_helper_is_open(town):
    case = town.request("working")
    whistle(town, case, town.power)

    with pytest.raises(WrongState, match="还有协办单位没有反馈：供电公司"):
        town.step(case, "resolve")
    helper = town.step(open_helpers(case).get(), "arrive", by=town.power_worker)
    town.step(helper, "reply", by=town.power_worker, reply="好了")

    assert town.step(case, "resolve").state == "resolved"


def test_a_late_helper_counts_on_its_own_unit(town):
    case = town.request("working")
    whistle(town, case, town.power, hours=2)
    later = clock.now() + timedelta(hours=3)

    with clock.at(later):
        mark_overdue(later)

    assert list(Case.objects.exclude(overdue_at=None).values_list("kind", "unit__name")) == [
        ("whistle", "供电公司")
    ]


def test_a_unit_is_called_once_at_a_time_and_the_lead_never(town):
    case = town.request("working")
    whistle(town, case, town.power)

    with pytest.raises(WrongState, match="“供电公司”已在协办"):
        whistle(town, case, town.power)
    with pytest.raises(WrongState, match="“城市管理局”是主办单位"):
        whistle(town, case, town.city_management)


def test_withdrawing_calls_the_helpers_off(town):
    case = town.request("working")
    whistle(town, case, town.power)
    town.step(case, "withdraw")

    assert list(Case.objects.filter(kind="whistle").values_list("state", flat=True)) == ["cancelled"]
    assert Notice.objects.filter(to=town.power_worker.person, kind="case-step").exists()


def merged(town):
    lead, other, third = (town.request(reporter=user.person, by=user) for user in residents(town))
    town.step(lead, "absorb", by=town.dispatcher, duplicates=[other, third])
    return lead, other, third


def residents(town):
    return town.resident, town.stranger, town.mate


def test_merged_requests_get_the_answer_and_each_reporter_is_told_and_rates(town):
    lead, other, _third = merged(town)
    town.step(lead, "dispatch")
    town.step(lead, "sign")
    town.step(lead, "resolve")

    other.refresh_from_db()
    assert (other.state, other.request.outcome) == ("resolved", "已更换灯泡。")
    told = Notice.objects.filter(to=town.stranger.person, context__case=other.number)
    assert told.count() == 2  # that it was merged, and the answer
    assert town.step(other, "rate", by=town.stranger, stars=4).state == "closed"


def test_merging_is_reversible(town):
    lead, other, third = merged(town)
    other = town.step(other, "unmerge", by=town.dispatcher, note="不是同一处")
    town.step(lead, "withdraw")

    third.refresh_from_db()
    assert (other.state, other.unit, third.state, third.unit) == (
        "submitted",
        town.desk,
        "submitted",
        town.desk,
    )
    assert list(other.came_from.values_list("kind", "ended_at")) == [("merge", clock.now())]


def test_a_lead_is_not_merged_into_another_and_nothing_into_itself(town):
    lead, _other, _third = merged(town)
    newcomer = town.request()

    with pytest.raises(WrongState, match="已并入了别的诉求"):
        town.step(newcomer, "absorb", by=town.dispatcher, duplicates=[lead])
    with pytest.raises(WrongState, match="不能并入自己"):
        town.step(newcomer, "absorb", by=town.dispatcher, duplicates=[newcomer])


def test_a_merged_request_is_still_withdrawn_by_its_own_reporter(town):
    _lead, other, _third = merged(town)

    assert town.step(other, "withdraw", by=town.stranger).state == "withdrawn"


def test_the_same_matter_is_suggested_by_words_and_place_within_the_window(town):
    near = town.submit("3号楼前路灯不亮了", lon=118.001, lat=32.0).request
    town.submit("3号楼前路灯不亮了", lon=118.1, lat=32.0)
    town.submit("垃圾没人清运，异味太大")
    with clock.at(clock.now() - timedelta(days=30)):
        town.submit("3号楼前路灯不亮了")

    found = alike(
        text="路灯不亮",
        category=category("street-lights"),
        place=town.place,
        lon=118.0,
        lat=32.0,
        rules=rulebook_at(town.place).rules,
    )

    assert [(one.request, one.distance_m) for one in found] == [(near, 94)]
