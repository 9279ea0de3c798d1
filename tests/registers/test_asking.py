"""What is asked for in registers by those who do not keep them: answered once, by another, as an ordinary row."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from linli.audit.models import Entry
from linli.notices.models import Notice
from linli.organisations.models import IncentiveGrant, InvestmentInterest, LinkagePart, MassDelivery
from linli.registers.asking import accept, ask_row, asked_of, refuse, to_answer, withdraw
from linli.registers.declaring import registers
from linli.registers.models import Proposal
from tests.factories.people import make_person, make_user, make_worker
from tests.factories.places import make_community
from tests.factories.registers import enter, install_pack, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules():
    install_pack("registers/standard.yaml")
    install_pack("workforce/standard.yaml")


@pytest.fixture
def place():
    return make_community(1)


@pytest.fixture
def county(place):
    return place.parent.parent


@pytest.fixture
def keeper(county):
    return make_worker(county, "organisations.view", "organisations.edit", "registers.keep")


@pytest.fixture
def firm():
    return make_user("王经理")


@pytest.fixture
def incentive(county):
    return enter(
        "incentives", place=county, title="运营补贴", kind="running", basis="办法", standard="每年三万元",
        since="2026-01-01",
    )  # fmt: skip


def ask(incentive, firm, applicant="东岸物业"):
    return ask_row(asked_of["incentive-grants"], by=firm, incentive=incentive, applicant=applicant)


def test_XZ_080_a_firm_applies_itself_and_the_keeper_makes_it_a_row_of_the_register(
    incentive, firm, keeper, client
):
    client.force_login(firm)
    listed = client.get("/registers/asks/of/incentive-grants/").content.decode()
    sent = client.post(
        f"/registers/asks/of/incentive-grants/{incentive.pk}/",
        {"applicant": "东岸物业", "organisation": "", "note": "为老人送餐三年"},
    )
    asked = Proposal.objects.get()
    assert ("运营补贴" in listed, sent["Location"], list(to_answer(keeper))) == (
        True, "/registers/asks/mine/", [asked],
    )  # fmt: skip

    client.force_login(keeper)
    page = client.get(f"/registers/asks/waiting/{asked.pk}/").content.decode()
    done = client.post(
        f"/registers/asks/waiting/{asked.pk}/",
        {"incentive": f"#{incentive.pk}", "applicant": "东岸物业", "applied_on": "2026-03-04"},
    )

    row = IncentiveGrant.objects.get()
    assert ("为老人送餐三年" in page, done["Location"]) == (True, f"/registers/incentive-grants/{row.pk}/")
    assert (row.applicant, row.applied_on, row.note, row.changed_by) == (
        "东岸物业", date(2026, 3, 4), "为老人送餐三年", keeper,
    )  # fmt: skip
    client.force_login(firm)
    assert "已同意" in client.get("/registers/asks/mine/").content.decode()
    told = list(Notice.objects.order_by("pk").values_list("to", "kind"))
    assert told == [(keeper.person_id, "proposal-asked"), (firm.person_id, "proposal-answered")]
    acts = list(
        Entry.objects.filter(act__startswith="proposal.").order_by("pk").values_list("act", flat=True)
    )
    assert acts == ["proposal.asked", "proposal.accepted"]


def test_ZJ_006_an_investor_says_his_interest_in_what_is_wished_for(place, firm):
    keeper = make_worker(place, "organisations.view", "organisations.edit")
    wish = enter(
        "investment-wishes", place=place, field="childcare", title="托育点", published_on="2026-01-01"
    )
    asked = ask_row(
        asked_of["investment-interests"],
        by=firm,
        wish=wish,
        investor="国资幼教",
        price_promise="",
        remark="可办",
    )
    accept(asked, by=keeper, wish=wish, investor="国资幼教", said_on=date(2026, 3, 4), remark="可办")
    row = InvestmentInterest.objects.get()
    assert (row.investor, row.state, row.said_on) == ("国资幼教", "said", date(2026, 3, 4))

    enter(
        "investment-wishes",
        place=place,
        field="elder",
        title="撤下的",
        published_on="2026-01-01",
        closed_on="2026-02-01",
    )
    assert [str(one) for one in asked_of["investment-interests"].opened(firm)] == [str(wish)]


def test_XA_100_a_community_asks_for_a_mass_service_that_reaches_it_and_for_itself_alone(
    place, county, keeper
):
    offer = enter("mass-offers", place=county, body="women", title="家庭讲座", capacity=1, since="2026-01-01")
    worker, asked = make_worker(place, "organisations.edit"), asked_of["mass-deliveries"]
    far = make_worker(make_community(9, street="990102001000"), "organisations.edit")
    assert (list(asked.opened(worker)), list(asked.opened(far)), asked.is_for(make_user())) == (
        [offer],
        [],
        False,
    )
    made = ask_row(asked, by=worker, offer=offer, served=place)
    accept(made, by=keeper, offer=offer, served=place, asked_on=date(2026, 3, 4))
    assert MassDelivery.objects.get().served == place


def test_XA_101_a_partner_answers_a_need_on_the_board_himself(place, firm):
    need = enter("linkage-needs", place=place, title="被褥清洗", theme="elder", posted_on="2026-01-05")
    asked = ask_row(
        asked_of["linkage-parts"],
        by=firm,
        need=need,
        party="charity",
        name="东岸物业",
        organisation=None,
        offers="两千元",
    )
    keeper = make_worker(place, "organisations.view", "organisations.edit")
    given = {
        "need": need,
        "party": "charity",
        "name": "东岸物业",
        "offered_on": date(2026, 3, 4),
        "offers": "两千元",
    }
    accept(asked, by=keeper, **given)
    assert LinkagePart.objects.get().offers == "两千元"


def test_XA_118_an_organisation_applies_for_incubation_itself(place, firm):
    hub = enter(
        "support-hubs", place=place.parent, name="孵化园", kind="base", seats=3, opened_on="2025-01-01"
    )
    body = make_organisation(place, kind="enterprise", standing="neither")
    made = ask_row(asked_of["incubations"], by=firm, hub=hub, organisation=body, theme="elder")
    keeper = make_worker(place.parent, "organisations.edit")
    row = accept(
        made,
        by=keeper,
        hub=hub,
        organisation=body,
        theme="elder",
        cohort="2026春",
        applied_on=date(2026, 3, 4),
    )
    assert (row.organisation, row.cohort) == (body, "2026春")


def test_XA_016_a_property_firm_applies_for_red_property_on_the_page(place, firm, client):
    body = enter("property-firms", place=place, name="东岸物业", credit_code="529901015000000153")
    client.force_login(firm)
    sent = client.post(
        "/registers/asks/of/designations/0/", {"place": place.code, "firm": "东岸物业", "note": ""}
    )
    asked = Proposal.objects.get()
    assert (sent.status_code, asked.place, asked.cells["programme"], asked.cells["firm"]) == (
        302, place, "red-property", body.pk,
    )  # fmt: skip


def test_ZJ_023_a_childcare_site_files_itself(place, firm, client):
    from tests.factories.facilities import make_facility

    site = make_facility(place, kind="creche")
    client.force_login(firm)
    sent = client.post(
        "/registers/asks/of/childcare-sites/0/",
        {"facility": site.code, "type": "centre", "operator_name": "小树托育", "approved_places": "30",
         "price_yuan": "1800", "inclusive": "on", "note": ""},
    )  # fmt: skip
    asked = Proposal.objects.get()
    assert (sent.status_code, asked.place, asked.cells["approved_places"]) == (302, place, 30)


def test_XA_133_a_worker_claims_the_allowance_of_his_own_certificate_alone(place, client):
    user = make_user("赵社工")
    own, other = (
        enter("workers", place=place, number=number, name=name, person=person, kind="full_time", track="other",
              started_on="2020-03-04")
        for number, name, person in (("W1", "赵社工", user.person), ("W2", "钱社工", make_person("钱社工")))
    )  # fmt: skip
    good, his = (
        enter("certificates", worker=one, level="assistant", issued_on="2025-01-01") for one in (own, other)
    )
    ended = enter(
        "certificates", worker=own, level="senior", issued_on="2020-01-01", valid_until="2023-01-01"
    )
    asked, officer = (
        asked_of["certificate-allowances"],
        make_worker(place, "workforce.view", "workforce.edit"),
    )
    assert list(asked.opened(user)) == [good]
    for wrong in (his, ended):
        with pytest.raises(ValidationError, match="现在不接受"):
            ask_row(asked, by=user, certificate=wrong)
    row = accept(
        ask_row(asked, by=user, certificate=good), by=officer, certificate=good, since=date(2026, 3, 4)
    )
    assert (row.month_yuan, row.state) == (200, "claimed")  # by the rules, and another officer approves
    assert list(asked.opened(user)) == []


def test_PD_034_a_resident_books_an_adviser(place, client):
    adviser = enter(
        "assignments", place=place, kind="elder", name="李顾问", duty_hours="周二上午", since="2025-01-01"
    )
    enter("assignments", place=place, kind="legal", name="不是顾问", since="2025-01-01")
    client.force_login(make_user("居民甲"))
    listed = client.get("/registers/asks/of/consultations/").content.decode()
    client.post(
        f"/registers/asks/of/consultations/{adviser.pk}/", {"subject": "日间照料怎么申请", "note": ""}
    )
    asked = Proposal.objects.get()
    keeper = make_worker(place, "duties.view", "duties.edit")
    row = accept(
        asked,
        by=keeper,
        adviser=adviser,
        number="1",
        subject="日间照料怎么申请",
        asked_on=date(2026, 3, 4),
        way="booked",
    )
    assert ("周二上午" in listed, "李顾问" in listed, "不是顾问" in listed) == (True, False, False)
    assert (row.adviser, row.way, asked.cells["way"]) == (adviser, "booked", "booked")


def test_a_refusal_says_why_and_is_told_and_nothing_is_answered_twice(incentive, firm, keeper):
    asked = ask(incentive, firm)
    with pytest.raises(ValidationError, match="说明原因"):
        refuse(asked, by=keeper, answer=" ")
    refuse(asked, by=keeper, answer="资金已用完")
    with pytest.raises(ValidationError, match="已经答复过"):
        accept(asked, by=keeper, incentive=incentive, applicant="东岸物业", applied_on=date(2026, 3, 4))
    asked.refresh_from_db()
    assert (asked.accepted, asked.answer, IncentiveGrant.objects.count()) == (False, "资金已用完", 0)


def test_nobody_answers_his_own_nor_elsewhere_and_a_row_that_is_refused_leaves_the_proposal_waiting(
    incentive, firm, keeper
):
    own = ask(incentive, keeper)
    elsewhere = make_worker(make_community(9, street="990102001000"), "organisations.edit")
    for somebody in (keeper, elsewhere):
        with pytest.raises(PermissionDenied):
            accept(own, by=somebody, incentive=incentive, applicant="甲", applied_on=date(2026, 3, 4))
    asked = ask(incentive, firm)
    with pytest.raises(ValidationError):
        accept(asked, by=keeper, incentive=incentive, applicant="甲", applied_on=date(2020, 1, 1))
    asked.refresh_from_db()
    assert (asked.decided_at, IncentiveGrant.objects.count()) == (None, 0)


def test_the_same_twice_and_more_than_the_rules_allow_are_refused_and_a_withdrawn_one_makes_room(
    incentive, firm
):
    first = ask(incentive, firm)
    with pytest.raises(ValidationError, match="同样的申报"):
        ask(incentive, firm)
    for number in range(4):
        ask(incentive, firm, f"公司{number}")
    with pytest.raises(ValidationError, match="还在办理"):
        ask(incentive, firm, "又一家")
    withdraw(first, by=firm)
    ask(incentive, firm, "又一家")
    with pytest.raises(PermissionDenied):
        withdraw(Proposal.objects.last(), by=make_user())
    assert Proposal.objects.filter(decided_at=None).count() == 5


@pytest.mark.parametrize("sent", [{}, {"applicant": "x" * 121}, {"applicant": "a\u202eb"}])
def test_bad_input_is_told_and_nothing_is_stored(incentive, firm, client, sent):
    client.force_login(firm)
    answer = client.post(f"/registers/asks/of/incentive-grants/{incentive.pk}/", {"note": "", **sent})
    assert (answer.status_code, Proposal.objects.count()) == (422, 0)


def test_what_is_not_open_is_not_there(incentive, firm, client):
    client.force_login(firm)
    ends = registers["incentives"].model.objects
    ends.update(until=date(2026, 2, 1))
    gone = [client.get(f"/registers/asks/of/{path}/").status_code for path in (
        f"incentive-grants/{incentive.pk}", "workers", "mass-deliveries",
    )]  # fmt: skip
    assert gone == [404, 404, 404]


def test_who_merged_two_communities_finds_what_was_asked_at_the_one_that_stays(place, firm):
    from linli.registers.following import move_rows

    wish = enter(
        "investment-wishes", place=place, field="childcare", title="托育点", published_on="2026-01-01"
    )
    asked = ask_row(
        asked_of["investment-interests"], by=firm, wish=wish, investor="甲", price_promise="", remark=""
    )
    stays = make_community(2)
    move_rows(place, stays, by=None, on=date(2026, 3, 4), why="合并")
    asked.refresh_from_db()
    assert asked.place == stays


@pytest.mark.parametrize("count", [1, 4])
def test_the_page_of_what_waits_asks_a_fixed_number_of_queries(
    incentive, firm, keeper, client, count, django_assert_num_queries
):
    for number in range(count):
        ask(incentive, firm, f"公司{number}")
    client.force_login(keeper)
    client.get("/registers/asks/waiting/")
    with django_assert_num_queries(6):
        client.get("/registers/asks/waiting/")
