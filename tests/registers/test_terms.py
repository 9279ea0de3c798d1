"""What is asked of whoever keeps a register has a day by which it is answered; it is brought to mind, and counted."""

from datetime import UTC, date, datetime, timedelta

import pytest

from linli.audit.models import Entry
from linli.calendar.queries import due_after
from linli.kernel import clock
from linli.notices.models import Notice
from linli.packs.reading import read_pack
from linli.registers.asking import ask_row, asked_of
from linli.registers.changing import changeable
from linli.registers.correcting import answer_change, answered, ask_change
from linli.registers.models import ChangeRequest, Proposal, Rulebook
from linli.registers.pack import RegistersPack, check, install
from linli.registers.reminding import remind_keepers
from linli.registers.terms import answered_in_time, events_of, with_terms
from tests.factories.people import make_user, make_worker
from tests.factories.places import make_community
from tests.factories.registers import PACKS, enter, install_pack, make_organisation
from tests.together import together

pytestmark = pytest.mark.django_db
ASKED = datetime(
    2026, 3, 4, 2, 0, tzinfo=UTC
)  # a Wednesday; twenty working days later is past Tomb-Sweeping Day
DUE = date(2026, 4, 1)


@pytest.fixture(autouse=True)
def _rules():
    install_pack("registers/standard.yaml")
    install_pack("calendar/2026.yaml")


def ask(place, by, proposed="朝霞合唱队", name="晚霞合唱队"):
    row = make_organisation(place, name)
    return ask_change(changeable("organisations"), row, by=by, column="name", proposed=proposed)


def propose(place):
    wish = enter("investment-wishes", place=place, field="elder", title="托育点", published_on="2026-01-01")
    said = {"investor": "国资幼教", "price_promise": "", "remark": ""}
    return ask_row(asked_of["investment-interests"], by=make_user(), wish=wish, **said)


def on(day: date, hour: int = 9):
    return clock.at(datetime(day.year, day.month, day.day, hour, tzinfo=clock.CHINA))


def told(kind=None) -> list[tuple]:
    rows = Notice.objects.filter(kind__startswith="answer-").order_by("pk")
    return [(row.to_id, row.kind, row.context["path"]) for row in rows]


def test_XZ_075_an_objection_is_due_so_many_working_days_after_it_came_as_the_pack_says(place, reader):
    """The term stands in the pack with its source, nowhere in the code; the working calendar makes a day of it."""
    (asked,) = with_terms([ask(place, reader)])

    assert asked.term.due_at == due_after(ASKED, 20) == datetime(2026, 4, 1, 23, 59, 59, tzinfo=clock.CHINA)
    assert (asked.term.workdays, asked.term.left, asked.term.taken) == (20, 20, 0)
    assert "政府信息公开条例" in asked.term.source


def test_an_objection_to_a_providers_file_goes_by_the_line_of_its_register(place, reader):
    asked = ask(place, reader)
    for name, source in (
        ("providers", "企业信息公示"),
        ("credit-entries", "企业信息公示"),
        ("workers", "政府信息公开"),
    ):
        asked.kind = name
        (found,) = with_terms([asked])
        assert source in found.term.source
    (applied,) = with_terms([propose(place)])
    assert "行政许可法" in applied.term.source


def test_the_rules_of_the_nearest_area_on_the_day_of_asking_hold(place, reader):
    """A shorter term of the city from April on changes nothing of what was asked in March."""
    pack, _problems = read_pack(PACKS / "registers" / "standard.yaml")
    short = [{"workdays": 5, "remind_workdays": 1, "source": "市办法"}]
    own = {"code": "city", "area": "990100000000", "valid_from": date(2026, 4, 1), "answers": short}
    install(RegistersPack.model_validate(pack.model_dump() | own))
    before = ask(place, reader)
    with on(date(2026, 4, 7)):
        after = ask(place, reader, name="另一支队")
        found = with_terms([before, after])
        assert [one.term.workdays for one in found] == [20, 5]
        assert found[1].term.due_at.date() == date(2026, 4, 14)


def test_where_no_pack_gives_a_term_nothing_is_due_and_nobody_is_reminded(place, reader, keeper):
    book = Rulebook.objects.get(kind="registers")
    book.body = {name: value for name, value in book.body.items() if name != "answers"}  # installed before
    book.save()
    (asked,) = with_terms([ask(place, reader)])

    assert (asked.term, asked.deadline) == (None, None)
    with on(date(2026, 9, 1)):
        assert remind_keepers() == 0
    assert told() == []


def test_the_keeper_is_reminded_once_before_and_once_when_it_is_overdue(place, reader, keeper):
    make_worker(place.parent, "organisations.edit")  # sits higher: sees it in the list
    asked = ask(place, reader)
    page = f"/registers/changes/{asked.pk}/"
    count = {}
    for day in (
        date(2026, 3, 24),
        date(2026, 3, 25),
        date(2026, 3, 26),
        DUE,
        date(2026, 4, 2),
        date(2026, 4, 3),
    ):
        with on(day):
            count[day.day] = remind_keepers()

    assert count == {24: 0, 25: 1, 26: 0, 1: 0, 2: 1, 3: 0}
    assert told() == [(keeper.person_id, "answer-reminded", page), (keeper.person_id, "answer-overdue", page)]
    assert [one["title"] for one in events_of(asked)] == ["提出更正", "提醒答复更正", "更正超过答复期限"]


def test_a_morning_nothing_ran_is_made_up_for_and_what_is_answered_is_left_alone(place, reader, keeper):
    late, done = ask(place, reader), ask(place, reader, name="另一支队", proposed="新名")
    answer_change(done, by=keeper, accepted=False, answer="无误")
    with on(date(2026, 4, 20)):
        assert remind_keepers() == 1
    assert told() == [(keeper.person_id, "answer-overdue", f"/registers/changes/{late.pk}/")]
    acts = Entry.objects.filter(act__in=["change.reminded", "change.overdue"]).values_list(
        "thing_key", flat=True
    )
    assert list(acts) == [str(late.pk)]


def test_what_is_applied_for_is_due_and_reminded_of_like_what_is_corrected(place, keeper):
    asked = propose(place)
    with on(date(2026, 3, 30)):
        assert (remind_keepers(), remind_keepers()) == (1, 0)
    assert told() == [(keeper.person_id, "answer-reminded", f"/registers/asks/waiting/{asked.pk}/")]


def test_who_asked_and_keeps_the_row_too_is_not_the_one_reminded(place, keeper):
    ask(place, keeper)
    with on(date(2026, 4, 20)):
        remind_keepers()
    assert told() == []


@pytest.mark.django_db(transaction=True)
def test_two_reminders_at_once_are_one():
    """K4: the row is locked, the mark is looked for behind the lock."""
    place = make_community(1)
    keeper = make_worker(place, "organisations.view", "organisations.edit")
    asked = ask(place, make_worker(place, "organisations.view"))
    with on(date(2026, 4, 20)):
        answers = together(*[remind_keepers] * 4)
    assert sorted(answers) == [0, 0, 0, 1]
    assert told() == [(keeper.person_id, "answer-overdue", f"/registers/changes/{asked.pk}/")]


def test_a_list_and_the_page_show_the_day_and_that_it_has_gone_by(place, reader, keeper, client):
    asked = ask(place, reader)
    client.force_login(keeper)
    page = client.get("/registers/changes/").content.decode()
    assert ("还剩 20 个工作日" in page, "4月1日" in page) == (True, True)

    with on(date(2026, 4, 3)):
        remind_keepers()
        client.force_login(keeper)
        listed = client.get("/registers/changes/").content.decode()
        shown = client.get(f"/registers/changes/{asked.pk}/").content.decode()
        client.force_login(reader)
        own = client.get("/registers/changes/mine/").content.decode()
    assert ["已逾期" in text for text in (listed, shown, own)] == [True, True, True]
    assert ("20 个工作日内答复（参照" in shown, "更正超过答复期限" in shown) == (True, True)


def test_answers_are_measured_in_working_days(place, reader, keeper, client):
    """Two answered, one in time: after 4 and 23 working days, 13.5 in the mean; an open one is not counted."""
    one, two = ask(place, reader), ask(place, reader, name="另一支队", proposed="新名")
    ask(place, reader, name="第三支队", proposed="又新名")
    for asked, day in ((one, date(2026, 3, 10)), (two, date(2026, 4, 7))):
        with on(day):
            answer_change(asked, by=keeper, accepted=False, answer="无误")

    with on(date(2026, 4, 8)):
        kept = answered_in_time(list(answered(keeper, since=clock.now() - timedelta(days=365))))
        client.force_login(keeper)
        page = client.get("/registers/changes/").content.decode()
        client.force_login(reader)
        own = client.get("/registers/changes/mine/").content.decode()
    assert kept == {"count": 2, "in_time": 1, "mean": 13.5}
    assert "一年来答复 2 件，按期 1 件，平均用 13.5 个工作日。" in page
    assert ("4 个工作日答复" in own, "超期，23 个工作日答复" in own) == (True, True)


@pytest.mark.parametrize("count", [1, 8])
def test_the_days_of_a_list_take_the_same_queries_for_any_number(
    place, reader, count, django_assert_num_queries
):
    for n in range(count):
        ask(place, reader, name=f"第{n}队")
    found = list(ChangeRequest.objects.select_related("place"))
    with django_assert_num_queries(2):
        with_terms(found)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([{"of": ["nobody"], "workdays": 5, "remind_workdays": 1, "source": "办法"}], "没有台账 nobody"),
        ([{"workdays": 5, "remind_workdays": 5, "source": "办法"}], "提醒要早于期限"),
        ([{"workdays": 5, "remind_workdays": 1, "source": "办法"}] * 2, "同一台账写了两个答复期限"),
    ],
)
def test_a_term_that_cannot_hold_is_refused_when_the_pack_is_read(answers, said):
    pack, _problems = read_pack(PACKS / "registers" / "standard.yaml")
    changed = RegistersPack.model_validate(pack.model_dump() | {"answers": answers})
    assert [message for _where, message in check(changed)] == [said]


def test_what_an_account_left_behind_asks_for_still_waits_and_is_reminded_of(place, keeper):
    """Whoever asked may be gone: the row stays, and so does its day."""
    asked = propose(place)
    Proposal.objects.filter(pk=asked.pk).update(asked_by=None)
    with on(date(2026, 4, 20)):
        assert remind_keepers() == 1
    assert [kind for _to, kind, _path in told()] == ["answer-overdue"]
