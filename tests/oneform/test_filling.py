"""From opening a form to its corrections in the register. XA-107, XA-105, P-XA-13"""

import io
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from linli.cases.actions import WrongState, take_step
from linli.exchange.tables import read_table
from linli.oneform.actions.filling import FormRefused, answer, open_filling
from linli.oneform.models import Filling, FormDefinition
from linli.oneform.queries import burden, workbook
from tests.factories.people import make_worker
from tests.factories.places import make_community
from tests.factories.registers import enter, install_pack, make_organisation

pytestmark = pytest.mark.django_db
CODE = "organisations-half-yearly"


@pytest.fixture
def world():
    install_pack("forms/99-2026.yaml")
    place = make_community(1)
    rights = ("form.view", "forms.fill", "organisations.view", "organisations.edit")
    worker = make_worker(place, *rights)
    street = make_worker(place.parent, "form.view", "forms.review_street")
    county = make_worker(place.parent.parent, "form.view", "forms.review_county")
    team = make_organisation(place, member_count=12)
    return {"place": place, "worker": worker, "street": street, "county": county, "team": team}


def opened(world, code=CODE, period="2026H1"):
    form = FormDefinition.objects.get(code=code)
    return open_filling(form, place=world["place"], period=period, by=world["worker"])


def cell(filling, title, line=0):
    return next(one for one in filling.lines[line] if one.title == title)


def fill(world, filling, **more):
    values = {one.pk: "3" for line in filling.lines for one in line if one.asked}
    answer(filling, by=world["worker"], values=values | more)


def pass_through(world, filling):
    case = take_step(filling.case, "submit", by=world["worker"])
    case = take_step(case, "pass_on", by=world["street"])
    return take_step(case, "approve", by=world["county"])


def test_opening_prefills_what_is_known_with_its_source_and_asks_the_rest(world):
    make_organisation(make_community(2), name="别处的队")
    filling = opened(world)
    assert [(c.title, c.value, c.source, c.asked) for line in filling.lines for c in line] == [
        ("名称", "晚霞合唱队", "台账：社会组织和团队", False),
        ("类别", "群众活动团队", "台账：社会组织和团队", False),
        ("登记备案", "已备案", "台账：社会组织和团队", False),
        ("评估等级", "", "台账：社会组织和团队", False),
        ("成员人数", "12", "台账：社会组织和团队", False),
        ("本期开展活动次数", "", "", True),
        ("最需要的支持", "", "", True),
    ]


def test_a_measure_is_prefilled_and_silence_is_no_zero(world):
    filling = opened(world, "workforce-yearly", "2026")
    assert cell(filling, "社区工作者数").value == ""
    worker = enter(
        "workers",
        place=world["place"],
        number="W1",
        name="赵",
        kind="full_time",
        track="other",
        started_on="2020-01-01",
    )
    again = open_filling(filling.definition, place=world["place"], period="2025", by=world["worker"])
    assert (cell(again, "社区工作者数").value, worker.number) == ("1", "W1")
    assert cell(again, "持证社区工作者数").value == "0"


def test_the_same_form_and_period_is_opened_once(world):
    assert opened(world) == opened(world)
    assert Filling.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "period", "why"),
    [("compound-survey", "2026-03", "没有批准文号"), ("firm-visits-2025", "2025", "已于 2025-12-31 过期")],
)
def test_an_unapproved_or_expired_form_is_refused_with_the_rule(world, code, period, why):
    with pytest.raises(FormRefused, match=why) as refused:
        opened(world, code, period)
    assert "未经准入的报表社区可以拒填" in refused.value.messages[0]


@pytest.mark.parametrize("period", ["2026", "2026H3", "x", "2027H1"])
def test_a_period_that_is_not_the_forms_own_is_refused(world, period):
    with pytest.raises(ValidationError):
        opened(world, period=period)


def test_P3_nobody_opens_a_form_for_another_community(world):
    form = FormDefinition.objects.get(code=CODE)
    with pytest.raises(PermissionDenied):
        open_filling(form, place=make_community(2), period="2026H1", by=world["worker"])


def test_a_filling_with_open_gaps_is_not_submitted(world):
    filling = opened(world)
    with pytest.raises(WrongState, match="还有 2 格没有填"):
        take_step(filling.case, "submit", by=world["worker"])


def test_a_wrong_answer_is_told_by_cell_and_nothing_is_written(world):
    filling = opened(world)
    count, need = cell(filling, "本期开展活动次数"), cell(filling, "最需要的支持")
    with pytest.raises(ValidationError) as wrong:
        answer(filling, by=world["worker"], values={count.pk: "三次", need.pk: "场地"})
    assert set(wrong.value.message_dict) == {f"cell-{count.pk}"}
    assert cell(filling, "最需要的支持").value == ""


def test_corrections_flow_back_to_the_register_when_the_county_has_approved(world):
    filling = opened(world)
    fill(world, filling)
    answer(filling, by=world["worker"], values={cell(filling, "成员人数").pk: "15"})
    case = take_step(filling.case, "submit", by=world["worker"])
    world["team"].refresh_from_db()
    assert world["team"].member_count == 12
    case = take_step(case, "pass_on", by=world["street"])
    case = take_step(case, "approve", by=world["county"])
    world["team"].refresh_from_db()
    assert (world["team"].member_count, world["team"].changed_by) == (15, world["worker"])
    assert world["team"].changed_why == f"报表更正 {case.number}"


def test_a_correction_the_register_refuses_stops_the_approval_and_says_why(world):
    filling = opened(world)
    fill(world, filling)
    answer(filling, by=world["worker"], values={cell(filling, "评估等级").pk: "3A"})
    with pytest.raises(WrongState, match="只有已登记的组织有评估等级"):
        pass_through(world, filling)
    world["team"].refresh_from_db()
    assert world["team"].grade == ""


def test_what_was_answered_before_is_shown_again_and_not_asked(world):
    """XA-107"""
    first = opened(world, "workforce-yearly", "2025")
    fill(world, first)
    case = pass_through(world, first)
    second = opened(world, "workforce-yearly", "2026")
    assert (cell(second, "志愿替班人次").value, cell(second, "志愿替班人次").source) == (
        "3",
        f"{case.number} 已填报",
    )
    assert second.open_gaps == 0


def test_after_submitting_nothing_is_changed_until_it_is_sent_back(world):
    filling = opened(world)
    fill(world, filling)
    case = take_step(filling.case, "submit", by=world["worker"])
    with pytest.raises(ValidationError, match="已经提交"):
        fill(world, filling)
    take_step(case, "send_back", by=world["street"], note="请核对活动次数")
    fill(world, filling)


def test_P2_each_review_has_its_own_post(world):
    filling = opened(world)
    fill(world, filling)
    case = take_step(filling.case, "submit", by=world["worker"])
    for wrong in (world["worker"], world["county"]):
        with pytest.raises(PermissionDenied):
            take_step(case, "pass_on", by=wrong)


def test_the_table_comes_out_in_the_official_style(world, tmp_path):
    filling = opened(world)
    fill(world, filling)
    path = Path(tmp_path) / "表.xlsx"
    path.write_bytes(workbook(filling))
    rows = [cells for _number, cells in read_table(path, "表.xlsx").rows]
    assert rows[0][0] == "社区社会组织情况表"
    assert [c for c in rows[2] if c] == ["序号", "台账和计数", "本次填报", "备注"]
    assert rows[4][:8] == [1, "晚霞合唱队", "群众活动团队", "已备案", None, "12", 3, "3"]
    assert any("填报单位（盖章）：" in str(c) for row in rows for c in row)
    assert io.BytesIO(workbook(filling)).read(2) == b"PK"


def test_the_burden_register_says_who_asks_how_much_in_a_year(world):
    """XA-107"""
    told = {one.issuer: one for one in burden()}
    civil = told["云岭省民政部门"]
    assert (civil.form_count, civil.column_count, civil.known_count, civil.gap_count) == (2, 12, 9, 3)
    assert civil.hours_a_year == 0.9
    housing = told["云岭省住房和城乡建设部门"]
    assert (housing.form_count, housing.hours_a_year, housing.refused_count) == (0, 0, 1)


def test_a_worker_opens_fills_and_submits_on_the_pages(world, client):
    client.force_login(world["worker"])
    listed = client.get("/forms/").content.decode()
    assert "社区社会组织情况表" in listed
    assert "没有批准文号，可以不填" in listed
    answer_page = client.post(
        f"/forms/definitions/{CODE}/open/", {"place": world["place"].code, "period": "2026H1"}
    )
    filling = Filling.objects.get()
    number = filling.case.number
    assert answer_page.url == f"/forms/{number}/fill/"
    assert "台账：社会组织和团队" in client.get(answer_page.url).content.decode()
    gaps = {f"cell-{c.pk}": "3" for c in filling.cells.filter(asked=True)}
    wrong = client.post(answer_page.url, gaps | {f"cell-{cell(filling, '成员人数').pk}": "很多"})
    assert (wrong.status_code, "不是数字" in wrong.content.decode()) == (422, True)
    assert client.post(answer_page.url, gaps).status_code == 302
    assert "晚霞合唱队" in client.get(f"/cases/{number}/").content.decode()
    assert client.get(f"/forms/{number}/table/").content[:2] == b"PK"
    refused = client.post(
        "/forms/definitions/compound-survey/open/", {"place": world["place"].code, "period": "2026-03"}
    )
    assert refused.status_code == 422


def test_who_reads_forms_and_fills_none_finds_no_link_to_fill_one(world, client):
    opening = f"/forms/definitions/{CODE}/open/"
    seen = []
    for who in ("worker", "street"):
        client.force_login(world[who])
        page = client.get("/forms/")
        seen.append((opening in page.content.decode(), client.get(opening).status_code))
    assert seen == [(True, 200), (False, 403)]
