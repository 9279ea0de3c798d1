"""What many do together: the five partners, mass organisations, campaigns, pairings, investors, posts."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from linli.registers.actions import change_record
from linli.registers.declaring import registers
from tests.factories.places import make_community
from tests.factories.registers import enter, make_organisation

pytestmark = pytest.mark.django_db


def test_XA_101_a_need_on_the_board_is_answered_by_the_five_partners_and_becomes_a_joint_project(
    community, page
):
    need = enter(
        "linkage-needs",
        place=community,
        title="被褥清洗",
        theme="elder",
        people_count=20,
        posted_on=date(2026, 1, 5),
    )
    said = {"need": need, "offered_on": date(2026, 1, 6)}
    team = enter("linkage-parts", party="volunteer", name="志愿队", offers="六人", **said)
    fund = enter("linkage-parts", party="charity", name="慈善基金", offers="两千元", **said)
    parts, needs = registers["linkage-parts"], registers["linkage-needs"]
    with pytest.raises(ValidationError, match="确认参加之后"):
        change_record(parts, team, by=None, hours=24)
    change_record(parts, team, by=None, agreed_on=date(2026, 1, 8), hours=24)
    with pytest.raises(ValidationError, match="至少两类主体"):
        change_record(needs, need, by=None, formed_on=date(2026, 1, 9))
    change_record(parts, fund, by=None, agreed_on=date(2026, 1, 8), amount_yuan=2000)
    need = change_record(
        needs, need, by=None, formed_on=date(2026, 1, 9), done_on=date(2026, 2, 1), outcome="20 户"
    )

    shown = page(f"/registers/linkage-needs/{need.pk}/")
    assert ("志愿队" in shown, "慈善基金" in shown) == (True, True)
    assert ("投入时长（小时）合计 24" in shown, "投入资金或物资（元）合计 2,000" in shown) == (True, True)


def test_XA_100_mass_organisations_offer_communities_ask_and_no_more_is_promised_than_there_is(
    community, page
):
    county = community.parent.parent
    offer = enter(
        "mass-offers", place=county, body="women", title="家庭教育讲座", capacity=1, since="2026-01-01"
    )
    asked = enter("mass-deliveries", offer=offer, served=community, asked_on="2026-01-10")
    with pytest.raises(ValidationError, match="1 次已经约满"):
        enter("mass-deliveries", offer=offer, served=make_community(2), asked_on="2026-01-11")
    with pytest.raises(ValidationError, match="服务范围"):
        enter("mass-deliveries", offer=offer, served=county.parent, asked_on="2026-01-11")
    change_record(
        registers["mass-deliveries"],
        asked,
        by=None,
        delivered_on=date(2026, 1, 20),
        people_count=30,
        outcome="两小时",
    )

    assert "参加人数合计 30" in page(f"/registers/mass-offers/{offer.pk}/")


def test_XA_134_a_campaign_gathers_what_many_organisations_did_with_its_totals(community, page):
    county = community.parent.parent
    winter = enter("campaigns", place=county, series="neighbours", title="暖冬行动", since=date(2026, 1, 1))
    for name, count in (("合唱队", 30), ("助老社", 12)):
        enter(
            "campaign-activities",
            campaign=winter,
            organisation=make_organisation(community, name=name),
            title="包饺子",
            held_on=date(2026, 1, 20),
            served=community,
            people_count=count,
            shown="照片十张",
        )
    with pytest.raises(ValidationError, match="起止日期"):
        enter(
            "campaign-activities",
            campaign=winter,
            organisation=make_organisation(community, name="甲"),
            title="早了",
            held_on=date(2025, 12, 1),
            served=community,
            people_count=1,
        )

    shown = page(f"/registers/campaigns/{winter.pk}/")
    assert ("合唱队" in shown, "助老社" in shown, "参加人数合计 42" in shown) == (True, True, True)
    assert "暖冬行动" in page("/registers/campaigns/?series=neighbours")


def test_PD_022_a_strong_provider_stands_by_a_weak_area_by_agreement_with_visits_and_staff(community, page):
    pair = enter(
        "pairings",
        place=community,
        partner="城区养老中心",
        kind="support",
        theme="elder",
        agreement="每月派人",
        since=date(2025, 6, 1),
        until=date(2026, 6, 1),
    )
    said = {"pairing": pair, "days": 2, "people_count": 3, "outcome": "教会助浴"}
    enter("pairing-visits", kind="visit", began_on=date(2025, 8, 1), **said)
    enter("pairing-visits", kind="staff", began_on=date(2026, 1, 5), **said)
    with pytest.raises(ValidationError, match="协议期"):
        enter("pairing-visits", kind="visit", began_on=date(2026, 7, 1), **said)

    shown = page(f"/registers/pairings/{pair.pk}/")
    assert ("人员交流" in shown, "派出人数合计 6" in shown) == (True, True)
    assert "2026-06-01 到期" in page("/registers/pairings/?due=soon")


def test_ZJ_006_a_wish_for_a_service_finds_an_investor_who_promises_an_inclusive_price(community, page):
    wish = enter(
        "investment-wishes",
        place=community,
        field="childcare",
        title="普惠托育点",
        published_on=date(2026, 1, 1),
    )
    asked = enter("investment-interests", wish=wish, investor="国资集团", said_on=date(2026, 1, 10))
    register = registers["investment-interests"]
    with pytest.raises(ValidationError, match="普惠价格承诺"):
        change_record(register, asked, by=None, state="agreed", agreed_on=date(2026, 2, 1))
    agreed = {"state": "agreed", "agreed_on": date(2026, 2, 1), "price_promise": "每月不超过 1800 元"}
    asked = change_record(register, asked, by=None, **agreed)
    with pytest.raises(ValidationError, match="开办日期"):
        change_record(register, asked, by=None, state="open")
    change_record(register, asked, by=None, state="open", opened_on=date(2026, 3, 1))

    assert "国资集团" in page(f"/registers/investment-wishes/{wish.pk}/")
    assert "普惠托育点" in page("/registers/investment-wishes/?field=childcare")


def test_XZ_025_posts_of_service_are_taken_as_numbers_and_a_year_of_service_adds_up(community, page):
    post = enter(
        "service-posts",
        place=community,
        title="劝导岗",
        duty="劝导纠纷",
        wanted=4,
        taken=3,
        since="2026-01-01",
    )
    with pytest.raises(ValidationError, match="认岗人数"):
        change_record(registers["service-posts"], post, by=None, taken=5)
    for month, times in (("2026-01-01", 3), ("2026-02-01", 5)):
        enter("service-post-months", post=post, month_on=month, times=times, hours=times)
    with pytest.raises(ValidationError, match="1 日"):
        enter("service-post-months", post=post, month_on="2026-03-05", times=1, hours=1)

    assert "服务次数合计 8" in page(f"/registers/service-posts/{post.pk}/")
