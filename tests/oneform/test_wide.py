"""One form over many communities, as the street and the county review it (XA-107)."""

import pytest
from django.urls import reverse

from linli.exchange.tables import read_table
from linli.oneform.actions.filling import answer, open_filling
from linli.oneform.models import FormDefinition
from tests.factories.exchange import make_entry
from tests.factories.people import make_worker
from tests.factories.places import make_community
from tests.factories.registers import install_pack

pytestmark = pytest.mark.django_db
RIGHTS = ("form.view", "forms.fill", "forms.review_street")


@pytest.fixture
def officer():
    """A street with three communities: one filled the yearly form, one opened it, one did nothing."""
    install_pack("forms/99-2026.yaml")
    make_entry(code="export-forms", kind="export")
    places = [make_community(n) for n in (1, 2, 3)]
    officer = make_worker(places[0].parent, *RIGHTS)
    form = FormDefinition.objects.get(code="workforce-yearly")
    for place in places[:2]:
        filling = open_filling(form, place=place, period="2025", by=officer)
        gap = filling.cells.get(asked=True)
        if place == places[0]:
            answer(filling, by=officer, values={gap.pk: "6"})
    return officer


def test_each_community_stands_in_a_line_and_silence_is_not_zero(client, officer):
    client.force_login(officer)
    page = client.get(reverse("form-wide", args=["workforce-yearly"]))
    assert [(row.place.name, row.state, row.cells[-1]) for row in page.context["rows"]] == [
        ("第1社区", "填写中", "6"),
        ("第2社区", "填写中", ""),
        ("第3社区", "没有填", ""),
    ]
    total = page.context["totals"][-1]
    assert (total.value, total.missing, page.context["totals"][0].value) == (6, 2, None)


def test_the_wide_table_comes_out_in_the_official_style(client, officer, tmp_path):
    client.force_login(officer)
    answer = client.get(reverse("form-wide", args=["workforce-yearly"]), {"format": "xlsx"})
    path = tmp_path / "汇总.xlsx"
    path.write_bytes(answer.content)
    rows = [cells for _number, cells in read_table(path, path.name).rows]
    assert rows[0][0] == "社区工作力量年报汇总"
    assert [cells[1] for cells in rows if cells[0] in (1, "1", 2, "2", 3, "3")] == [
        "第1社区",
        "第2社区",
        "第3社区",
    ]
    assert answer["Cache-Control"] == "no-store"


def test_P3_a_street_sees_its_own_communities_alone(client, officer):
    far = make_community(9, street="990101002000")
    client.force_login(make_worker(far.parent, *RIGHTS))
    page = client.get(reverse("form-wide", args=["workforce-yearly"]))
    assert page.context["periods"] == []


def test_the_wide_table_asks_the_same_questions_however_many_communities(
    client, officer, django_assert_max_num_queries
):
    client.force_login(officer)
    client.get(reverse("form-wide", args=["workforce-yearly"]))
    for number in range(4, 14):
        make_community(number)
    with django_assert_max_num_queries(20):
        client.get(reverse("form-wide", args=["workforce-yearly"]))
