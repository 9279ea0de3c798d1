"""The admission lists and requests to be admitted (XA-105, XA-106, XZ-003, XZ-053; P-XA-13)."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from linli.measures import Period, measures
from linli.oneform.models import AdmissionItem
from tests.factories.people import make_worker
from tests.factories.places import make_community
from tests.factories.registers import enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return make_community(1).parent.parent


def item(place, code="2026-01", **more):
    stated = {
        "published_on": date(2026, 1, 10), "list": "assist", "title": "养老服务需求摸底",
        "department": "民政局", "basis": "老年人权益保障法", "funds": "每户 20 元，提供户籍数据",
    }  # fmt: skip
    return enter("admission-items", place=place, code=code, **stated | more)


def request(place, **more):
    stated = {
        "code": "SQ-1", "department": "统计局", "task": "入户调查", "matter": "other", "role": "assist",
        "basis": "统计法", "asked_on": date(2026, 2, 1), "money_yuan": 5000, "expires_on": date(2026, 12, 31),
        "answer": "accepted", "answered_on": date(2026, 2, 10), "approval": "东委办〔2026〕7号",
    }  # fmt: skip
    return enter("admission-requests", place=place, **stated | more)


def test_XA_106_assisting_comes_with_funds_or_conditions(county):
    assert item(county).funds
    with pytest.raises(ValidationError, match="经费和条件"):
        item(county, code="2026-02", funds="")


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"money_yuan": None}, "费随事转"),
        ({"expires_on": None}, "有效期"),
        ({"matter": "demolition", "role": "lead"}, "不得以社区为责任主体"),
        ({"approval": ""}, "县级批准文件"),
        ({"answer": "refused", "reason": ""}, "理由"),
        ({"answer": "", "answered_on": date(2026, 2, 1)}, "一起填写"),
    ],
)
def test_XZ_053_what_may_not_be_admitted_is_refused_with_the_rule(county, facts, why):
    with pytest.raises(ValidationError, match=why):
        request(county, **facts)


def test_XA_105_what_is_barred_is_never_admitted_and_a_listed_task_needs_no_further_paper(county):
    barred = item(county, list="barred", title="拆违", department="", funds="")
    with pytest.raises(ValidationError, match="不得交由社区"):
        request(county, item=barred)
    assert request(county, item=item(county, code="2026-09"), approval="").answer == "accepted"


def test_XA_105_a_community_reads_the_newest_version_and_what_was_refused(client, county):
    item(county, code="2025-01", published_on=date(2025, 1, 8), title="旧事项")
    item(county)
    item(county, code="2026-50", list="barred", title="招商引资", funds="")
    item(make_community(9, street="990102001000").parent.parent, title="别区的事项")
    request(county, answer="refused", reason="已有数据，不再入户")
    client.force_login(make_worker(make_community(1), "form.view"))
    page = client.get(reverse("form-admission"))
    assert [one.title for one in page.context["listing"].page] == ["养老服务需求摸底", "招商引资"]
    assert "已有数据，不再入户" in page.content.decode()
    narrowed = client.get(reverse("form-admission"), {"list": "barred", "q": "招商"})
    assert [one.code for one in narrowed.context["listing"].page] == ["2026-50"]


def test_P_XA_13_a_city_counts_the_versions_it_published(county):
    city = county.parent
    for code, day in (("a", date(2025, 1, 8)), ("b", date(2026, 1, 10)), ("c", date(2026, 1, 10))):
        item(city, code=code, published_on=day)
    item(county)
    count = measures["services.duty_lists"].count
    assert dict(count(Period.parse("2026-01"))) == {city.code: 1}
    assert dict(count(Period.parse("2026-02"))) == {city.code: 0}
    AdmissionItem.objects.filter(place=city).delete()
    assert dict(count(Period.parse("2026-01"))) == {}
