"""The gap in units: how many places fall short of what each of them is to have, and what they lack together."""

from fractions import Fraction

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from linli.measures import Period
from linli.plans.formula import compile_formula, ir
from linli.plans.formula.shortfalls import shortfall_of
from linli.plans.models import MeasureValue, Plan
from linli.plans.queries.scorecards import scorecard
from linli.plans.queries.shortfalls import short_places
from tests.factories.people import make_worker
from tests.factories.places import make_community

from .shelves import install_small, plan_pack
from .worlds import CATALOGUE

pytestmark = pytest.mark.django_db
MARCH = Period.parse("2026-03")
MONTH = 2026 * 12 + 2
FORMULAS = {
    "facility-30": "share(设施面积 / 户数 * 100 >= 30) * 100",
    "ratio": "sum(设施面积) / sum(户数) * 100",
    "least": "min(户数)",
    "both": "share(办结数 >= 5 and 30 <= 户数) * 100",
    "posts": "share(办结数 * 7 >= 户数) * 100",
    "flag": "share(办结数 = 3) * 100",
    "between": "share(户数 >= 10 and 户数 <= 90) * 100",
    "whole": "sum(户数)",
}
TARGET = 60  # of each in the small plan


@pytest.fixture
def city(monkeypatch):
    places = [make_community(1), make_community(2), make_community(1, street="990102001000")]
    more = [
        {"code": code, "ref": f"I-TS-1{n}", "number": n + 2, "formula": text, "readings": (), "unit": "户"}
        for n, (code, text) in enumerate(list(FORMULAS.items())[1:])
    ]
    install_small(monkeypatch, plan=plan_pack(also=more, task={"serves": tuple(FORMULAS)}))
    return places


def kept(city, cells):
    MeasureValue.objects.all().delete()
    MeasureValue.objects.bulk_create(
        MeasureValue(measure=f"t.{name}", place=place, month=MONTH, value=value, source="records")
        for place, row in zip(city, cells, strict=True)
        for name, value in zip(("area", "households", "closed"), row, strict=True)
        if value is not None
    )


WHOLE_SIDES = {
    "least": lambda homes, _closed: [(homes, TARGET)],
    "posts": lambda homes, closed: [(closed, -(-homes // 7))],
    "both": lambda homes, closed: [(closed, 5), (homes, 30)],
}


def by_hand(code, cells) -> tuple[int, list[Fraction]]:
    """(how many fall short, what they lack of each thing), figure by figure; areas are kept as hundredths."""
    short, lacks = 0, {}
    for area, homes, closed in cells:
        sides = {
            "facility-30": [(area, 100), (homes and 30 * homes, 100)],
            "ratio": [(area, 100), (homes and TARGET * homes, 100)],
        }.get(code)
        if sides:
            if area is None or not homes:
                continue
            there, wanted = (Fraction(*side) for side in sides)
            pairs = [(there, wanted)]
        elif code in WHOLE_SIDES:
            unknown = homes is None or (closed is None and code != "least")
            pairs = [] if unknown else WHOLE_SIDES[code](homes, closed)
        else:
            failed = {
                "flag": closed is not None and closed != 3,
                "between": homes is not None and not 10 <= homes <= 90,
            }
            short += failed[code]
            continue
        if any(there < wanted for there, wanted in pairs):
            short += 1
            for nr, (there, wanted) in enumerate(pairs):
                lacks[nr] = lacks.get(nr, Fraction(0)) + max(Fraction(0), wanted - Fraction(there))
    return short, [lack for _nr, lack in sorted(lacks.items()) if lack]


numbers = st.one_of(st.none(), st.integers(0, 120))


@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(cells=st.lists(st.tuples(numbers, numbers, numbers), min_size=3, max_size=3))
@example(cells=[(0, 7, 3), (29, 100, 3), (3000, 100, 9)])
@example(cells=[(None, None, None), (0, 0, 0), (1, 3, 4)])
def test_the_sentence_equals_what_is_added_up_by_hand_from_unrounded_figures(city, cells):
    """XA-158: counted and added up place by place, the same as figure by figure; the list behind it adds up to it."""
    kept(city, cells)
    top = city[0].parent.parent.parent
    lines = {line.indicator.code: line for line in scorecard(Plan.objects.get(), top, MARCH).lines}
    for code in FORMULAS:
        if lines[code].row.met is not False or code == "whole":
            assert lines[code].short is None
            continue
        number, lacks = by_hand(code, cells)
        told = lines[code].short
        if not number:
            assert told is None  # the whole falls short, and no place does
            continue
        assert (told.number, [lack.amount for lack in told.lacks]) == (number, lacks)
        listed = short_places(lines[code].indicator, top, MARCH)
        assert len(listed.places) == number
        by_title = {}
        for row in listed.places:
            for lack in row.lacks:
                by_title[lack.title] = by_title.get(lack.title, Fraction(0)) + lack.amount
        assert by_title == {lack.title: lack.amount for lack in told.lacks}


def test_a_part_of_a_person_is_a_person(city):
    """A closed case for each seven homes: of 8 homes it takes two, and two places lack 1 + 3, not 0.14 + 2.57."""
    kept(city, [(0, 8, 1), (0, 25, 1), (0, 7, 1)])
    top = city[0].parent.parent.parent

    line = next(x for x in scorecard(Plan.objects.get(), top, MARCH).lines if x.indicator.code == "posts")

    assert (line.short.number, [lack.words for lack in line.short.lacks]) == (2, ["4 件"])


def test_what_is_missing_is_told_in_words_and_opens_to_each_place(city, client):
    """XA-158: "2 个社区合计差 48.5 ㎡", those that lack most first, each with what it has."""
    kept(city, [(1000, 100, 1), (150, 100, 1), (9000, 100, 1)])
    county = city[0].parent.parent
    client.force_login(make_worker(county.parent, "plans.view"))

    where = f"?place={county.parent.code}&period=2026-03"
    page = client.get(reverse("plan-scorecard", args=["ts-2025"]) + where).content.decode()
    opened = client.get(reverse("indicator-short", args=["ts-2025", "facility-30"]) + where)

    assert "2 个社区合计差 48.50 ㎡" in page or "2 个社区合计差 48.5 ㎡" in page
    rows = opened.context["list"].places
    assert [(row.place, row.has) for row in rows] == [
        (city[1], (("设施面积", "㎡", Fraction(3, 2)), ("户数", "户", 100))),
        (city[0], (("设施面积", "㎡", 10), ("户数", "户", 100))),
    ]
    assert [row.lacks[0].amount for row in rows] == [Fraction(57, 2), 20]


def test_somebody_of_another_county_finds_no_list_and_the_public_no_sentence(city, client):
    kept(city, [(1000, 100, 1), (150, 100, 1), (9000, 100, 1)])
    top = city[0].parent.parent.parent
    card = scorecard(Plan.objects.get(), top, MARCH, public=True)
    assert [line.short for line in card.lines] == [None] * len(FORMULAS)

    client.force_login(make_worker(city[2].parent.parent, "plans.view"))
    address = reverse("indicator-short", args=["ts-2025", "facility-30"])
    assert client.get(f"{address}?place={city[0].parent.parent.code}").status_code == 404
    assert client.get(f"{address}?place={city[0].code}").status_code == 404


def test_a_target_of_the_whole_has_no_list_and_says_so(city, client):
    kept(city, [(1, 1, 1), (1, 1, 1), (1, 1, 1)])
    client.force_login(make_worker(city[0].parent.parent.parent, "plans.view"))
    page = client.get(reverse("indicator-short", args=["ts-2025", "whole"]) + "?period=2026-03")
    assert page.context["list"].short is None
    assert "不是对每个地方的" in page.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "avg(户数)",
        "sum(户数) / 100",
        "max(户数)",
        "distinct(服务人数)",
        "sum(户数) / sum(户数) of(城市社区)",
        "last(满意率)",
    ],
)  # fmt: skip
def test_a_target_that_is_not_for_each_place_is_counted_nowhere(text):
    made = compile_formula(text, CATALOGUE).expression
    assert shortfall_of(made, at_least=Fraction(5)) is None


@pytest.mark.parametrize(
    "text", ["share(满意率 >= 80)", "share(户数 >= 1 or 设施面积 >= 1)", "share(户数 <= 5)"]
)
def test_what_does_not_add_up_is_counted_and_not_summed(text):
    found = shortfall_of(compile_formula(text, CATALOGUE).expression, at_least=None)
    assert found.missing == ()
    assert found.short.part.op == "not"
    assert ir.measures_of(found.short)
