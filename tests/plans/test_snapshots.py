"""A snapshot made from the database answers what the database answers; everybody may ask it over the API."""

import pytest

from linli.api.models import RateCount
from linli.measures import Period
from linli.plans import commands
from linli.plans.api import AnalyticsShown
from linli.plans.models import Indicator, MeasureValue, Plan
from linli.plans.nation.asking import Places
from linli.plans.queries.analytics import newest_snapshot
from linli.plans.queries.relations import months_of
from linli.plans.queries.values import values_of
from tests.factories.api import make_token
from tests.factories.people import make_user
from tests.factories.places import make_community

from .shelves import INDICATOR, install_small, plan_pack

pytestmark = pytest.mark.django_db
MONTH = 2026 * 12
MORE = (
    {**INDICATOR, "code": "per-100", "ref": "I-TS-02", "number": 2, "readings": (),
     "formula": "sum(设施面积) / sum(户数) * 100"},
    {**INDICATOR, "code": "closed", "ref": "I-TS-03", "number": 3, "readings": (), "unit": "件", "decimals": 0,
     "baseline": None, "formula": "sum(办结数)"},
)  # fmt: skip


@pytest.fixture
def city(monkeypatch, settings, tmp_path, capsys):
    settings.STATE_DIR = tmp_path
    places = [make_community(n) for n in (1, 2)] + [make_community(1, street="990102001000")]
    serves = {"serves": tuple(one["code"] for one in (INDICATOR, *MORE))}
    install_small(monkeypatch, plan=plan_pack(also=MORE, task=serves))
    for n, place in enumerate(places):
        for month in (MONTH, MONTH + 1):
            _figure("t.area", place, month, 2_000 + 700 * n)
            _figure("t.closed", place, month, 3 + n) if n else _figure("t.closed", place, month, None)
        _figure("t.households", place, MONTH, 100)
    assert commands.main(["snapshot", "2026"]) == 0
    assert capsys.readouterr().out.endswith("\t3/3 formulas\n")
    return places


def _figure(measure, place, month, value):
    MeasureValue.objects.create(
        measure=measure, place=place, month=month, value=value, status=0 if value is not None else 2,
        source="records",
    )  # fmt: skip


def _levels(places):
    street = places[0].parent
    return [street, street.parent, street.parent.parent, street.parent.parent.parent]


@pytest.mark.parametrize("name", ["2026-01", "2026-02", "2026Q1", "2026"])
def test_snapshot_and_database_give_the_same_values(city, name):
    """Same definitions, equal cells: on every level, with a reason for a gap and a month that is not over."""
    period, snapshot = Period.parse(name), newest_snapshot()
    rows = values_of(list(Indicator.objects.all()), _levels(city), period)
    from linli.plans.formula import ir

    wanted = {(r.place.code, r.indicator.code): r.value for r in rows}
    expressions = {i.code: ir.from_json(i.expression) for i in Indicator.objects.all()}

    cells = snapshot.cells(
        expressions, [months_of(period)], Places(codes=tuple(p.code for p in _levels(city)))
    )

    assert {(c.area, c.indicator): c.value for c in cells} == wanted


def test_everybody_may_ask_a_snapshot_over_the_api(client, city):
    county = city[0].parent.parent
    asked = f"/api/v1/plans/ts-2025/analytics?indicators=per-100&periods=2026-01,2026Q1&within={county.code}"

    answer = client.get(asked + "&level=street", secure=True)

    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert AnalyticsShown.model_validate(told)
    assert told["areas"] == [city[0].parent.code]
    assert [(one["period"], one["values"], one["statuses"]) for one in told["series"]] == [
        ("2026-01", [23.5], {}),
        ("2026Q1", [23.5], {}),
    ]


def test_communities_are_told_one_by_one_with_the_reason_where_there_is_no_number(client, city):
    """A few cases are not told by their count: below the small count of the measures pack the parts are withheld."""
    street = city[0].parent
    asked = f"/api/v1/plans/ts-2025/analytics?indicators=closed&periods=2026-01&within={street.code}"

    told = client.get(asked + "&level=community", secure=True).json()

    (one,) = told["series"]
    assert told["areas"] == [city[0].code, city[1].code]
    assert (one["values"], one["statuses"]) == ([None, 4], {"0": "not_applicable"})
    assert (one["numerators"], one["expected"]) == ([None, None], [0, 1])


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("periods=2026-01", "places"),
        ("periods=nonsense&places=990101000000", "nonsense"),
        ("periods=2019-01&places=990101000000", "没有汇总这个时期"),
        ("periods=2026-01&places=990101000000&indicators=nobody", "nobody"),
    ],
)
def test_what_cannot_be_answered_is_said(client, city, query, words):
    answer = client.get(f"/api/v1/plans/ts-2025/analytics?{query}", secure=True)

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_without_a_snapshot_the_api_says_what_to_run(client, monkeypatch, settings, tmp_path):
    settings.STATE_DIR = tmp_path
    make_community(1)
    install_small(monkeypatch)
    answer = client.get(
        f"/api/v1/plans/{Plan.objects.get().code}/analytics?periods=2026&places=990101000000", secure=True
    )
    assert "linli plan snapshot" in answer.content.decode()


def test_an_office_with_many_tokens_is_counted_by_person_and_not_as_one_address(client, city):
    """I13: two who ask from one address with tokens of their own are two counts; nobody is counted a second time."""
    asked = "/api/v1/plans/ts-2025/analytics?indicators=closed&periods=2026-01&places=990101000000"
    for name in ("甲", "乙"):
        _token, key = make_token(make_user(name), "plans:read")
        answer = client.get(asked, secure=True, headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 200, answer.content
    assert sorted(RateCount.objects.values_list("count", flat=True)) == [1, 1, 1, 1]  # person, live: of each
