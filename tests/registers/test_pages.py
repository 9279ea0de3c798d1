"""The pages of a register: list, row, form, acts, tables."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.exchange.models import ImportRun
from linli.kernel import clock
from linli.organisations.models import Organisation
from linli.registers.models import NilReport
from tests.conftest import TEST_DAY
from tests.factories.people import make_worker
from tests.factories.places import make_community
from tests.factories.registers import install_pack, make_organisation

pytestmark = pytest.mark.django_db
LIST = "/registers/organisations/"
FORM = {
    "place": "990101001001",
    "name": "晚霞合唱队",
    "kind": "mass_team",
    "standing": "filed",
    "state": "active",
}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path
    install_pack("registers/standard.yaml")


@pytest.fixture
def place():
    return make_community(1)


@pytest.fixture
def worker(place, client):
    user = make_worker(
        place, "registers.keep", "registers.reveal", "organisations.view", "organisations.edit"
    )
    client.force_login(user)
    return user


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_a_fixed_number_of_queries(place, worker, client, count, django_assert_max_num_queries):
    for n in range(count):
        make_organisation(place, name=f"第{n}队")
    client.get(LIST)
    with django_assert_max_num_queries(12):
        page = client.get(LIST).content.decode()
    assert f"第{count - 1}队" in page


def test_the_list_is_narrowed_by_words_filters_and_what_is_stale(place, worker, client):
    with clock.at(TEST_DAY.replace(year=2025)):
        make_organisation(place, name="老队", kind="group")
    make_organisation(place, name="新队")
    for query, seen, unseen in (
        ("?q=老", "老队", "新队"),
        ("?kind=mass_team", "新队", "老队"),
        ("?stale=yes", "老队", "新队"),
    ):
        page = client.get(LIST + query).content.decode()
        assert (seen in page, unseen in page) == (True, False)


def test_P3_rows_of_other_places_are_neither_listed_nor_shown(worker, client):
    other = make_organisation(make_community(2), name="别处的队")
    assert "别处的队" not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}{other.pk}/").status_code == 404
    assert client.post(f"{LIST}{other.pk}/confirm/").status_code == 404


def test_a_row_is_entered_changed_confirmed_and_archived_on_the_pages(worker, client):
    """XA-008, XA-115"""
    made = client.post(f"{LIST}new/", FORM | {"why": "备案"})
    row = Organisation.objects.get()
    assert made.url == f"{LIST}{row.pk}/"
    edit = {**FORM, "member_count": "12", "version": "1"}
    assert client.post(f"{LIST}{row.pk}/edit/", edit).status_code == 302
    stale = client.post(f"{LIST}{row.pk}/edit/", edit | {"member_count": "13"})
    assert (stale.status_code, "刚刚改过" in stale.content.decode()) == (409, True)
    assert client.post(f"{LIST}{row.pk}/confirm/").status_code == 302
    assert client.post(f"{LIST}{row.pk}/archive/", {"why": ""}).status_code == 422
    assert client.post(f"{LIST}{row.pk}/archive/", {"why": "解散"}).status_code == 302
    page = client.get(f"{LIST}{row.pk}/").content.decode()
    assert "已于 2026-03-04 归档" in page
    assert "成员人数：— → 12" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"place": "990101001009"},
        {"credit_code": "51990101500000015X"},
        {"standing": "registered"},
        {"founded_on": "2026-13-01"},
        {"name": "甲\u202e乙"},
    ],
)
def test_I1_wrong_input_is_a_422_that_keeps_what_was_typed(worker, client, wrong):
    answer = client.post(f"{LIST}new/", FORM | {"subject": "唱歌"} | wrong)
    assert (answer.status_code, "唱歌" in answer.content.decode()) == (422, True)
    assert Organisation.objects.count() == 0


def test_D3_a_masked_contact_is_shown_after_the_reason_is_given(place, worker, client):
    row = make_organisation(place, contact_phone="13800000001")
    assert "13800000001" not in client.get(f"{LIST}{row.pk}/").content.decode()
    assert client.post(f"{LIST}{row.pk}/reveal/", {"why": ""}).status_code == 422
    assert "13800000001" in client.post(f"{LIST}{row.pk}/reveal/", {"why": "通知年检"}).content.decode()
    kept = client.get(f"{LIST}{row.pk}/edit/").content.decode()
    assert "13800000001" not in kept
    client.post(f"{LIST}{row.pk}/edit/", FORM | {"version": "1", "subject": "唱歌"})
    row.refresh_from_db()
    assert (row.subject, row.contact_phone) == ("唱歌", "13800000001")


def test_a_duplicate_is_pointed_out_and_merged(place, worker, client):
    code = "529901015000000153"
    given = {"kind": "service", "standing": "registered", "credit_code": code}
    stays, twice = (make_organisation(place, name=n, **given) for n in ("社工中心", "社工中心站"))
    assert "可能与这一条重复" in client.get(f"{LIST}{twice.pk}/").content.decode()
    assert client.post(f"{LIST}{twice.pk}/merge/", {"into": stays.pk}).url == f"{LIST}{stays.pk}/"
    twice.refresh_from_db()
    assert twice.merged_into == stays
    foreign = make_organisation(make_community(2), name="别处")
    assert client.post(f"{LIST}{stays.pk}/merge/", {"into": foreign.pk}).status_code == 422


def test_a_table_is_checked_then_imported_on_the_pages(worker, client):
    text = "所在区划,名称,类别,登记备案\n990101001001,晚霞合唱队,群众活动团队,已备案\n990101001001,坏队,别的,已备案\n"
    table = SimpleUploadedFile("组织.csv", text.encode("gb18030"))
    sent = client.post("/exchange/imports/new/organisations/", {"table": table})
    run = ImportRun.objects.get()
    assert sent.url == f"/exchange/imports/{run.pk}/"
    assert (run.row_count, run.problem_count) == (2, 1)
    assert "应为：社会团体" in client.get(sent.url).content.decode()
    assert client.post(f"{sent.url}apply/", {"rows": "all"}).status_code == 302
    assert Organisation.objects.count() == 0
    client.post(f"{sent.url}apply/", {"rows": "good"})
    assert Organisation.objects.get().name == "晚霞合唱队"


@pytest.mark.parametrize("form", ["xlsx", "csv", "gb18030"])
def test_the_list_as_seen_is_exported(place, worker, client, form):
    make_organisation(place)
    answer = client.get(f"{LIST}export/?format={form}&kind=group")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert "晚霞".encode("gb18030" if form == "gb18030" else "utf-8") not in answer.content
    assert client.get(f"{LIST}export/?format=exe").status_code == 404


def test_a_community_says_on_the_page_that_it_has_nothing(place, worker, client):
    assert "/registers/brands/nothing/" in client.get("/registers/brands/").content.decode()
    client.post("/registers/brands/nothing/")
    assert NilReport.objects.get().place == place
    assert "/registers/brands/nothing/" not in client.get("/registers/brands/").content.decode()
    assert client.post("/registers/brands/nothing/").status_code == 404


@pytest.mark.parametrize("end", ["", "new/", "export/"])
def test_P2_a_register_is_not_there_for_who_may_not_read_it(place, client, end):
    client.force_login(make_worker(place, "registers.keep"))
    assert client.get(LIST + end).status_code == 404


def test_P2_a_reader_keeps_nothing(place, client):
    row = make_organisation(place)
    client.force_login(make_worker(place, "registers.keep", "organisations.view"))
    assert client.get(f"{LIST}{row.pk}/").status_code == 200
    asked = [client.get(f"{LIST}new/"), client.get(f"{LIST}{row.pk}/edit/")]
    asked += [client.post(f"{LIST}{row.pk}/{act}/") for act in ("confirm", "archive", "merge", "reveal")]
    assert {answer.status_code for answer in asked} == {404}


def test_the_overview_counts_rows_and_what_is_stale(place, worker, client):
    with clock.at(TEST_DAY.replace(year=2025)):
        make_organisation(place, name="老队")
    make_organisation(place, name="新队")
    page = client.get("/registers/").content.decode()
    assert "2 条" in page
    assert "1 条待确认" in page
