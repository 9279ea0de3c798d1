"""Imports: checked whole, told by row and column, applied once or not at all (K4, I1)."""

import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.exchange.imports.checking import Problem
from linli.exchange.imports.running import apply_import, check_import
from linli.exchange.models import ImportRun, Use
from linli.exchange.tables import Column, Sheet, read_table, write_xlsx
from linli.files.actions import FileRefused
from linli.people.models import Unit
from tests.factories.exchange import make_entry
from tests.factories.people import make_unit, make_user, make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
HEAD = ["序号", "单位代码", "单位名称", "类别", "所在区划代码", "公开电话"]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def community():
    make_entry()
    return make_community(1)


def table(*rows, name="单位.xlsx"):
    out = io.BytesIO()
    write_xlsx(out, Sheet("单位名录", [Column(title) for title in HEAD]), rows)
    return SimpleUploadedFile(name, out.getvalue())


GOOD = [1, "cg-01", "城管局", "部门", "990101001001", "无"]
BAD = [2, "水务", "", "公司", "990101001999", "1"]


def test_a_dry_run_tells_every_problem_by_row_and_column_and_writes_nothing(community):
    worker = make_worker(community.parent, "units.edit")

    run, checked = check_import(table(GOOD, BAD), kind="units", by=worker)

    kinds = "部门、街道办事处（乡镇政府）、居（村）委会、社会组织、企业、事业单位、队伍"
    assert checked.problems == [
        Problem(5, "单位代码", "代码只用字母、数字和短横线"),
        Problem(5, "单位名称", "必填"),
        Problem(5, "类别", f"类别应为：{kinds}"),
    ]
    assert (run.row_count, run.problem_count, Unit.objects.count()) == (2, 3, 0)


def test_what_rows_show_together_is_told_too(community):
    worker = make_worker(community.parent, "units.edit")
    elsewhere = ["3", "x-1", "水务局", "部门", "990101001999", None]

    _run, checked = check_import(table(GOOD, GOOD, elsewhere), kind="units", by=worker)

    assert checked.problems == [
        Problem(5, "单位代码", "与第 4 行重复"),
        Problem(6, "所在区划代码", "没有登记这个区划"),
    ]


def test_the_returned_copy_says_at_each_row_what_is_wrong_and_can_be_sent_again(community):
    worker = make_worker(community.parent, "units.edit")
    run, _checked = check_import(table(GOOD, BAD), kind="units", by=worker)

    rows = read_table(run.returned.path, "退回.xlsx").rows
    assert (rows[1][1][0], rows[1][1][-1], [row[0] for _n, row in rows[2:3]]) == ("原行号", "问题", [5])
    assert rows[2][1][-1].startswith("单位代码：代码只用字母、数字和短横线；单位名称：必填")

    again = SimpleUploadedFile("退回.xlsx", run.returned.path.read_bytes())
    assert check_import(again, kind="units", by=worker)[0].problem_count == 3


def test_with_problems_all_or_nothing_is_nothing_and_good_rows_can_be_chosen(community):
    worker = make_worker(community.parent, "units.edit")
    run, _checked = check_import(table(GOOD, BAD), kind="units", by=worker)
    with pytest.raises(ValidationError, match="没有导入任何一行"):
        apply_import(run, by=worker, rows="all")
    nothing = Unit.objects.count()

    run = apply_import(run, by=worker, rows="good")

    assert (nothing, run.applied_count, Unit.objects.get().name) == (0, 1, "城管局")
    assert list(Use.objects.values_list("act", "row_count")) == [("imported", 1)]


def test_K4_an_import_applied_twice_and_the_same_table_sent_twice_leave_the_same(community):
    worker = make_worker(community.parent, "units.edit")
    run, _checked = check_import(table(GOOD), kind="units", by=worker)
    apply_import(run, by=worker, rows="all")
    apply_import(run, by=worker, rows="all")
    once = list(Unit.objects.values())
    second, _checked = check_import(table(GOOD), kind="units", by=worker)
    apply_import(second, by=worker, rows="all")

    assert (list(Unit.objects.values()), Use.objects.count()) == (once, 2)


def test_an_import_that_is_refused_at_the_end_leaves_nothing(community):
    elsewhere = make_community(1, street="990102001000")
    worker = make_worker(community.parent, "units.edit")
    run, _checked = check_import(
        table(GOOD, [2, "x-1", "水务局", "部门", elsewhere.code, None]), kind="units", by=worker
    )
    with pytest.raises(PermissionDenied):
        apply_import(run, by=worker, rows="all")

    run.refresh_from_db()
    assert (Unit.objects.count(), run.state, Use.objects.count()) == (0, "checked", 0)


def test_a_unit_cannot_be_pulled_out_of_somebody_elses_ground(community):
    foreign = make_unit(make_community(1, street="990102001000"))
    Unit.objects.filter(pk=foreign.pk).update(code="cg-01")
    worker = make_worker(community.parent, "units.edit")
    run, _checked = check_import(table(GOOD), kind="units", by=worker)

    with pytest.raises(PermissionDenied):
        apply_import(run, by=worker, rows="all")


def test_who_may_not_import_may_not_check_either_and_others_do_not_see_the_run(community):
    with pytest.raises(PermissionDenied):
        check_import(table(GOOD), kind="units", by=make_user())
    worker, other = (make_worker(community.parent, "units.edit") for _ in range(2))
    run, _checked = check_import(table(GOOD), kind="units", by=worker)

    with pytest.raises(PermissionDenied):
        apply_import(run, by=other, rows="all")
    assert [ImportRun.objects.visible_to(user).count() for user in (worker, other)] == [1, 0]


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("a.csv", "别的,表头\n1,2\n".encode()),
        SimpleUploadedFile("a.csv", b"\xff\xfe\xff\xfd"),
        SimpleUploadedFile("a.pdf", b"%PDF-1.7 %%EOF"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_a_sentence(community, upload):
    worker = make_worker(community.parent, "units.edit")
    with pytest.raises(FileRefused) as refused:
        check_import(upload, kind="units", by=worker)

    assert (refused.value.messages != [""], ImportRun.objects.count()) == (True, 0)
