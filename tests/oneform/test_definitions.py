"""A form takes what is known from where it stands and asks nothing again. XA-105, XZ-053"""

from copy import deepcopy

import pytest
import yaml
from pydantic import ValidationError

from linli.oneform.definitions import FormsPack, check, place_of_fact
from tests.factories.registers import PACKS

TEXT = yaml.safe_load((PACKS / "forms/99-2026.yaml").read_text("utf-8"))


def problems(*columns, rows="organisations", also=()):
    given = deepcopy(TEXT)
    first = given["forms"][0] | {"rows": rows, "columns": list(columns)}
    given["forms"] = [first, *({**first, "code": "second", "title": "第二张表", "columns": c} for c in also)]
    return [message for _where, message in check(FormsPack.model_validate(given))]


def gap(title, kind="text"):
    return {"title": title, "gap": kind, "meaning": "口径"}


@pytest.mark.parametrize(
    ("title", "rows", "where"),
    [
        ("统一社会信用代码", "organisations", "台账“社会组织和团队”（/registers/organisations/）"),
        ("评估等级", "organisations", "台账“社会组织和团队”（/registers/organisations/）"),
        ("评估 等级（A级）", "organisations", "台账“社会组织和团队”（/registers/organisations/）"),
        ("社会组织和团队评估等级", "", "台账“社会组织和团队”（/registers/organisations/）"),
        ("证书级别", "", "台账“职业证书”（/registers/certificates/）"),
        ("社区工作者数", "", "计数项“社区工作者数”"),
        ("名称", "", ""),
        ("最需要的支持", "organisations", ""),
    ],
)
def test_a_known_fact_is_found_where_it_stands(title, rows, where):
    assert place_of_fact(title, rows) == where


def test_asking_a_known_fact_again_is_refused_with_the_place():
    assert problems(gap("评估等级"), gap("社区工作者数", "number")) == [
        "“评估等级”已有台账“社会组织和团队”（/registers/organisations/），不能再要",
        "“社区工作者数”已有计数项“社区工作者数”，不能再要",
    ]


def test_two_forms_do_not_ask_the_same():
    assert problems(gap("活动次数"), also=([gap("活动 次数")],)) == [
        "“活动 次数”已由《社区社会组织情况表》填报，不能再要"
    ]


def test_a_form_takes_nothing_personal_and_nothing_that_is_not_there():
    assert problems({"title": "电话", "field": "contact_phone"}, {"title": "x", "field": "nothing"}) == [
        "“联系电话”是个人信息，报表不取",
        "台账“社会组织和团队”没有列 nothing",
    ]
    assert problems({"title": "x", "measure": "没有这一项"}, rows="") == ["没有计数项“没有这一项”"]
    assert problems(gap("x"), rows="nowhere") == ["没有台账 nowhere"]


@pytest.mark.parametrize(
    "column",
    [
        {"title": "x"},
        {"title": "x", "field": "name", "measure": "社区工作者数"},
        {"title": "x", "gap": "text"},
    ],
)
def test_a_column_is_one_thing_and_a_gap_says_what_it_means(column):
    with pytest.raises(ValidationError):
        problems(column)


def test_the_packs_of_the_repository_ask_nothing_that_is_known():
    assert list(check(FormsPack.model_validate(TEXT))) == []
