"""Corrections: one way for every register to be told what is wrong, answered by its keeper, put right at once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from linli.audit.models import Entry
from linli.kernel import clock
from linli.notices.models import Notice
from linli.registers.actions import merge_record
from linli.registers.changing import changeable, changeables
from linli.registers.correcting import answer_change, ask_change, to_answer
from linli.registers.declaring import registers
from linli.registers.models import ChangeRequest
from tests.factories.people import make_person, make_user, make_worker
from tests.factories.places import make_community
from tests.factories.registers import enter, install_pack, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules():
    install_pack("registers/standard.yaml")


def ask(row, *, by, column="name", proposed="朝霞合唱队"):
    return ask_change(changeable("organisations"), row, by=by, column=column, proposed=proposed)


def test_every_register_and_the_facilities_can_be_corrected():
    assert {kind.name for kind in changeables()} == {"facilities", *registers}


def test_XA_107_what_the_keeper_accepts_stands_in_the_register_at_once_with_who_and_why(
    place, reader, keeper
):
    row = make_organisation(place)
    asked = ask(row, by=reader)
    assert (asked.stated, list(to_answer(keeper)), list(to_answer(reader))) == ("晚霞合唱队", [asked], [])

    assert answer_change(asked, by=keeper, accepted=True) is True

    row.refresh_from_db()
    assert (row.name, row.changed_by, row.changed_why) == ("朝霞合唱队", keeper, "采纳更正：名称")
    assert list(to_answer(keeper)) == []
    acts = list(Entry.objects.filter(act__startswith="change.").order_by("pk").values_list("act", flat=True))
    assert acts == ["change.asked", "change.accepted"]


def test_the_keeper_may_write_it_more_properly_than_it_was_said(place, reader, keeper):
    row = make_organisation(place)

    answer_change(ask(row, by=reader), by=keeper, accepted=True, value="朝霞合唱团")

    row.refresh_from_db()
    assert row.name == "朝霞合唱团"


def test_both_are_told_the_keeper_at_the_nearest_place_alone(place, reader, keeper):
    make_worker(place.parent, "organisations.edit")
    asked = ask(make_organisation(place), by=reader)
    answer_change(asked, by=keeper, accepted=False, answer="已核对，名称无误")

    told = [(notice.to, notice.kind) for notice in Notice.objects.order_by("pk")]
    assert told == [(keeper.person, "change-asked"), (reader.person, "change-answered")]
    assert Notice.objects.last().context["answer"] == "已核对，名称无误"


def test_nobody_answers_his_own_a_second_time_without_a_reason_or_from_elsewhere(place, reader, keeper):
    row = make_organisation(place)
    asked = ask(row, by=reader)
    own = ask(row, by=keeper, column="kind", proposed="社区活动小组")
    elsewhere = make_worker(make_community(2), "organisations.edit")
    for user, one in ((reader, asked), (keeper, own), (elsewhere, asked)):
        with pytest.raises(PermissionDenied):
            answer_change(one, by=user, accepted=True)
    with pytest.raises(ValidationError, match="原因"):
        answer_change(asked, by=keeper, accepted=False)
    answer_change(asked, by=keeper, accepted=False, answer="无误")
    with pytest.raises(ValidationError, match="已经答复"):
        answer_change(asked, by=keeper, accepted=True)


@pytest.mark.parametrize(
    ("column", "proposed", "why"),
    [
        ("kind", "合唱", "应为"),
        ("founded_on", "去年夏天", "不是日期"),
        ("credit_code", "529901015000000154", "信用代码"),
        ("place", "990101001999", "没有登记"),
        ("colour", "红", "没有这一项"),
    ],
)
def test_what_can_never_stand_there_is_told_before_it_is_sent(place, reader, column, proposed, why):
    with pytest.raises(ValidationError, match=why):
        ask(make_organisation(place), by=reader, column=column, proposed=proposed)
    assert ChangeRequest.objects.count() == 0


def test_a_row_that_should_be_gone_is_archived_and_what_waits_for_an_archived_row_is_refused(
    place, reader, keeper
):
    row = make_organisation(place)
    name = ask(row, by=reader)
    answer_change(ask(row, by=reader, column="gone", proposed="去年解散了"), by=keeper, accepted=True)

    row.refresh_from_db()
    assert row.archived_on == clock.today()
    with pytest.raises(ValidationError, match="不采纳"):
        answer_change(name, by=keeper, accepted=True)
    name.refresh_from_db()
    assert name.decided_at is None  # nothing half done


def test_a_stranger_says_nothing_of_a_row_he_does_not_see_and_nobody_floods_a_row(place, reader):
    row = make_organisation(place)
    with pytest.raises(PermissionDenied):
        ask(row, by=make_user("过路人"))
    for _n in range(5):
        ask(row, by=reader)
    with pytest.raises(ValidationError, match="还在核实"):
        ask(row, by=reader)


def test_a_worker_corrects_his_own_record_though_the_register_is_closed_to_him(place):
    staff = make_person("赵工作者", home=place)
    row = enter(
        "workers", place=place, number="W1", name="赵社工", kind="full_time", track="other",
        started_on="2020-03-04", person=staff,
    )  # fmt: skip
    account = make_user("赵工作者")
    account.person = staff
    account.save()
    hr = make_worker(place.parent, "workforce.view", "workforce.edit")
    kind = changeable("workers")

    asked = ask_change(kind, row, by=account, column="started_on", proposed="2019年7月1日")
    answer_change(asked, by=hr, accepted=True)

    row.refresh_from_db()
    assert str(row.started_on) == "2019-07-01"
    with pytest.raises(PermissionDenied):
        ask_change(kind, row, by=make_user("同事"), column="started_on", proposed="2019-07-02")


def test_a_hidden_cell_is_not_copied_into_the_request(place, reader):
    row = make_organisation(place, contact_phone="0960-8123456")

    asked = ask(row, by=reader, column="contact_phone", proposed="0960-8000001")

    assert asked.stated == ""


def test_corrections_follow_a_merge_of_rows(place, reader, keeper):
    keep, twin = make_organisation(place), make_organisation(place, name="晚霞合唱团")
    asked = ask(twin, by=reader)

    merge_record(registers["organisations"], twin, into=keep, by=keeper)

    asked.refresh_from_db()
    assert asked.row == keep.pk
    answer_change(asked, by=keeper, accepted=True)
    keep.refresh_from_db()
    assert keep.name == "朝霞合唱队"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_corrections_asks_a_fixed_number_of_queries(
    place, reader, keeper, client, count, django_assert_max_num_queries
):
    for n in range(count):
        ask(make_organisation(place, name=f"第{n}队"), by=reader)
    client.force_login(keeper)
    client.get("/registers/changes/")
    with django_assert_max_num_queries(12):
        page = client.get("/registers/changes/").content.decode()
    assert page.count("朝霞合唱队") == count


def test_the_pages_ask_and_answer(place, reader, keeper, client):
    row = make_organisation(place)
    client.force_login(reader)
    assert (
        f"/registers/organisations/{row.pk}/wrong/"
        in client.get(f"/registers/organisations/{row.pk}/").content.decode()
    )
    refused = client.post(f"/registers/organisations/{row.pk}/wrong/", {"column": "kind", "proposed": "合唱"})
    sent = client.post(
        f"/registers/organisations/{row.pk}/wrong/", {"column": "name", "proposed": "朝霞合唱队"}
    )
    asked = ChangeRequest.objects.get()
    assert (refused.status_code, sent.status_code, client.get("/registers/changes/").status_code) == (
        422,
        302,
        403,
    )
    client.force_login(keeper)
    without_reason = client.post(f"/registers/changes/{asked.pk}/", {"accepted": "no"})
    answered = client.post(
        f"/registers/changes/{asked.pk}/", {"accepted": "yes", "value": "朝霞合唱队", "answer": ""}
    )
    again = client.get(f"/registers/changes/{asked.pk}/")
    assert (without_reason.status_code, answered.status_code, again.status_code) == (422, 302, 404)
    row.refresh_from_db()
    assert row.name == "朝霞合唱队"
    client.force_login(reader)
    assert "已采纳" in client.get("/registers/changes/mine/").content.decode()


def test_enough_rows_of_other_registers_answer_too(place):
    """A register chosen by no test of ours: the mechanism knows none by name."""
    keeper = make_worker(place, "organisations.view", "organisations.edit")
    row = enter("resident-units", place=place, name="惠民超市", kind="shop")
    asked = ask_change(
        changeable("resident-units"), row, by=make_worker(place, "organisations.view"), column="name",
        proposed="惠民便利店",
    )  # fmt: skip

    assert answer_change(asked, by=keeper, accepted=True) is True
