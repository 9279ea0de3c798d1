"""Import pages: up, checked, accepted, done; who may not import finds no door."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.exchange.models import ImportRun
from linli.places.models import Place
from tests.factories.exchange import make_entry
from tests.factories.people import make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
HEAD = "区划代码,名称,城乡分类代码"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def officer(client):
    make_entry("import-divisions")
    user = make_worker(make_community(1).parent.parent, "places.import")
    client.force_login(user)
    return user


def send(client, *lines):
    table = SimpleUploadedFile("区划.csv", "\n".join([HEAD, *lines]).encode())
    answer = client.post("/exchange/imports/new/divisions/", {"table": table})
    assert answer.status_code == 302
    return answer.url


def test_a_table_goes_up_is_checked_accepted_and_stored(client, officer):
    page = send(client, "990101001005,柳林社区,111", "990101001006,河沿社区,")
    before = Place.objects.filter(name="柳林社区").count()
    assert "没有发现问题。导入后全部写入" in client.get(page).content.decode()

    done = client.post(f"{page}apply/", follow=True).content.decode()

    assert (before, Place.objects.get(code="990101001005").name) == (0, "柳林社区")
    assert "已导入 2 行。" in done


def test_problems_are_told_by_row_and_the_good_rows_go_in_by_choice(client, officer):
    page = send(client, "990101001005,柳林社区,111", "12345,短码,", "990199001,孤儿街道,")
    told = client.get(page).content.decode()
    assert "区划代码：统计用区划代码为 12 位数字" in told
    assert "区划代码：上级 990199000000 没有登记，也不在表中" in told

    client.post(f"{page}apply/")
    nothing = Place.objects.filter(code="990101001005").count()
    client.post(f"{page}apply/", {"rows": "good"})

    assert (nothing, Place.objects.filter(code="990101001005").count()) == (0, 1)


def test_I1_what_is_no_table_is_a_422_with_a_sentence(client, officer):
    wrong = SimpleUploadedFile("区划.csv", "甲,乙\n1,2".encode())
    answer = client.post("/exchange/imports/new/divisions/", {"table": wrong})
    assert answer.status_code == 422
    assert "表头里没有找到：区划代码、名称" in answer.content.decode()


def test_P3_who_may_not_import_finds_no_kind_and_nobody_sees_anothers_table(client, officer):
    page = send(client, "990101001005,柳林社区,111")
    client.force_login(make_worker(make_community(1), "cases.view"))

    asked = ("/exchange/imports/", "/exchange/imports/new/divisions/", page)
    assert [client.get(path).status_code for path in asked] == [403, 404, 404]
    assert client.post(f"{page}apply/").status_code == 404
    assert ImportRun.objects.get().state == "checked"


def test_the_list_names_what_one_may_import_and_ones_own_tables(client, officer):
    send(client, "990101001005,柳林社区,111")
    page = client.get("/exchange/imports/").content.decode()
    assert "/exchange/imports/new/divisions/" in page
    assert "/exchange/imports/new/units/" not in page
    assert "区划.csv" in page


def test_rows_outside_ones_posts_are_refused_when_stored(client, officer):
    make_community(1, street="990102001000")
    page = send(client, "990102001005,外面社区,111")
    told = client.post(f"{page}apply/", follow=True).context["messages"]
    assert [str(message) for message in told] == ["只能导入您岗位所及的区划以内的区划。"]
    assert ImportRun.objects.get().state == "checked"
    assert Place.objects.filter(code="990102001005").count() == 0


def test_the_page_of_a_wrong_table_shows_its_rows_alone_and_one_without_rows_says_so(client, officer):
    """A row is told by its number in the file, the note under the returned copy is no row of it."""
    told = client.get(send(client, "12345,短码,")).content.decode()
    empty = client.get(send(client)).content.decode()

    assert ("2.0" in told, "None" in told, "改好后删去首列" in told) == (False, False, False)
    assert ("没有数据行" in empty, "全部导入" in empty) == (True, False)
