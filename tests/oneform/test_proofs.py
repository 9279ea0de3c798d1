"""The desk of a community: proofs by the list, refusals of what no law demands, and how its street serves it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from linli.registers.actions import change_record
from linli.registers.declaring import registers
from tests.factories.people import make_worker
from tests.factories.places import make_community
from tests.factories.registers import enter, install_pack

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules():
    install_pack("registers/standard.yaml")


@pytest.fixture
def place():
    return make_community(1)


@pytest.fixture
def worker(place, client):
    made = make_worker(place, "form.view", "forms.fill", "registers.keep")
    client.force_login(made)
    return made


def listed(place, kind="proof", title="居住情况说明", **more):
    said = {
        "place": place.parent.parent,
        "code": f"{kind}-{title}",
        "published_on": "2026-01-01",
        "basis": "居住证暂行条例",
    }
    if kind == "street":
        said |= {"department": "街道办事处", "term_workdays": 10}
    return enter("admission-items", list=kind, title=title, **said | more)


def test_XZ_004_a_proof_of_the_list_is_issued_with_its_number_and_printed_in_the_words_of_the_list(
    place, worker, client
):
    item = listed(place, template="兹证明{姓名}住在{社区}，用于{用途}。", until="2026-12-31")
    said = {
        "place": place,
        "item": item,
        "holder": "张三",
        "purpose": "办理居住证",
        "handed_to": "派出所",
        "signed_by": "王淑英",
    }
    made = enter("proofs-issued", number="1", issued_on="2026-03-01", **said)
    letter = client.get(f"/registers/proofs-issued/{made.pk}/letter/").content.decode()
    told = (
        f"兹证明张三住在{place.name}，用于办理居住证。",
        "编号：1",
        "派出所：",
        "2026年3月1日",
        "依据：居住证暂行条例。",
    )
    assert [words for words in told if words not in letter] == []

    for wrong, why in (
        ({"item": listed(place, "own", "调解纠纷")}, "不是清单里可出具的证明"),
        ({"issued_on": date(2027, 1, 1)}, "不在有效期内"),
        ({"item": listed(make_community(9, street="990102001000"), title="外地证明")}, "不是本区划的"),
        ({"number": "1"}, "已经登记过"),
    ):
        with pytest.raises(ValidationError, match=why):
            enter("proofs-issued", **said | {"number": "2", "issued_on": date(2026, 3, 1)} | wrong)


def test_XZ_004_a_demand_for_an_unlisted_proof_is_refused_with_a_standard_reply_and_noted(
    place, worker, client
):
    listed(place)
    said = {"place": place, "asked_by": "某保险公司", "asked_on": "2026-03-01", "refused_on": "2026-03-02"}
    made = enter("proofs-refused", number="1", title="无犯罪证明", stated_basis="内部规定", **said)
    letter = client.get(f"/registers/proofs-refused/{made.pk}/letter/").content.decode()
    told = ("不予出具证明告知书", "某保险公司：", "无犯罪证明", "内部规定", "不得要求村（社区）出具")
    assert [words for words in told if words not in letter] == []
    with pytest.raises(ValidationError, match="应当出具"):
        enter("proofs-refused", number="2", title="居住情况说明", **said)


def test_XA_099_a_community_rates_what_its_street_owes_it(place, worker, client):
    item = listed(place, "street", "修缮社区用房")
    said = {"place": place, "item": item, "rated_on": date(2026, 3, 1), "in_time": False}
    made = enter("street-service-ratings", score=4, **said)
    with pytest.raises(ValidationError, match="写明意见"):
        change_record(registers["street-service-ratings"], made, by=worker, score=2)
    change_record(registers["street-service-ratings"], made, by=worker, score=2, remark="拖了两个月")
    with pytest.raises(ValidationError, match="不是街道服务社区的事项"):
        enter("street-service-ratings", score=5, **said | {"item": listed(place)})
    page = client.get(f"/registers/admission-items/{item.pk}/").content.decode()
    assert "拖了两个月" in page
