"""主动发现、及时服务: a worker is prompted before a day that matters, and whoever wants none is left alone (PD-029)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.range import DateRange

from linli.care.actions.prompting import open_prompts, stop_prompts, want_prompts
from linli.care.models import CareEntry, Prompt, PromptRefusal
from linli.care.occasions import _in_year, birthdays
from linli.care.rulebook import PromptLine
from linli.care.small_kinds import PROMPT, PromptState
from linli.cases.actions import WrongState, take_step
from linli.cases.actors import TIMER
from linli.cases.models import Case
from linli.kernel import clock
from linli.notices.models import Notice
from linli.people.models import Person, Proxy
from tests.conftest import TEST_DAY
from tests.factories.people import make_person, make_post, make_user

pytestmark = pytest.mark.django_db
TODAY = TEST_DAY.date()
NEARLY_80 = date(1946, 3, 20)


@pytest.fixture
def town(village):
    for user in (village.visitor, village.head):
        make_post(user, village.place, "prompt.view", "prompt.hear", role="prompts", unit=village.committee)
    return village


def elder(town, **fields):
    return make_person("钱大爷", **{"home": town.place, "birth_on": NEARLY_80, **fields})


def test_who_turns_80_is_prompted_once_thirty_days_ahead(town):
    """PD-029: from held records; the job run twice, or late, opens nothing double."""
    person = elder(town)
    with clock.at(TEST_DAY - timedelta(days=15)):
        early = open_prompts(clock.today())
    made = early, open_prompts(TODAY), open_prompts(TODAY)

    case = Case.objects.get(kind="prompt")
    assert (made, case.title) == ((0, 1, 0), "钱**：将满80周岁，可以申请高龄津贴")
    assert (case.reporter, case.unit, case.term, case.prompt.on) == (
        person,
        town.committee,
        16,
        date(2026, 3, 20),
    )
    told = Notice.objects.filter(kind="prompt-open", context__case=case.number).values_list("to", flat=True)
    assert set(told) == {town.visitor.person_id, town.head.person_id}


def test_a_review_and_an_entrustment_that_ends_are_prompted_too(town):
    """PD-029: aid review, and what is entrusted for some time."""
    cared = town.elder(born=date(1950, 7, 7))
    CareEntry.objects.update(review_on=TODAY + timedelta(days=20))
    proxy = make_person("孙女")
    Proxy.objects.create(
        principal=cared.person, proxy=proxy, kind="family", basis="委托书",
        during=DateRange(TODAY - timedelta(days=90), TODAY + timedelta(days=10)),
    )  # fmt: skip
    open_prompts(TODAY)
    assert set(Prompt.objects.values_list("code", "on")) == {
        ("category-review", TODAY + timedelta(days=20)),
        ("proxy-ends", TODAY + timedelta(days=10)),
    }


@pytest.mark.parametrize("fields", [{"died_on": TODAY}, {"home": None}, {"birth_on": date(1946, 9, 1)}])
def test_nobody_is_prompted_about_who_died_lives_nowhere_known_or_has_no_such_day(town, fields):
    elder(town, **fields)
    assert open_prompts(TODAY) == 0


def test_who_wants_no_prompts_is_left_alone_until_he_takes_it_back(client, town):
    """PD-029: resident may opt out, on his own page; what waits is called off."""
    user = make_user(person=elder(town))
    open_prompts(TODAY)
    page = reverse("care-prompts")
    client.force_login(user)
    before = client.get(page)
    client.post(page, {"wanted": "no"})
    state = Case.objects.get(kind="prompt").state

    assert (len(before.context["waiting"]), before.context["wanted"], state) == (1, True, "cancelled")
    Prompt.objects.all().delete()
    again = open_prompts(TODAY)
    client.post(page, {"wanted": "yes"})
    assert (again, open_prompts(TODAY)) == (0, 1)


def test_only_the_person_and_who_acts_for_him_switch_it(town):
    person = elder(town)
    for change in (stop_prompts, want_prompts):
        with pytest.raises(PermissionDenied):
            change(person, by=town.visitor)


def test_a_worker_writes_down_that_somebody_does_not_want_it(town):
    person = elder(town)
    open_prompts(TODAY)
    case = take_step(Case.objects.get(kind="prompt"), "refuse", by=town.visitor)
    assert (case.state, case.events.last().on_behalf_of) == ("refused", person)
    assert PromptRefusal.objects.get().person == person


def test_telling_says_how_and_the_resident_reads_it(client, town):
    """PD-031: sees replies: the resident reads on his page what was done."""
    user = make_user(person=elder(town))
    open_prompts(TODAY)
    case = Case.objects.get(kind="prompt")
    client.force_login(town.visitor)
    step = reverse("case-step", args=[case.number, "tell"])
    assert client.post(step, {"note": ""}).status_code == 422
    assert client.post(step, {"note": "已帮忙交了申请"}).status_code == 302
    client.force_login(user)
    body = client.get(reverse("case-detail", args=[case.number])).content.decode()
    assert ("已帮忙交了申请" in body, reverse("care-prompts") in body) == (True, True)


MATRIX = {
    "tell": {"visitor", "mate", "head"},
    "not_needed": {"visitor", "mate", "head"},
    "refuse": {"visitor", "mate", "head", "resident"},
    "cancel": {"timer"},
}
WALKS = {
    "due": (),
    "told": ("tell", "visitor"),
    "not_needed": ("not_needed", "visitor"),
    "refused": ("refuse", "resident"),
    "cancelled": ("cancel", "timer"),
}


@pytest.mark.parametrize("state", PromptState.values)
def test_a_role_takes_the_steps_of_the_table_and_no_others(town, state):
    actors = {name: getattr(town, name) for name in ("visitor", "mate", "head", "street_officer", "stranger")}
    actors |= {"resident": make_user(person=elder(town)), "timer": TIMER}
    open_prompts(TODAY)
    case = Case.objects.get(kind="prompt")
    if WALKS[state]:
        name, who = WALKS[state]
        case = take_step(case, name, by=actors[who])
    offered = {(step.name, role) for role, one in actors.items() for step in PROMPT.steps_for(one, case)}
    assert offered == {(name, role) for name, roles in MATRIX.items() for role in roles if state == "due"}
    if state != "due":
        with pytest.raises(WrongState):
            take_step(case, "tell", by=town.visitor)


@given(born=st.dates(date(1930, 1, 1), date(1950, 12, 31)), days=st.integers(1, 180))
def test_every_birthday_is_found_on_some_day_and_never_out_of_its_time(born, days):
    """The same by a plain reckoning: each day of the year before it, the birthday is found when it is near enough."""
    line = PromptLine(code="turns-80", name="x", on="birthday", age=80, days=days)
    Person.objects.all().delete()
    from tests.factories.places import make_community

    person = make_person(home=make_community(1), birth_on=born)
    day = _in_year(born, born.year + 80)
    for ahead in (0, 1, days - 1, days, days + 1, days + 40, -1):
        today = day - timedelta(days=ahead)
        found = list(birthdays(line, None, today, today + timedelta(days=days)))
        assert found == ([(person, day)] if 0 <= ahead <= days else [])
