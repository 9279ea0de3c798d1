"""Signs, mechanisms and lists: what villages keep for others, what they do of their own, what they may certify."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from tests.factories.people import make_worker
from tests.factories.places import make_community
from tests.factories.registers import enter, install_pack

pytestmark = pytest.mark.django_db


@pytest.fixture
def village():
    install_pack("registers/standard.yaml")
    return make_community(1, urban_rural="220", committee="villagers")


def item(place, code, **said):
    return enter("admission-items", place=place, code=code, published_on=date(2026, 1, 10), **said)


def test_XZ_054_signs_beyond_the_allowed_list_are_seen_until_they_are_gone(village, client):
    enter("signs", place=village, title="村民委员会", kind="sign", allowed=True, basis="村民委员会组织法")
    enter("signs", place=village, title="某局工作站", kind="sign", asked_by="某局", put_up_on="2024-05-01")
    enter("signs", place=village, title="某专班", kind="mechanism", asked_by="某办")
    for wrong, why in (({"allowed": True}, "依据"), ({"removed_on": "2024-01-01"}, "清理")):
        with pytest.raises(ValidationError, match=why):
            enter("signs", place=village, title="又一块", kind="sign", put_up_on="2024-05-01", **wrong)
    client.force_login(make_worker(village, "registers.keep", "form.view", "forms.fill"))

    surplus = client.get("/registers/signs/?allowed=no&kind=sign").content.decode()

    assert [title in surplus for title in ("某局工作站", "村民委员会", "某专班")] == [True, False, False]


def test_XZ_003_the_own_duties_of_a_village_are_a_published_list_and_the_rest_is_extra(village, client):
    county = village.parent.parent
    item(county, "CJ-01", list="own", title="调解民间纠纷", basis="村民委员会组织法 第二条")
    item(
        county, "XZ-01", list="assist", title="养老摸底", department="民政局", basis="依法", funds="每户20元"
    )
    client.force_login(make_worker(village, "registers.keep", "form.view"))

    page = client.get("/forms/admission/").content.decode()

    assert [words in page for words in ("调解民间纠纷", "村级组织履行职责", "养老摸底")] == [True] * 3


def test_XA_099_the_street_promises_a_term_for_what_it_does_for_communities(village, client):
    county = village.parent.parent
    enter(
        "admission-items", place=county, code="CJ-01", published_on=date(2026, 2, 1), list="own",
        title="调解民间纠纷", basis="村民委员会组织法",
    )  # fmt: skip
    said = {
        "list": "street",
        "title": "物业矛盾现场会商",
        "department": "街道城管办",
        "basis": "街道工作规程",
    }
    with pytest.raises(ValidationError, match="承诺时限"):
        item(county, "JD-01", **said)

    item(county, "JD-01", term_workdays=3, **said)

    client.force_login(make_worker(village, "registers.keep", "form.view"))
    page = client.get("/forms/admission/").content.decode()
    assert [words in page for words in ("物业矛盾现场会商", "承诺 3 个工作日", "调解民间纠纷")] == [True] * 3


def test_XZ_004_proofs_that_may_be_issued_stand_on_a_list_with_their_basis(village, client):
    item(village.parent.parent, "ZM-01", list="proof", title="居住情况说明", basis="居住证暂行条例 第九条")
    client.force_login(make_worker(village, "registers.keep", "form.view"))

    page = client.get("/forms/admission/").content.decode()

    assert [words in page for words in ("居住情况说明", "可出具的证明")] == [True] * 2
