"""Satisfaction surveys: answered without a name, counted by community, published with how many answered."""

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from linli.audit.models import Entry as AuditEntry
from linli.kernel import clock
from linli.measures import Period, measures, record_lists
from linli.packs.reading import read_pack
from linli.plans.actions import open_evaluation, roll_up
from linli.plans.actions.installing import install_measures
from linli.plans.actions.installing_indexes import install_index
from linli.plans.models import EvaluationIndex, FigureRules
from linli.services import actions
from linli.services.models import Answer, Survey
from linli.services.queries import drawn_by_lot, frame_of, result_of, told_apart
from tests.conftest import TEST_DAY
from tests.factories.people import make_unit, make_worker
from tests.factories.places import make_community
from tests.together import together

pytestmark = pytest.mark.django_db
MARCH = Period.parse("2026-03")
QUESTIONS = ["总的来说，您满意吗？", "反映的事办到了吗？"]


def little_is(number: int) -> FigureRules:
    """The measures pack of the nation says how many people are few."""
    return FigureRules.objects.create(
        code="t", area="000000000000", valid_from=date(2021, 1, 1), small_count=number, settle_workdays=5
    )


@pytest.fixture
def town(db):
    little_is(10)
    one, two = make_community(1), make_community(2)
    clerk = make_worker(one.parent, "services.survey")
    survey = actions.begin_survey(
        by=clerk, place=one.parent, title="三月调查", way="sample", questions=QUESTIONS, least_valid=10,
        opens_on=date(2026, 3, 1), closes_on=date(2026, 3, 31),
    )  # fmt: skip
    return {"one": one, "two": two, "clerk": clerk, "survey": survey}


def sheets(town, place, *marks):
    for mark in marks:
        actions.enter_answer(
            town["survey"], by=town["clerk"], place=place, marks=[mark, None], channel="paper"
        )


def over():
    return clock.at(TEST_DAY + timedelta(days=60))


def test_a_resident_answers_on_a_page_without_a_name(client, town):
    """XA-113, XF-017: a phone's page, no account; what is kept is a day, a community and marks."""
    address = f"/surveys/{town['survey'].pk}/"
    assert "总的来说，您满意吗？" in client.get(address).content.decode()

    wrong = client.post(address, {"place": town["one"].pk, "q1": "4"})
    right = client.post(address, {"place": town["one"].pk, "q0": "5", "q1": ""})

    assert (wrong.status_code, right.status_code) == (422, 302)
    (sheet,) = Answer.objects.all()
    assert (sheet.place, sheet.marks, sheet.overall, sheet.channel) == (town["one"], [5, None], 5, "online")
    assert {field.name for field in Answer._meta.fields} == {
        "id", "survey", "place", "channel", "marks", "overall", "answered_on",
    }  # fmt: skip


def test_one_address_does_not_fill_a_survey(town):
    for _sheet in range(10):
        actions.answer_survey(town["survey"], place=town["one"], marks=[5, 5], address="192.0.2.1")
    with pytest.raises(ValidationError, match="明天再来"):
        actions.answer_survey(town["survey"], place=town["one"], marks=[5, 5], address="192.0.2.1")
    assert Answer.objects.count() == 10


def test_the_result_tells_each_community_with_its_response_and_hides_the_few(client, town):
    """XA-113: by community with the response rate and what was done; nine answers are told as nine and no more."""
    sheets(town, town["one"], *[5] * 8, 3, 2)
    sheets(town, town["two"], *[5] * 9)
    sheets(town, make_community(3), *[5] * 9)
    actions.set_sample(town["survey"], by=town["clerk"], place=town["one"], asked=40)
    with over():
        actions.publish_survey(town["survey"], by=town["clerk"], improved="延长了开放时间")
        result = result_of(town["survey"])
        page = client.get(f"/surveys/{town['survey'].pk}/").content.decode()

    one, two, _three = result.lines
    assert (str(one.rate), str(one.response), one.valid) == ("80.0", "25.0", 10)
    assert (two.rate, two.response, two.valid) == (None, None, 9)
    assert (str(result.rate), result.questions[1]) == ("92.9", (QUESTIONS[1], 0, 0))
    assert "延长了开放时间" in page


def test_needs_that_residents_logged_are_asked_one_by_one(town):
    """XZ-051: a question is whether what was asked for was done, and each has its own result."""
    for marks in [[5, 1]] * 8 + [[4, 4]] * 2 + [[3, None]]:
        actions.enter_answer(
            town["survey"], by=town["clerk"], place=town["one"], marks=marks, channel="phone"
        )
    assert result_of(town["survey"]).questions == ((QUESTIONS[0], 11, 10), (QUESTIONS[1], 10, 2))


def test_a_question_few_answered_tells_how_many_and_no_more(town):
    for marks in [[5, None]] * 10 + [[5, 1]]:
        actions.enter_answer(
            town["survey"], by=town["clerk"], place=town["one"], marks=marks, channel="phone"
        )
    assert result_of(town["survey"]).questions == ((QUESTIONS[0], 11, 11), (QUESTIONS[1], 1, None))


@pytest.mark.parametrize(
    ("valid", "shown"),
    [
        ({1: 30, 2: 40}, {1, 2}),
        ({1: 30, 2: 40, 3: 9}, {2}),  # alone it would be the whole less the others
        ({1: 30, 2: 40, 3: 2, 4: 3}, {2}),  # five sheets together are few too
        ({1: 30, 2: 40, 3: 9, 4: 9}, {1, 2}),
        ({1: 30, 2: 0}, {1}),
        ({1: 30, 2: 5}, set()),
    ],
)
def test_what_is_not_told_of_a_community_cannot_be_worked_out_from_the_others(valid, shown):
    """D9: the whole is told, so the smallest of the others stays out with the one that is hidden."""
    assert told_apart(valid, 10, 10) == shown


@pytest.mark.parametrize(("small", "shown"), [(10, {1, 2, 3}), (15, {2, 3}), (21, {3})])
def test_how_few_are_told_is_what_the_measures_pack_of_the_area_says(town, small, shown):
    """D9: no constant of the program: a place that is stricter shows less, and no survey undercuts it."""
    FigureRules.objects.update(small_count=small)
    three = make_community(3)
    for place, many in ((town["one"], 10), (make_community(4), 10), (town["two"], 20), (three, 40)):
        sheets(town, place, *[5] * many)
    found = result_of(town["survey"])

    names = {town["one"].pk: 1, town["two"].pk: 2, three.pk: 3}
    assert {names[line.place.pk] for line in found.lines if line.shown and line.place.pk in names} == shown
    assert found.fewest == small


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_ten_clicks_are_one_sheet(town):
    """L3: the key of the form is kept for a day apart from the sheet, which still names nobody."""
    key = uuid4()

    def click():
        made = actions.answer_survey(
            town["survey"], place=town["one"], marks=[5, 5], address="192.0.2.1", key=key
        )
        return made is not None

    assert sorted(together(*[click] * 10)) == [False] * 9 + [True]
    assert Answer.objects.count() == 1


def test_only_surveys_with_enough_answers_count_for_the_plans(town):
    """XZ-051, I-PD-09, P-XZ-05: rounds, valid and satisfied sheets by community, in the month a survey closes."""
    sheets(town, town["one"], *[5] * 9, 3)
    sheets(town, town["two"], *[5] * 9)
    codes = town["one"].code, town["two"].code

    found = {
        name: measures[f"services.{name}"].count(MARCH)
        for name in ("surveys", "survey_valid", "survey_satisfied")
    }

    assert {name: tuple(counts[code] for code in codes) for name, counts in found.items()} == {
        "surveys": (1, 0), "survey_valid": (10, 0), "survey_satisfied": (9, 0),
    }  # fmt: skip
    told = record_lists["services.survey_valid"](
        "services.survey_valid", MARCH, town["one"].parent.path, None
    )
    assert (told.total, [one.counts for one in told.shown], told.shown[0].title) == (10, [10], "三月调查")


def test_a_survey_is_drawn_into_the_service_quality_of_its_community_with_the_method_shown(client, town):
    """XF-017, XZ-079: satisfaction, timeliness and ratings make one score, each part told on the page."""
    pack, problems = read_pack(Path(settings.PACKS_DIR) / "indexes" / "service-quality.yaml")
    assert (problems, sum(int(line.weight) for line in pack.items), pack.proposal) == ([], 100, True)
    FigureRules.objects.all().delete()
    install_measures(read_pack(Path(settings.PACKS_DIR) / "measures" / "community-services.yaml")[0])
    install_index(pack)
    make_unit(town["one"].parent, "街道办事处", kind="street_office")
    sheets(town, town["one"], *[5] * 9, 3)
    sheets(town, town["two"], *[5] * 9)  # too few: nothing is known of it, and that is no zero
    names = ("services.survey_valid", "services.survey_satisfied")
    roll_up([measures[name] for name in names], MARCH)
    officer = make_worker(town["one"].parent, "plans.view", "plans.assign", "evaluation.view")

    with over():
        opened = open_evaluation(
            EvaluationIndex.objects.get(), by=officer, place=town["one"].parent, period=MARCH, title="一季度"
        )
    drawn = {one.case.place: one.drawn["survey-satisfied"] for one in opened.evaluations.all()}
    client.force_login(officer)
    page = client.get(
        f"/cases/{opened.evaluations.get(case__place=town['one']).case.number}/"
    ).content.decode()

    assert drawn == {town["one"]: "90", town["two"]: None}
    assert "群众满意度调查满意率" in page


def test_who_holds_no_survey_there_enters_and_publishes_nothing(client, town):
    stranger = make_worker(make_community(1, street="990102001000").parent, "services.survey")
    with pytest.raises(PermissionDenied):
        actions.enter_answer(town["survey"], by=stranger, place=town["one"], marks=[5, 5], channel="paper")
    with pytest.raises(PermissionDenied):
        actions.begin_survey(
            by=stranger, place=town["one"], title="别处", way="open", questions=QUESTIONS, least_valid=1,
            opens_on=date(2026, 3, 1), closes_on=date(2026, 3, 2),
        )  # fmt: skip
    client.force_login(stranger)
    assert client.get(f"/surveys/{town['survey'].pk}/enter/").status_code == 404
    with pytest.raises(ValidationError, match="结束以后"):
        actions.publish_survey(town["survey"], by=town["clerk"], improved="还早")


def test_a_survey_outside_its_days_or_area_takes_nothing(client, town):
    elsewhere = make_community(1, street="990102001000")
    for place, marks in ((elsewhere, [5, 5]), (town["one"], [None, 5]), (town["one"], [5])):
        with pytest.raises(ValidationError):
            actions.answer_survey(town["survey"], place=place, marks=marks, address="192.0.2.2")
    with over():
        with pytest.raises(ValidationError, match="不在进行"):
            actions.answer_survey(town["survey"], place=town["one"], marks=[5, 5], address="192.0.2.2")
        assert client.get(f"/surveys/{town['survey'].pk}/").status_code == 404
    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.update(closes_on=date(2026, 2, 1))


def test_staff_hold_a_survey_on_pages(client, town):
    client.force_login(town["clerk"])
    told = {
        "place": town["one"].parent.pk, "title": "四月调查", "way": "open", "questions": "满意吗？\n\n办到了吗？\n",
        "least_valid": 5, "opens_on": "2026-03-01", "closes_on": "2026-03-20",
    }  # fmt: skip
    assert client.post("/surveys/new/", told | {"questions": "\n".join(["问"] * 13)}).status_code == 422
    assert client.post("/surveys/new/", told).status_code == 302
    made = Survey.objects.get(title="四月调查")
    assert made.questions == ["满意吗？", "办到了吗？"]
    page = f"/surveys/{made.pk}/"
    client.post(f"{page}sample/", {"place": town["two"].pk, "asked": "30"})
    client.post(f"{page}enter/", {"place": town["two"].pk, "q0": "4", "q1": "", "channel": "phone"})
    assert (made.samples.get().asked, made.answers.get().marks) == (30, [4, None])
    with over():
        assert client.post(f"{page}publish/", {"improved": "加了一班"}).status_code == 302
    assert "四月调查" in client.get("/surveys/").content.decode()


@pytest.mark.parametrize("surveys", [1, 6])
def test_the_list_takes_the_same_number_of_queries_for_any_number(
    client, town, surveys, django_assert_num_queries
):
    for nr in range(surveys - 1):
        Survey.objects.create(
            place=town["one"].parent, title=f"第{nr}次", way="open", questions=QUESTIONS, least_valid=1,
            opens_on=date(2026, 3, 1), closes_on=date(2026, 3, 31), opened_by=town["clerk"],
        )  # fmt: skip
    with django_assert_num_queries(1):
        client.get("/surveys/")


def homes(place, count):
    from linli.people.models import Household

    return [
        Household.objects.create(number=f"{place.code}-{n}", place=place, room=f"{n}") for n in range(count)
    ]


def test_a_sample_is_drawn_by_lot_once_and_anybody_with_the_seed_draws_the_same(town):
    """XA-113: so many of the registered households, each as likely; not again until somebody likes the list."""
    homes(town["one"], 12), homes(town["two"], 3)
    made = actions.draw_sample(town["survey"], by=town["clerk"], place=town["one"], number=5)

    drawn = [line.household.number for line in made.households.select_related("household")]
    assert (made.frame, made.drawn, len(set(drawn))) == (12, 5, 5)
    frame = frame_of(town["one"])
    assert [frame[number] for number in drawn] == drawn_by_lot(frame, 5, made.seed)
    assert town["survey"].samples.get(place=town["one"]).asked == 5
    with pytest.raises(ValidationError, match="不能重抽"):
        actions.draw_sample(town["survey"], by=town["clerk"], place=town["one"], number=5)
    with pytest.raises(ValidationError, match="抽不出 4 户"):
        actions.draw_sample(town["survey"], by=town["clerk"], place=town["two"], number=4)
    stranger = make_worker(make_community(3, street="990102001000").parent, "services.survey")
    with pytest.raises(PermissionDenied):
        actions.draw_sample(town["survey"], by=stranger, place=town["two"], number=1)


@given(seed=st.text(max_size=8), size=st.integers(1, 40), data=st.data())
def test_lots_do_not_depend_on_the_order_of_the_register_and_a_larger_sample_holds_the_smaller(
    seed, size, data
):
    """XA-113"""
    frame = {f"户{n}": n for n in range(size)}
    number = data.draw(st.integers(1, size))
    turned = dict(reversed(frame.items()))
    assert drawn_by_lot(frame, number, seed) == drawn_by_lot(turned, number, seed)
    assert drawn_by_lot(frame, size, seed)[:number] == drawn_by_lot(frame, number, seed)
    assert sorted(drawn_by_lot(frame, size, seed)) == list(range(size))


def test_the_list_tells_addresses_and_nobodys_name_and_goes_when_the_survey_is_over(town, client):
    """XA-113: read with a trace, deleted by the night after the survey closed; how it was drawn stays."""
    homes(town["one"], 4)
    made = actions.draw_sample(town["survey"], by=town["clerk"], place=town["one"], number=2)
    client.force_login(town["clerk"])
    page = client.get(f"/surveys/drawn/{made.pk}/")
    assert page.status_code == 200
    assert len(page.context["lines"]) == 2
    assert AuditEntry.objects.filter(act="services.drawing_read").count() == 1

    with over():
        assert actions.forget_drawn(clock.today()) == 2
    made.refresh_from_db()
    assert (made.drawn, made.households.count()) == (2, 0)


def test_a_survey_of_everybody_draws_nobody(town, client):
    """XA-113"""
    Survey.objects.update(way="open")
    homes(town["one"], 4)
    client.force_login(town["clerk"])
    answer = client.post(f"/surveys/{town['survey'].pk}/draw/", {"place": town["one"].pk, "number": 2})
    assert answer.status_code == 422
    assert "只有还没结束的抽样调查" in answer.content.decode()


def test_the_links_of_who_holds_a_survey_stand_for_nobody_else(client, town):
    """A link that leads to "does not exist" is a broken page, whoever follows it."""
    entering = f"/surveys/{town['survey'].pk}/enter/"
    elsewhere = make_worker(make_community(1, street="990102001000").parent, "services.survey")
    seen = []
    for user in (town["clerk"], elsewhere):
        client.force_login(user)
        seen.append((entering in client.get("/surveys/").content.decode(), client.get(entering).status_code))
    assert seen == [(True, 200), (False, 404)]
