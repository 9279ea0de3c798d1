"""兜底保障: the minimum services of those on the care list, and which of them each received (XZ-011)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from linli.care.actions.delivering import deliver
from linli.care.actions.listing import add_category, ask_access, grant_access
from linli.care.minimum import Tally, owed_to, tallies
from linli.care.models import Delivery
from linli.care.rulebook import CarePack
from linli.kernel import clock
from linli.packs.reading import read_pack
from tests.care.test_list import CHILD
from tests.conftest import TEST_DAY
from tests.factories.care import PACK

TODAY = TEST_DAY.date()


def owed(cared):
    return {line.code: (line.months, line.received) for line in owed_to([cared])[cared.pk]}


def test_each_category_adds_to_the_set_and_the_tightest_term_counts(village):
    """XZ-011: each tag implies a minimum service set; of two terms for one service the shorter."""
    cared = village.elder(category="minimum-living")
    first = owed(cared)
    add_category(cared, by=village.visitor, category="lives-alone", basis="走访", source="社区")

    assert first == {"visit": (3, False), "relief": (1, False)}
    assert owed(cared) == {
        "visit": (1, False),
        "meal": (1, False),
        "check-up": (12, False),
        "relief": (1, False),
    }


def test_a_visit_counts_by_itself_and_what_others_gave_is_entered(village):
    """XZ-011: delivery is checked; what the platform knows is not entered again."""
    cared = village.elder()
    village.visit("done", cared=cared)
    deliver(cared, by=village.visitor, service="meal", on=TODAY, provider="长者食堂")

    assert owed(cared) == {"visit": (1, True), "meal": (1, True), "check-up": (12, False)}
    with clock.at(TEST_DAY + timedelta(days=31)):
        assert owed(cared) == {"visit": (1, True), "meal": (1, True), "check-up": (12, False)}
    with clock.at(TEST_DAY + timedelta(days=32)):
        assert owed(cared) == {"visit": (1, False), "meal": (1, False), "check-up": (12, False)}


def test_a_visit_that_was_not_made_is_no_service(village):
    cared = village.elder()
    village.visit("declined", cared=cared)
    assert owed(cared)["visit"] == (1, False)


def test_what_is_entered_is_a_service_of_the_rules_once_a_day_and_not_to_come(village):
    cared = village.elder()
    told = {"by": village.visitor, "service": "meal", "on": TODAY, "provider": "长者食堂"}
    deliver(cared, **told)
    for wrong in ({}, {"service": "visit"}, {"service": "moon"}, {"on": TODAY + timedelta(days=1)}):
        with pytest.raises(ValidationError):
            deliver(cared, **{**told, **wrong})
    with pytest.raises(PermissionDenied):
        deliver(cared, **{**told, "by": village.stranger})
    assert Delivery.objects.count() == 1


def test_the_page_counts_a_community_and_shows_who_lacks_what(client, village):
    """XZ-011: as a sentence — of two people alone, one received meals; both lack the check-up."""
    fed, unfed = village.elder("郑桂英"), village.elder("孙桂兰")
    deliver(fed, by=village.visitor, service="meal", on=TODAY, provider="长者食堂")
    client.force_login(village.head)
    page = client.get(reverse("care-services"))
    hungry = client.get(reverse("care-services"), {"missing": "meal"}).context["listing"].page.object_list

    assert page.context["tallies"] == [
        Tally("visit", "探访", 2, 0),
        Tally("meal", "助餐", 2, 1),
        Tally("check-up", "健康检查", 2, 0),
    ]
    assert [row["pk"] for row in hungry] == [unfed.pk]
    assert (page.context["people"], page.context["whole"]) == (2, 0)
    body = page.content.decode()
    assert ("郑桂英" in body, "郑*" in body) == (False, True)


def test_the_services_of_a_minor_are_not_told_by_the_list(client, village):
    """未成年人网络保护条例 36: they would tell his categories; his file does, once it was granted."""
    child = village.elder("郑小宝", **CHILD)
    client.force_login(village.visitor)
    (row,) = client.get(reverse("care-services")).context["listing"].page.object_list
    assert (row["child"], row["lines"], row["whole"]) == (True, (), False)
    before = client.get(reverse("care-person", args=[child.pk])).context["page"].services
    grant_access(ask_access(child, by=village.visitor, reason="安排探访"), by=village.head)
    after = client.get(reverse("care-person", args=[child.pk])).context["page"].services
    assert (before, [line.code for line in after]) == ((), ["visit", "relief", "schooling"])


def test_a_worker_enters_a_service_on_the_file(client, village):
    cared = village.elder()
    act = reverse("care-act", args=[cared.pk, "deliver"])
    client.force_login(village.visitor)
    told = {"service": "check-up", "on": TODAY.isoformat(), "provider": "卫生服务站"}
    assert client.post(act, {**told, "provider": ""}).status_code == 422
    assert client.post(act, told).status_code == 302
    assert owed(cared)["check-up"] == (12, True)


@pytest.mark.parametrize("count", [1, 3])
def test_services_query_count(client, village, count, django_assert_num_queries):
    for number in range(count):
        village.elder(f"郑{number}")
    client.force_login(village.head)
    client.get(reverse("care-services"))
    with django_assert_num_queries(8):
        client.get(reverse("care-services"))


def test_a_set_that_names_no_service_of_the_pack_is_refused():
    body = read_pack(PACK)[0].model_dump(mode="json")
    body["categories"][0]["minimum"] = {"moonwalk": 1}
    with pytest.raises(ValueError, match="moonwalk"):
        CarePack.model_validate(body)


def test_rules_installed_before_there_were_sets_owe_nothing():
    """A body kept by an older version is still read."""
    body = read_pack(PACK)[0].model_dump(mode="json")
    for name in ("services", "prompts", "households", "told"):
        del body[name]
    for line in body["categories"]:
        del line["minimum"]
    old = CarePack.model_validate(body)
    assert (old.minimum_of(["lives-alone"]), old.told.visited, old.households.months) == ({}, ("inbox",), 12)
    assert tallies([]) == []
