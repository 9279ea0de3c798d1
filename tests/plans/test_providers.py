"""Providers: a file of facts, a grade from what is counted of each, open to everybody, objected to and repaired."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from psycopg.types.range import DateRange

from linli.cases.actions import take_step
from linli.cases.models import Case, Rating
from linli.kernel import clock
from linli.measures import Period, measures
from linli.organisations.models import CompoundProfile, PropertyFirm
from linli.packs.reading import read_pack
from linli.people.models import Post
from linli.plans import actions
from linli.plans.actions.installing import install_measures
from linli.plans.actions.installing_indexes import install_index
from linli.plans.lint import lint_index
from linli.plans.models import EvaluationIndex
from linli.plans.naming import names_of_packs
from linli.registers.actions import change_record, enter_record
from linli.registers.changing import changeable
from linli.registers.correcting import answer_change, ask_change
from linli.services.credit import counted
from linli.services.models import Answer, CreditEntry, Provider, Survey
from linli.services.registers import ENTRIES, PROVIDERS
from tests.factories.people import make_person, make_role, make_unit, make_user, make_worker
from tests.factories.places import make_community, make_place

pytestmark = pytest.mark.django_db
YEAR = Period.parse("2026")
CODE = "54990101500000015W"
SHELF = Path(settings.PACKS_DIR)


@pytest.fixture
def town(db):
    install_measures(read_pack(SHELF / "measures" / "community-services.yaml")[0])
    place = make_community(1)
    unit = make_unit(place, "邻里养老服务中心", kind="enterprise")
    keeper = make_worker(place.parent.parent, "services.view_credit", "services.keep_credit")
    provider = enter_record(
        PROVIDERS, by=keeper, place=place, name="邻里养老", field="elder", credit_code=CODE, unit=unit,
        since=date(2020, 1, 1),
    )  # fmt: skip
    return {"place": place, "unit": unit, "keeper": keeper, "provider": provider}


def fact(town, kind, on, good, what="事实", **more):
    return enter_record(
        ENTRIES, by=town["keeper"], provider=town["provider"], kind=kind, on=on, good=good, what=what,
        source="区民政局〔2026〕1号", **more,
    )  # fmt: skip


def closed_case(town, *, due, stopped, stars=None):
    made = Case.objects.create(
        kind="request", number=f"RQ-{Case.objects.count()}", title="送餐晚了", state="closed", place=town["place"],
        reporter=make_person(), unit=town["unit"], opened_at=due - timedelta(days=5), due_at=due, term=5,
        clock_stopped_at=stopped, closed_at=stopped,
    )  # fmt: skip
    if stars:
        Rating.objects.create(case=made, act=1, stars=stars, at=stopped)


def test_what_is_counted_of_a_provider_is_its_cases_ratings_surveys_and_file(town):
    """XZ-079, XZ-075: each number of a provider alone; by community the same ones are added up."""
    now = clock.now()
    closed_case(town, due=now, stopped=now - timedelta(hours=1), stars=5)
    closed_case(town, due=now, stopped=now + timedelta(hours=1), stars=2)
    closed_case(town, due=now, stopped=now, stars=3)  # 基本满意 is satisfied
    fact(town, "licence", date(2024, 1, 1), True, until=date(2027, 1, 1))
    fact(town, "inspection", date(2026, 2, 1), True)
    bad = fact(town, "inspection", date(2026, 2, 2), False)
    fact(town, "complaint", date(2026, 2, 3), False)
    survey = Survey.objects.create(
        place=town["place"], provider=town["provider"], title="问一家", way="open", questions=["满意吗？"],
        least_valid=2, opens_on=date(2026, 1, 1), closes_on=date(2026, 2, 1), opened_by=town["keeper"],
    )  # fmt: skip
    for mark in (5, 4, 1):
        Answer.objects.create(survey=survey, place=town["place"], channel="paper", marks=[mark], overall=mark)

    (numbers,) = counted([town["provider"]], YEAR).values()

    assert {code.removeprefix("services.provider_"): number for code, number in numbers.items()} == {
        "licensed": 1, "due": 3, "in_time": 2, "ratings": 3, "ratings_good": 2, "survey_valid": 3,
        "survey_satisfied": 2, "checks": 2, "checks_passed": 1, "wrongs": 1, "places": 1,
    }  # fmt: skip
    assert measures["services.provider_ratings"].count(YEAR) == {town["place"].code: 3}
    assert measures["services.survey_valid"].count(YEAR) == {
        town["place"].code: 0
    }  # that asks about one provider
    fact(town, "rectification", date(2026, 2, 20), True)
    change_record(
        ENTRIES, bad, by=town["keeper"], why="修复", repaired_on=date(2026, 3, 1), repaired_how="复查合格"
    )
    assert counted([town["provider"]], YEAR)[town["provider"].pk]["services.provider_checks_passed"] == 2


def test_a_provider_reaches_the_communities_it_has_a_contract_for_with_or_without_a_case(town):
    """XZ-079: a contract that lies wholly before or after the period is none; each community counts once."""
    far, third = make_community(2), make_community(1, street="990102001000")
    firm = PropertyFirm.objects.create(place=far, name="丽景物业", credit_code="91990100MA6TEST18J")
    mine = Provider.objects.create(
        place=far, name="丽景物业", field="property", credit_code=firm.credit_code, since=date(2024, 1, 1)
    )
    seat = Provider.objects.create(
        place=third, name="丽景物业", field="property", credit_code=firm.credit_code, since=date(2024, 1, 1)
    )
    held = {"mode": "market", "firm": firm}
    for nr, (place, since, until) in enumerate([
        (far, date(2020, 1, 1), None), (far, None, None), (town["place"], date(2026, 12, 31), None),
        (third, date(2019, 1, 1), date(2025, 12, 31)),
    ]):  # fmt: skip
        compound = make_place(f"{place.code}C{nr + 1:02}", "compound")
        CompoundProfile.objects.create(place=compound, contract_since=since, contract_until=until, **held)

    numbers = counted([mine, seat, town["provider"]], YEAR)

    reached = [numbers[one.pk]["services.provider_places"] for one in (mine, seat, town["provider"])]
    assert reached == [2, 0, 0]


def test_a_lapsed_or_withdrawn_licence_is_none(town):
    """XZ-075"""
    fact(town, "licence", date(2024, 1, 1), True, until=date(2026, 1, 1))
    key = town["provider"].pk
    assert counted([town["provider"]], YEAR)[key]["services.provider_licensed"] == 0
    fact(town, "licence", date(2026, 1, 2), True, until=date(2030, 1, 1))
    assert counted([town["provider"]], YEAR)[key]["services.provider_licensed"] == 1
    fact(town, "licence", date(2026, 2, 1), False, what="吊销")
    assert counted([town["provider"]], YEAR)[key]["services.provider_licensed"] == 0


def test_what_was_bad_is_repaired_only_after_a_rectification_and_never_rubbed_out(town):
    """XZ-075: the procedure of repair; what was good needs none, and the database keeps that."""
    bad = fact(town, "inspection", date(2026, 2, 1), False)
    repair = {"repaired_on": date(2026, 3, 1), "repaired_how": "复查合格"}
    with pytest.raises(ValidationError, match="已完成的整改"):
        change_record(ENTRIES, bad, by=town["keeper"], why="修复", **repair)
    fact(town, "rectification", date(2026, 2, 20), True)
    bad.refresh_from_db()
    change_record(ENTRIES, bad, by=town["keeper"], why="修复", **repair)
    bad.refresh_from_db()
    assert (bad.good, bad.repaired_on, bad.archived_on) == (False, date(2026, 3, 1), None)
    good = fact(town, "inspection", date(2026, 2, 25), True)
    with pytest.raises(IntegrityError, match="credit_entry_repaired_was_bad"), transaction.atomic():
        CreditEntry.objects.filter(pk=good.pk).update(**repair)
    with pytest.raises(ValidationError, match="核实的投诉"):
        fact(town, "complaint", date(2026, 2, 26), True)


def test_everybody_reads_the_file_and_whoever_has_an_account_objects_once_answered_by_the_keeper(
    town, client
):
    """XZ-075: shown to residents; an objection that is upheld puts the entry right, and who asked is told."""
    bad = fact(town, "inspection", date(2026, 2, 1), False, what="消防检查不合格")
    address = f"/plans/providers/{town['provider'].pk}/"
    page = client.get(address).content.decode()
    assert "消防检查不合格" in page
    assert "邻里养老" in client.get("/plans/providers/?field=elder").content.decode()
    assert "邻里养老" not in client.get("/plans/providers/?field=property").content.decode()

    someone = make_user("机构负责人")
    client.force_login(someone)
    asked = ask_change(
        changeable("credit-entries"), bad, by=someone, column="gone", proposed="查的是隔壁一家"
    )
    assert answer_change(asked, by=town["keeper"], accepted=True)
    client.logout()
    assert "消防检查不合格" not in client.get(address).content.decode()


def test_a_provider_is_graded_by_what_is_its_own_objects_and_residents_read_how(town, client):
    """XZ-075, XZ-079: drawn, self-checked, checked, published with the method, appealed, graded."""
    scheme, problems = read_pack(SHELF / "indexes" / "provider-credit.yaml")
    assert (problems, list(lint_index(scheme, names_of_packs()))) == ([], [])
    install_index(scheme)
    now = clock.now()
    closed_case(town, due=now, stopped=now, stars=5)
    fact(town, "licence", date(2024, 1, 1), True, until=date(2027, 1, 1))
    fact(town, "inspection", date(2026, 2, 1), True)
    county = town["place"].parent.parent
    officer = make_worker(county, "plans.view", "plans.assign", "evaluation.view", "finding.view")
    clerk = make_user("机构经办人")
    role = make_role("provider", "plans.carry_out", "evaluation.view")
    Post.objects.create(
        person=clerk.person, role=role, place=town["place"], unit=town["unit"],
        during=DateRange(date(2020, 1, 1), None),
    )  # fmt: skip

    held = actions.open_evaluation(
        EvaluationIndex.objects.get(), by=officer, place=county, period=YEAR, title="2026年服务机构评价"
    )
    (one,) = held.evaluations.all()
    assert (one.provider, one.name, one.case.unit) == (town["provider"], "邻里养老", town["unit"])
    assert one.drawn == {
        "licensed": "1", "survey-satisfied": None, "rated-good": "100", "in-time": "100", "checks-passed": "100",
        "wrongs": "0", "coverage": "1",
    }  # fmt: skip
    take_step(one.case, "self_check", by=clerk, words="属实")
    take_step(one.case, "correct", by=officer, code="survey-satisfied", value=90, why="纸质调查")
    take_step(one.case, "site_check", by=officer, words="看了现场")
    take_step(one.case, "publish", by=officer)
    take_step(one.case, "appeal", by=clerk, why="服务了两个社区")
    take_step(one.case, "dismiss", by=officer, note="另一个社区没有承办件")
    with clock.at(clock.now() + timedelta(days=11)):
        take_step(one.case, "grade", by=officer)
    page = client.get(f"/plans/providers/{town['provider'].pk}/").content.decode()
    public = client.get(f"/plans/evaluations/of/{one.pk}/").content.decode()

    one.refresh_from_db()
    assert (one.grade, str(one.score)) == ("优秀", "89.1429")
    assert "89.14" in page
    assert "许可和备案有效" in public
    assert "居民评价满意率" in public
    assert "89.1" not in client.get("/plans/providers/").content.decode()  # the list says the grade alone
    assert "优秀" in client.get("/plans/providers/").content.decode()


def test_the_list_of_providers_asks_once_whatever_their_number(town, client, django_assert_num_queries):
    address = "/plans/providers/"
    client.get(address)
    with django_assert_num_queries(1):
        client.get(address)
    for number in (2, 3):
        Provider.objects.create(
            place=town["place"], name=f"家政{number}", field="domestic", credit_code=CODE, since=date(2020, 1, number),
        ) if number == 2 else Provider.objects.create(
            place=town["place"], name="物业", field="property", credit_code=CODE, since=date(2020, 1, 1),
        )  # fmt: skip
    with django_assert_num_queries(1):
        assert client.get(address).content.decode().count("row-link") == 3


def test_an_index_of_providers_reads_only_what_is_known_of_one():
    scheme, _problems = read_pack(SHELF / "indexes" / "provider-credit.yaml")
    line = scheme.items[0].model_copy(update={"formula": "sum(儿童之家数)"})
    changed = scheme.model_copy(update={"items": (line, *scheme.items[1:])})
    assert [where for where, words in lint_index(changed, names_of_packs()) if "服务机构没有" in words] == [
        ("items", 0, "formula")
    ]
