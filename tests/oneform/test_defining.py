"""Forms defined on a page: known facts are refused with the place where they stand (XA-107, XA-105)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from linli.oneform.actions.defining import define_form
from linli.oneform.models import FormDefinition
from linli.oneform.queries import definitions_for
from tests.factories.people import make_worker
from tests.factories.places import make_community
from tests.factories.registers import install_pack

pytestmark = pytest.mark.django_db
COLUMNS = "名称=台账\n类别=台账\n本月团队排练次数=填数字，同一天算一次\n最想要的场地＝填文字,一句话"


@pytest.fixture
def county():
    return make_community(1).parent.parent


@pytest.fixture
def officer(county):
    return make_worker(county, "form.view", "forms.review_county")


def sent(county, **more):
    return {
        "place": county.code, "code": "rehearsals-2026", "title": "团队排练情况", "issuer": "文旅部门",
        "basis": "公共文化服务保障法", "approval": "东减负办〔2026〕9号", "refusal_rule": "未经准入可以拒填",
        "frequency": "month", "valid_from": "2026-03-01", "expires_on": "2026-12-31", "term_workdays": "5",
        "minutes": "10", "rows": "organisations", "columns": COLUMNS, **more,
    }  # fmt: skip


def test_a_county_defines_a_form_on_the_page_and_its_communities_are_asked(client, county, officer):
    client.force_login(officer)
    assert client.post(reverse("form-define"), sent(county)).status_code == 302
    made = FormDefinition.objects.get()
    told = [(c["title"], c["field"], c["gap"], c["meaning"]) for c in made.columns]
    assert told == [
        ("名称", "name", "", ""),
        ("类别", "kind", "", ""),
        ("本月团队排练次数", "", "number", "同一天算一次"),
        ("最想要的场地", "", "text", "一句话"),
    ]
    worker = make_worker(make_community(1), "form.view", "forms.fill")
    assert (made.refused, definitions_for(worker)) == ("", [made])
    far = make_worker(make_community(9, street="990102001000"), "form.view", "forms.fill")
    assert definitions_for(far) == []


@pytest.mark.parametrize(
    ("more", "field", "why"),
    [
        (
            {"columns": "成员人数=填数字，现有成员"},
            "columns",
            "台账“社会组织和团队”（/registers/organisations/）",
        ),
        ({"columns": "社区工作者数=填数字，在岗", "rows": ""}, "columns", "计数项“社区工作者数”"),
        ({"columns": "血型=台账"}, "columns", "没有“血型”这一列"),
        ({"columns": "联系电话=台账"}, "columns", "个人信息"),
        ({"columns": "困难=填文字"}, "columns", "写明口径"),
        ({"columns": "没有这项=计数"}, "columns", "没有计数项"),
        ({"place": "990102000000"}, "place", "管不到"),
        ({"expires_on": ""}, "expires_on", "填"),
    ],
)
def test_what_is_known_personal_or_unclear_is_refused_beside_its_field(
    client, county, officer, more, field, why
):
    client.force_login(officer)
    answer = client.post(reverse("form-define"), sent(county, **more))
    assert answer.status_code == 422
    assert why in "；".join(answer.context["form"].errors[field])
    assert not FormDefinition.objects.exists()


def test_what_another_form_asks_is_not_asked_again_and_a_code_is_taken_once(client, county, officer):
    client.force_login(officer)
    client.post(reverse("form-define"), sent(county))
    twice = client.post(reverse("form-define"), sent(county, title="别的表"))
    again = client.post(reverse("form-define"), sent(county, code="other", title="别的表"))
    assert "已经用过" in str(twice.context["form"].errors["code"])
    assert "已由《团队排练情况》填报" in str(again.context["form"].errors["columns"])


def test_a_pack_leaves_forms_of_the_page_alone(county, officer):
    install_pack("forms/99-2026.yaml")
    made = FormDefinition.objects.first()
    FormDefinition.objects.filter(pk=made.pk).update(
        source="页面登记", code="of-the-page", area="990000000000"
    )
    install_pack("forms/99-2026.yaml")
    made.refresh_from_db()
    assert made.retired_on is None


def test_P2_only_who_reviews_for_the_county_defines(county):
    street = make_worker(make_community(1).parent, "form.view", "forms.review_county")
    facts = sent(county) | {"columns": [], "place": county}
    with pytest.raises(PermissionDenied):
        define_form(by=street, **facts)
