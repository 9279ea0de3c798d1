"""Evaluation by an index: data drawn, self-check, site check, public comment, grade, tasks, evaluated again."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from psycopg.types.range import DateRange

from linli.cases.actions import WrongState, take_step
from linli.kernel import clock
from linli.measures import Period
from linli.packs.reading import read_packs
from linli.people.models import Post
from linli.plans.actions import open_evaluation
from linli.plans.actions.installing_indexes import index_changes, install_index
from linli.plans.lint import lint_index
from linli.plans.models import EvaluationIndex, Finding, MeasureValue
from linli.plans.naming import names_of_packs
from linli.plans.queries.evaluations import result_of, things_to_do
from linli.plans.schema_index import IndexPack
from tests.factories.people import make_role, make_unit, make_user, make_worker
from tests.factories.places import make_community

from .shelves import install_small

MONTH = 2026 * 12 + 1
WRONG = (PermissionDenied, WrongState)
FEBRUARY = Period.parse("2026-02")
OFFICER = ("plans.view", "plans.assign", "evaluation.view", "finding.view")
LINE = {"unit": "㎡", "quote": "每个社区"}
INDEX = {
    "pack": "index", "code": "small", "title": "测试指标体系", "source": "测试", "area": "990100000000",
    "valid_from": date(2021, 1, 1), "scope": "communities", "self_check_days": 10, "comment_days": 7,
    "improve_days": 90,
    "gates": [{"code": "area", "title": "有设施", "formula": "sum(设施面积)", "at_least": "1", **LINE}],
    "items": [
        {"code": "per-100", "title": "每百户面积", "formula": "sum(设施面积) / sum(户数) * 100", "weight": "60",
         "worst": "0", "best": "30", **LINE},
        {"code": "closed", "title": "办结", "formula": "sum(办结数)", "weight": "40", "worst": "0", "best": "20",
         "unit": "件", "quote": "事事有回音"},
    ],
    "bands": [{"name": "优", "from_score": "80"}, {"name": "良", "from_score": "40"}],
}  # fmt: skip


def index_pack(**changes):
    return IndexPack.model_validate({**INDEX, **changes})


@pytest.fixture
def town(db, monkeypatch):
    one, two = make_community(1), make_community(2)
    install_small(monkeypatch)
    install_index(index_pack())
    unit = make_unit(one.parent, "桥头街道办事处", kind="street_office")
    clerk = make_user("承办人")
    role = make_role("carrier", "plans.carry_out", "evaluation.view", "finding.view")
    Post.objects.create(
        person=clerk.person, role=role, place=one.parent, unit=unit, during=DateRange(date(2020, 1, 1), None)
    )
    figure("t.area", one, 1_500)
    figure("t.households", one, 100)
    figure("t.closed", one, 5)
    return {"one": one, "two": two, "clerk": clerk, "officer": make_worker(one.parent.parent, *OFFICER)}


def figure(measure, place, value, month=MONTH):
    MeasureValue.objects.create(measure=measure, place=place, month=month, value=value, source="records")


def held(town):
    return open_evaluation(
        EvaluationIndex.objects.get(retired_on=None), by=town["officer"], place=town["one"].parent.parent,
        period=FEBRUARY, title="2026年评价",
    )  # fmt: skip


def on(evaluation, step, by, **fields):
    evaluation.case.refresh_from_db()
    take_step(evaluation.case, step, by=by, **fields)
    evaluation.refresh_from_db()


def to_published(town, evaluation):
    on(evaluation, "self_check", town["clerk"], words="数据与实际相符")
    on(evaluation, "site_check", town["officer"], words="现场看了活动室")
    on(evaluation, "publish", town["officer"])


def test_every_community_in_scope_is_drawn_with_what_is_known_and_what_is_not(town):
    """XF-002, XF-008: the first phase takes stock of each community."""
    found = {e.case.place: e for e in held(town).evaluations.select_related("case__place")}

    assert found[town["one"]].drawn == {"area": "15", "per-100": "15", "closed": "5"}
    assert found[town["two"]].drawn == {"area": None, "per-100": None, "closed": None}
    result = result_of(found[town["one"]])
    assert (result.grade, result.score) == ("良", Fraction(40))  # 60 × 15/30 + 40 × 5/20
    assert result_of(found[town["two"]]).failed_gates == ("area",)


def test_nobody_opens_a_round_beyond_his_reach(town):
    stranger = make_worker(make_community(1, street="990102001000").parent.parent, *OFFICER)
    with pytest.raises(PermissionDenied):
        held({**town, "officer": stranger})


def test_an_evaluation_goes_the_whole_way_and_comes_round_again(town, client):
    """XF-002, XF-008: draw, self-check, site check, public comment, grade, tasks, evaluated again."""
    one = held(town).evaluations.get(case__place=town["one"])
    on(one, "self_check", town["clerk"], words="办结应为 6 件")
    on(one, "correct", town["officer"], code="closed", value="6", why="查了台账")
    on(one, "site_check", town["officer"], words="现场看了台账")
    on(one, "publish", town["officer"])
    with pytest.raises(WrongState, match="公示到"):
        on(one, "grade", town["officer"])

    page = client.post(f"/plans/evaluations/of/{one.pk}/", {"words": "活动室常锁门"}, follow=True)
    assert "收到了" in page.content.decode()
    with clock.at(clock.now() + timedelta(days=8)):
        with pytest.raises(WrongState, match="没有答复"):
            on(one, "grade", town["officer"])
        on(one, "answer", town["officer"], answer="已安排每天开放")
        on(one, "grade", town["officer"])

        assert (one.grade, str(one.score)) == ("良", "42.0000")  # 30 + 40 × 6/20
        tasks = list(Finding.objects.filter(evaluation=one).select_related("case"))
        assert [task.words for task in tasks] == [
            "每百户面积：现在 15，应达到 30 ㎡。",
            "办结：现在 6，应达到 10 件。",
        ]
        with pytest.raises(WrongState, match="没有销号"):
            on(one, "draw_again", town["officer"])
        for task in tasks:
            take_step(task.case, "put_right", by=town["clerk"], remedy="已完成")
            take_step(task.case, "confirm", by=town["officer"])
        figure("t.area", town["one"], 3_000, month=MONTH + 1)
        figure("t.closed", town["one"], 20, month=MONTH + 1)
        on(one, "draw_again", town["officer"])

    assert (one.attempt, one.grade, one.case.state) == (2, "", "drawn")
    assert [old["grade"] for old in one.earlier] == ["良"]
    assert result_of(one).grade == "优"
    assert things_to_do(one) == []


def test_what_is_not_published_takes_no_comment_and_is_not_found(town, client):
    one = held(town).evaluations.get(case__place=town["one"])
    assert client.get(f"/plans/evaluations/of/{one.pk}/").status_code == 404
    to_published(town, one)
    with clock.at(clock.now() + timedelta(days=30)):
        page = client.post(f"/plans/evaluations/of/{one.pk}/", {"words": "晚了"}, follow=True)
    assert "不在公示期内" in page.content.decode()
    assert one.comments.count() == 0


def test_officers_look_through_a_round_and_open_one(town, client):
    client.force_login(town["officer"])
    answer = client.post(
        "/plans/evaluations/",
        {"index": EvaluationIndex.objects.get().pk, "period": "2026-02", "title": "首轮"},
    )
    page = client.get(answer["Location"])

    assert [row.case.place for row in page.context["rows"]] == [town["one"], town["two"]]
    number = page.context["rows"][0].case.number
    text = client.get(f"/cases/{number}/").content.decode()
    assert ("为什么还没有到上一等" in text, f'href="{answer["Location"]}"' in text) == (True, True)
    client.force_login(town["clerk"])
    text = client.get(f"/cases/{number}/").content.decode()
    assert ("首轮" in text, answer["Location"] in text) == (
        True,
        False,
    )  # the round of a county is not his to open
    client.force_login(town["officer"])
    assert client.post("/plans/evaluations/", {"period": "某天"}).status_code == 422


def test_a_changed_index_is_a_new_version_and_a_round_keeps_its_own(town):
    """XF-002: a versioned index."""
    first = held(town)
    assert index_changes(index_pack()).changed == ()
    install_index(index_pack(comment_days=10))

    assert list(EvaluationIndex.objects.order_by("version").values_list("version", "comment_days")) == [
        (1, 7),
        (2, 10),
    ]
    first.refresh_from_db()
    assert first.index.version == 1


def test_without_units_no_round_is_opened(town):
    other = make_community(1, street="990102001000")
    officer = make_worker(other.parent.parent, *OFFICER)
    with pytest.raises(ValidationError, match="责任单位"):
        open_evaluation(
            EvaluationIndex.objects.get(), by=officer, place=other.parent.parent, period=FEBRUARY, title="空"
        )


@pytest.mark.parametrize(
    ("changes", "where", "name"),
    [
        ({"scope": "moon"}, ("scope",), "index-scope-is-known"),
        ({"bands": [{"name": "甲", "from_score": "40"}, {"name": "乙", "from_score": "80"}]},
         ("bands", 1, "from_score"), "bands-go-down"),
        ({"bands": [{"name": "甲", "from_score": "140"}]}, ("bands", 0, "from_score"), "bands-lie-within-the-score"),
        ({"bands": [{"name": "甲", "from_score": "80"}, {"name": "甲", "from_score": "40"}]},
         ("bands", 1, "name"), "grade-names-differ"),
        ({"proposal": True}, ("note",), "proposal-says-what-is-ours"),
        ({"items": [{**INDEX["items"][0], "weight": "90"}]}, ("items",), "weights-add-up-to-a-hundred"),
        ({"items": [{**INDEX["items"][0], "weight": "100", "best": "0"}]}, ("items", 0, "best"),
         "best-is-not-the-worst"),
        ({"items": [{**INDEX["items"][0], "weight": "100", "code": "area"}]}, ("items", 0, "code"),
         "index-codes-differ"),
        ({"items": [{**INDEX["items"][0], "weight": "100", "title": "有设施"}]}, ("items", 0, "title"),
         "index-titles-differ"),
        ({"items": [{**INDEX["items"][0], "weight": "100", "formula": "sum(没有)"}]}, ("items", 0, "formula"),
         "index-formula-compiles"),
        ({"items": [{**INDEX["items"][0], "weight": "100"}, {**INDEX["items"][1], "weight": "0"}]},
         ("items", 1, "weight"), "weight-is-above-zero"),
    ],
)  # fmt: skip
def test_rules_of_an_index(town, changes, where, name):
    found = [
        (w, m.rpartition("[")[2].rstrip("]")) for w, m in lint_index(index_pack(**changes), names_of_packs())
    ]

    assert found == [(where, name)]


def test_the_shipped_index_is_clean_and_says_that_it_is_a_proposal(settings):
    """XF-004, XF-005: the twelve must-haves and the two grades, marked as our proposal."""
    packs, problems = read_packs(settings.PACKS_DIR / "indexes")

    assert problems == []
    (index,) = (pack for pack in packs if pack.code == "xian-livable-happy")
    assert (index.proposal, len(index.gates), [band.name for band in index.bands]) == (
        True, 12, ["幸福社区", "宜居社区"],
    )  # fmt: skip
    assert "建议稿" in index.note


def test_a_place_appeals_while_it_is_published_and_is_checked_again_or_not(town):
    """XF-008: only the place's own unit appeals; upheld, the numbers are checked again; dismissed, it goes on."""
    one = held(town).evaluations.get(case__place=town["one"])
    to_published(town, one)
    with pytest.raises(WRONG):
        on(one, "appeal", town["officer"], why="不是我们的单位")
    on(one, "appeal", town["clerk"], why="办结应为 6 件，台账已更正")
    with pytest.raises(WRONG):
        on(one, "grade", town["officer"])
    on(one, "dismiss", town["officer"], note="台账截至日以后的不计")
    assert (one.case.state, one.appeal) == ("published", "办结应为 6 件，台账已更正")

    on(one, "appeal", town["clerk"], why="另有一件漏计")
    on(one, "uphold", town["officer"], note="属实")
    on(one, "correct", town["officer"], code="closed", value="6", why="查了台账")
    assert result_of(one).score == 42
    on(one, "site_check", town["officer"], words="复核")
    on(one, "publish", town["officer"])
    with clock.at(clock.now() + timedelta(days=8)), pytest.raises(WrongState, match="期满"):
        on(one, "appeal", town["clerk"], why="晚了")
