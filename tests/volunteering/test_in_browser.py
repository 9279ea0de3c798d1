"""The whole story in Chromium at phone width, and the pages at every width and look."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse

from linli.volunteering.actions.banking import donate
from linli.volunteering.actions.clients import name_key_client
from linli.volunteering.actions.installing import install
from linli.volunteering.actions.joining import join
from linli.volunteering.actions.recording import report_hours
from linli.volunteering.actions.registering import found_team, open_station
from linli.volunteering.models import Attendance, Certificate, Help, Team
from linli.volunteering.paper import check_address
from tests.browser import WIDTHS
from tests.factories.people import make_worker

from .test_banking import shop
from .village import Village, balance, moment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The live server reads the clock of the machine: what is asked for lies far ahead, what was served behind it.
AHEAD, BEHIND = "2035-01-05T09:00", "2026-03-03T09:00"


def check(site, picture):
    site.assert_accessible()
    site.assert_no_sideways_scroll()
    site.picture(f"volunteering-{picture}")


def test_an_elder_asks_by_phone_a_student_serves_both_confirm_and_the_certificate_is_checked(site):
    """XA-127: an 80-year-old asks for a haircut by phone; coins move; the QR code of the certificate is checked."""
    village = Village()
    village.fill_pool(600)

    site.sign_in(village.coordinator)
    page = site.open(reverse("help-enter"), width=820)
    check(site, "enter-820")
    page.get_by_label("姓名").fill("钱奶奶")
    page.get_by_label("电话", exact=True).first.check()
    page.get_by_label("上门理发").check()
    page.get_by_label("什么时候方便？").fill(AHEAD)
    page.get_by_role("button", name="登记").click()
    page.get_by_role("link", name="推荐志愿者").click()
    page.get_by_label("孙同学").check()
    check(site, "offer-820")
    page.get_by_role("button", name="推荐志愿者").click()
    page.get_by_text("待接单").first.wait_for()
    order = reverse("case-detail", args=[Help.objects.get().case.number])

    site.sign_in(village.student)
    page = site.open(order, width=390)
    check(site, "case-390")
    page.get_by_role("button", name="接单").click()
    page.get_by_role("link", name="服务完成").click()
    page.get_by_label("什么时候开始的").fill(BEHIND)
    page.get_by_label("做了多少分钟").fill("45")
    page.get_by_role("button", name="服务完成").click()
    page.get_by_text("待确认").first.wait_for()
    assert balance(village.purse(village.student)) == 0

    site.sign_in(village.elder)
    page = site.open(order, width=390, elder=True)
    check(site, "confirm-390-elder")
    page.get_by_role("link", name="确认服务").click()
    page.get_by_role("button", name="确认服务").click()
    page.get_by_text("待评价").first.wait_for()
    assert balance(village.purse(village.student)) == 45

    site.sign_in(village.student)
    page = site.open(reverse("volunteering-me"), width=390)
    check(site, "me-390")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载服务记录证明").click()
    made = Certificate.objects.get()
    assert download.value.suggested_filename == f"{made.number}.pdf"
    page.context.clear_cookies()
    page = site.open(check_address(made).removeprefix(settings.PUBLIC_URL), width=390)
    page.get_by_text("证明属实").wait_for()
    check(site, "certificate-390")
    site.open(check_address(made).removeprefix(settings.PUBLIC_URL).replace("m=45", "m=450"), width=390)
    page.get_by_text("对不上").wait_for()


def furnish(village):
    """A village with something on every page."""
    village.fill_pool(600)
    shift = village.activity(begin=moment(6).replace(year=2035), risk="夜间行走注意车辆").shifts.get()
    village.activity(begin=moment(7).replace(year=2035), title="手机课堂", elder_friendly=True)
    join(shift, volunteers=[village.student.person.volunteer], by=village.student, risk_accepted=True)
    report_hours(
        village.student.person.volunteer, begin=moment(3), end=moment(3, 10), service="company",
        content="陪李爷爷聊天", place=village.place, evidence="李爷爷", by=village.student,
    )  # fmt: skip
    village.purse(village.student, 180)
    shop(village, stock=5)
    found_team(
        name="邻里互助队", place=village.place, by=village.coordinator,
        leader=village.student.person.volunteer, speciality="理发、陪聊",
    )  # fmt: skip
    open_station(
        name="志愿服务站",
        label="新时代文明实践站",
        place=village.place,
        hours="每天 9:00–17:00",
        by=village.coordinator,
    )
    return shift


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_residents_are_usable(site, width):
    village = Village()
    shift = furnish(village)
    site.open(reverse("volunteering-near"), width=width)
    check(site, f"near-anonymous-{width}")
    for name in ("teams", "help-ask", "pool", "awards", "certificate-check"):
        site.open(reverse(name), width=width)
        check(site, f"{name}-anonymous-{width}")
    site.sign_in(village.student)
    pages = (
        "volunteering-near",
        "volunteering-me",
        "coins",
        "help-ask",
        "help-offers",
        "volunteering-profile",
        "volunteering-report",
        "ledger-statement",
        "my-pairs",
    )
    for name in pages:
        site.open(reverse(name), width=width)
        check(site, f"{name}-{width}")
    site.open(reverse("team-detail", args=[Team.objects.get().number]), width=width)
    check(site, f"team-{width}")
    site.open(reverse("activity-detail", args=[shift.activity.number]), width=width)
    check(site, f"activity-{width}")


@pytest.mark.parametrize("look", [{"elder": True}, {"theme": "dark"}, {"language": "en"}], ids=str)
def test_the_pages_of_residents_are_usable_in_every_look(site, look):
    village = Village()
    furnish(village)
    site.sign_in(village.student)
    for name in ("volunteering-near", "volunteering-me", "coins", "help-ask", "teams", "ledger-statement"):
        site.open(reverse(name), width=390, **look)
        check(site, f"{name}-390-{'-'.join(map(str, look))}")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_coordinators_planners_and_banks_are_usable(site, width):
    village = Village()
    shift = furnish(village)
    pages = (
        "volunteering-desk", "activity-new", "help-enter", "team-new", "volunteer-window", "bank-counter",
        "record-corrections", "pair-desk", "roster",
    )  # fmt: skip
    site.sign_in(village.coordinator)
    for name in pages:
        site.open(reverse(name), width=width)
        check(site, f"{name}-{width}")
    site.open(reverse("shift-list", args=[shift.pk]), width=width)
    check(site, f"shift-{width}")
    site.open(reverse("bank-person", args=[village.student.person_id]), width=width)
    check(site, f"counter-{width}")
    site.open(reverse("roster-person", args=[village.student.person.volunteer.number]), width=width)
    check(site, f"roster-person-{width}")
    site.open(reverse("team-detail", args=[Team.objects.get().number]), width=width)
    check(site, f"team-desk-{width}")
    name_key_client(village.student.person, reason="失能", place=village.place, by=village.cashier)
    donate(key=uuid4(), giver=village.student.person, minutes=30, by=village.coordinator)
    site.sign_in(village.checker)
    for name in ("bank-desk", "shop-catalogue", "key-clients"):
        site.open(reverse(name), width=width)
        check(site, f"{name}-{width}")
    site.sign_in(make_worker(village.county, "volunteering.award", "volunteering.organise"))
    site.open(reverse("award-desk"), width=width)
    check(site, f"award-desk-{width}")
    site.sign_in(make_worker(village.county, "volunteering.plan", "portal.view_cockpit"))
    site.open(reverse("volunteering-plan"), width=width)
    check(site, f"plan-{width}")


def test_a_phone_registers_and_joins_with_one_tap_each(site):
    """XA-124: 一键注册、一键参与."""
    village = Village()
    user = village.resident("小周")
    village.activity(begin=moment(6).replace(year=2035))
    site.sign_in(user)

    page = site.open(reverse("volunteering-me"), width=390)
    check(site, "register-390")
    page.get_by_role("button", name="一键注册").click()
    page.get_by_role("link", name="找活动").click()
    page.get_by_role("link", name="社区清洁日").first.click()
    page.get_by_role("button", name="一键报名").click()
    page.get_by_text("报名成功").wait_for()


def test_somebody_at_the_window_gives_coins_to_her_daughter_and_a_second_person_looks(site):
    """L2: the counter serves who has no phone; a double click gives once; another person looks at the entry."""
    village = Village()
    mother, daughter = village.resident("周母亲"), village.resident("周女儿")
    purse = village.purse(mother, 180)
    village.family(mother, daughter)

    site.sign_in(village.coordinator)
    page = site.open(reverse("bank-counter"), width=820)
    page.get_by_label("姓名").fill("周母亲")
    page.get_by_role("button", name="找到他").click()
    page.get_by_label("周女儿").first.check()
    page.get_by_label("多少个时间币").fill("1")
    page.get_by_role("button", name="转出").dblclick()
    page.get_by_text("已转出").first.wait_for()
    assert (balance(purse), balance(village.purse(daughter))) == (120, 60)

    site.sign_in(village.checker)
    page = site.open(reverse("bank-desk"), width=820)
    page.get_by_label("怎么核实的").first.fill("电话回访")
    page.get_by_role("button", name="属实", exact=True).click()
    page.get_by_text("已复看，属实。").first.wait_for()


def test_an_elder_asks_for_company_in_the_elder_look_on_a_phone(site):
    """长辈版: three questions on one screen, the pool pays, and the order shows its number."""
    village = Village()
    village.fill_pool(600)
    site.sign_in(village.elder)
    page = site.open(reverse("help-ask"), width=390, elder=True)
    page.get_by_text("由社区公共池支付").first.wait_for()
    page.get_by_label("陪伴聊天").check()
    page.get_by_label("什么时候方便？").fill(AHEAD)
    check(site, "ask-390-elder")
    page.get_by_role("button", name="请人帮忙").dblclick()
    page.get_by_text("BZ-").first.wait_for()
    check(site, "asked-390-elder")

    assert Help.objects.count() == 1


def test_ticks_made_without_the_network_wait_on_the_device_and_arrive_once(site):
    """XA-125: the coordinator ticks in a cellar without signal; back in the network the list arrives once."""
    village = Village()
    shift = village.shift()
    other = village.volunteer("吴志愿")
    for user in (village.student, other):
        join(shift, volunteers=[user.person.volunteer], by=user)
    path = reverse("shift-list", args=[shift.pk])

    site.sign_in(village.coordinator)
    page = site.open(path, width=390)
    page.context.set_offline(True)
    page.get_by_label("孙同学").check()
    page.get_by_text("现在没有网络").wait_for()
    page.goto("about:blank")  # the telephone was put away before anything was pressed
    page.context.set_offline(False)
    page = site.open(path, width=390)
    page.get_by_text("已恢复您上次没有提交的内容").wait_for()
    assert (page.get_by_label("孙同学").is_checked(), page.get_by_label("吴志愿").is_checked()) == (
        True,
        False,
    )

    page.context.set_offline(True)
    page.get_by_role("button", name="登记到场").dblclick()
    page.get_by_text("登记到场：已存在这台设备上").wait_for()
    check(site, "shift-offline-390")
    assert Attendance.objects.count() == 0
    page.context.set_offline(False)  # the page is still open: it sends by itself
    page.get_by_text("已登记 1 人到场").wait_for()
    check(site, "shift-sent-390")

    page = site.open(path, width=390)
    assert page.get_by_label("孙同学").is_disabled()
    assert page.locator("[data-draft-note]").inner_text() == ""
    assert [record.volunteer for record in Attendance.objects.all()] == [village.student.person.volunteer]


def test_a_press_without_the_network_is_sent_from_the_next_page_whatever_it_is(site):
    """XA-125: pressed in a cellar, the telephone put away, another page opened at home: sent once, nothing is lost."""
    village = Village()
    shift = village.shift()
    join(shift, volunteers=[village.student.person.volunteer], by=village.student)

    site.sign_in(village.coordinator)
    page = site.open(reverse("shift-list", args=[shift.pk]), width=390)
    page.get_by_label("孙同学").check()
    page.context.set_offline(True)
    page.get_by_role("button", name="登记到场").click()
    page.get_by_text("登记到场：已存在这台设备上").wait_for()
    page.goto("about:blank")
    page.context.set_offline(False)
    page = site.open(reverse("volunteering-desk"), width=390)
    page.get_by_text("登记到场：离线写的内容已提交").wait_for()
    check(site, "later-sent-390")
    site.open(reverse("volunteering-desk"), width=390)

    assert [record.volunteer for record in Attendance.objects.all()] == [village.student.person.volunteer]


def test_help_asked_for_without_the_network_waits_on_the_device_and_is_asked_for_once(site):
    """长辈版 and no signal: what was filled in is kept, sent by itself, and the order is shown."""
    village = Village()
    village.fill_pool(600)
    site.sign_in(village.elder)
    page = site.open(reverse("help-ask"), width=390, elder=True)
    page.get_by_label("陪伴聊天").check()
    page.get_by_label("什么时候方便？").fill(AHEAD)
    page.context.set_offline(True)
    page.get_by_role("button", name="请人帮忙").click()
    page.get_by_text("请人帮忙：已存在这台设备上").wait_for()
    check(site, "ask-offline-390-elder")
    assert Help.objects.count() == 0
    page.context.set_offline(False)
    page.get_by_text("离线写的内容已提交").wait_for()
    check(site, "ask-sent-390-elder")

    assert [order.service for order in Help.objects.all()] == ["company"]


def test_help_asked_for_before_the_page_can_keep_it_stays_as_it_is_filled_and_says_so(site):
    """The network went before the key of the account came: nothing is promised, nothing typed is lost."""
    village = Village()
    village.fill_pool(600)
    site.sign_in(village.elder)
    site.page.route("**/device-key/", lambda route: route.abort())
    page = site.open(reverse("help-ask"), width=390, elder=True)
    page.get_by_label("陪伴聊天").check()
    page.get_by_label("什么时候方便？").fill(AHEAD)
    page.context.set_offline(True)
    page.get_by_role("button", name="请人帮忙").click()
    page.get_by_text("没有发送").wait_for()
    check(site, "ask-unkept-390-elder")
    page.context.set_offline(False)
    page.get_by_role("button", name="请人帮忙").click()
    page.get_by_text("BZ-").first.wait_for()

    assert [order.service for order in Help.objects.all()] == ["company"]


def test_hours_reported_without_the_network_are_sent_from_the_next_page(site):
    village = Village()
    limits = village.charter.limits.model_copy(
        update={"report_days": 3660}
    )  # the clock of the machine runs on
    install(village.charter.model_copy(update={"limits": limits}))
    site.sign_in(village.student)
    page = site.open(reverse("volunteering-report"), width=390)
    page.get_by_label("做了什么服务").select_option("company")
    page.get_by_label("开始时间").fill(BEHIND)
    page.get_by_label("结束时间").fill(BEHIND.replace("09:00", "10:00"))
    page.get_by_label("说明").fill("陪李爷爷聊天")
    page.get_by_label("佐证").fill("李爷爷")
    page.context.set_offline(True)
    page.get_by_role("button", name="提交申报").click()
    page.get_by_text("申报服务时长：已存在这台设备上").wait_for()
    check(site, "report-offline-390")
    page.goto("about:blank")
    page.context.set_offline(False)
    page = site.open(reverse("volunteering-me"), width=390)
    page.get_by_text("申报服务时长：离线写的内容已提交").wait_for()
    check(site, "report-sent-390")

    assert [record.content for record in Attendance.objects.all()] == ["陪李爷爷聊天"]


def test_a_form_that_is_not_kept_says_that_nothing_was_sent_and_stays_filled(site):
    village = Village()
    site.sign_in(village.coordinator)
    page = site.open(reverse("activity-new"), width=390)
    page.get_by_label("活动名称").fill("社区清洁日")
    page.context.set_offline(True)
    page.get_by_role("button", name="发布活动").click()
    page.get_by_text("现在没有网络，没有发送").wait_for()
    check(site, "not-sent-390")

    assert page.get_by_label("活动名称").input_value() == "社区清洁日"
