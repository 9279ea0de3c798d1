"""Registers as tables: the habits of offices in, official tables out, and nothing half done."""

import io
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.exchange.imports.running import apply_import, check_import
from linli.exchange.models import Use
from linli.exchange.tables import Column, Sheet, write_xlsx
from linli.organisations.models import Organisation
from linli.registers.declaring import registers
from linli.registers.queries import in_reach
from linli.registers.tables import export
from tests.factories.people import make_worker
from tests.factories.places import make_community
from tests.factories.registers import enter, install_pack, make_organisation

pytestmark = pytest.mark.django_db
TITLES = [
    "序号",
    "所在社区代码",
    "名称",
    "类别",
    "登记备案",
    "信用代码",
    "评估等级",
    "成立日期",
    "可承接服务",
    "备注",
]
CODE = "990101001001"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path
    install_pack("registers/standard.yaml")


@pytest.fixture
def worker():
    return make_worker(make_community(1), "organisations.view", "organisations.edit")


def table(*rows, titles=TITLES):
    out = io.BytesIO()
    write_xlsx(out, Sheet("社会组织登记表", [Column(title) for title in titles]), rows)
    return SimpleUploadedFile("组织.xlsx", out.getvalue())


def row(
    name, *, place=CODE, kind="群众活动团队", standing="已备案", code="/", grade="无", founded="2019年3月5日"
):
    return [1, place, name, kind, standing, code, grade, founded, "是", ""]


def load(worker, *rows, choice="all"):
    run, checked = check_import(table(*rows), kind="organisations", by=worker)
    return checked.problems, apply_import(run, by=worker, rows=choice)


def test_a_table_with_the_habits_of_offices_is_entered(worker):
    problems, run = load(worker, row("晚霞合唱队"), row("夕阳红舞队", founded="2020.1.5"))
    assert (problems, run.applied_count) == ([], 2)
    assert list(Organisation.objects.order_by("name").values_list("name", "founded_on", "able")) == [
        ("夕阳红舞队", date(2020, 1, 5), True),
        ("晚霞合唱队", date(2019, 3, 5), True),
    ]


def test_the_same_table_twice_changes_nothing(worker):
    load(worker, row("晚霞合唱队"))
    before = list(Organisation.objects.values_list("pk", "version", "changed_at"))
    load(worker, row("晚霞合唱队"))
    assert list(Organisation.objects.values_list("pk", "version", "changed_at")) == before
    assert Organisation.objects.get().history.count() == 1


def test_an_empty_cell_leaves_what_stands_and_a_filled_one_changes_it(worker):
    made = make_organisation(make_community(1), subject="文化体育", founded_on="2018-01-01")
    load(worker, row(made.name, founded=""))
    made.refresh_from_db()
    assert (made.subject, made.founded_on.isoformat(), made.version) == ("文化体育", "2018-01-01", 2)
    assert made.changed_why == "表格导入"


def test_each_wrong_row_is_told_with_its_reason_and_nothing_is_written(worker):
    bad = [
        row("甲", place="990101001999"),
        row("乙", kind="协会"),
        row("丙", founded="2019-13-01"),
        row("丁", code="51990101500000015X"),
        row("戊", standing="已登记"),
        row("己", grade="3A"),
        row("庚"),
        row("庚"),
        row(""),
    ]
    run, checked = check_import(table(*bad), kind="organisations", by=worker)
    assert [(p.row - 3, p.column, p.reason.split("，")[0]) for p in checked.problems] == [
        (1, "所在区划", "没有登记“990101001999”"),
        (
            2,
            "类别",
            "应为：社会团体、社会服务机构、基金会、社区社会组织、社会企业、社区基金、群众活动团队、社区活动小组、残疾人协会",
        ),
        (3, "成立日期", "没有“2019-13-01”这一天"),
        (4, "统一社会信用代码", "统一社会信用代码的校验位不对"),
        (5, "", "已登记的组织要填统一社会信用代码。"),
        (6, "", "只有已登记的组织有评估等级。"),
        (8, "名称", "与第 10 行重复"),
        (9, "名称", "必填"),
    ]
    with pytest.raises(ValidationError):
        apply_import(run, by=worker, rows="all")
    assert Organisation.objects.count() == 0
    assert apply_import(run, by=worker, rows="good").applied_count == 1


def test_the_dry_run_leaves_nothing_behind(worker):
    check_import(table(row("晚霞合唱队")), kind="organisations", by=worker)
    assert Organisation.objects.count() == 0


def test_a_row_that_the_database_refuses_beside_another_is_found_by_the_dry_run(worker):
    make_organisation(make_community(1), name="老队")
    titles = ["所在区划", "名称", "类别", "登记备案", "成立日期", "注销日期"]
    rows = [[CODE, f"队{n}", "社区活动小组", "已备案", "2020-01-01", ""] for n in range(20)]
    rows[7][5] = "2019-01-01"
    _run, checked = check_import(table(*rows, titles=titles), kind="organisations", by=worker)
    assert [(p.row, p.reason) for p in checked.problems] == [(11, "注销日期应晚于成立日期。")]


def test_P3_a_row_of_another_place_is_not_imported(worker):
    make_community(2)
    with pytest.raises(PermissionDenied):
        load(worker, row("晚霞合唱队", place="990101001002"))
    assert Organisation.objects.count() == 0


def test_who_may_not_edit_imports_nothing():
    reader = make_worker(make_community(1), "organisations.view")
    with pytest.raises(PermissionDenied):
        check_import(table(row("晚霞合唱队")), kind="organisations", by=reader)


@pytest.mark.parametrize("form", ["xlsx", "csv", "gb18030"])
def test_export_and_import_again_changes_nothing(worker, form):
    place, register = make_community(1), registers["organisations"]
    make_organisation(place, founded_on="2019-03-05", able=True, contact_phone="13800000001")
    make_organisation(
        place,
        name="=公益社",
        kind="service",
        standing="registered",
        credit_code="529901015000000153",
        grade="3A",
    )
    before = list(Organisation.objects.order_by("pk").values())
    out = export(register, in_reach(register, worker), by=worker, form=form)
    name = "组织.xlsx" if form == "xlsx" else "组织.csv"
    run, checked = check_import(SimpleUploadedFile(name, out), kind="organisations", by=worker)
    known = [p for p in checked.problems if form == "xlsx"]
    if form == "xlsx":
        apply_import(run, by=worker, rows="all")
        assert (known, list(Organisation.objects.order_by("pk").values())) == ([], before)
    assert "13800000001" not in out.decode("utf-8", errors="ignore")
    assert Use.objects.filter(entry__code="export-organisations").get().row_count == 2


def test_an_export_that_nobody_registered_is_refused(worker):
    from linli.exchange.models import Entry

    Entry.objects.filter(code="export-organisations").delete()
    register = registers["organisations"]
    with pytest.raises(PermissionDenied):
        export(register, in_reach(register, worker), by=worker, form="csv")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("坏.xlsx", b"PK\x03\x04no workbook"),
        ("空.csv", b""),
        ("乱.csv", "名称,别的\n甲,乙".encode("utf-16")),
        ("无表头.csv", "甲,乙\n1,2".encode()),
        ("脚本.exe", b"MZ"),
    ],
)
def test_K4_a_hostile_or_broken_table_is_answered_with_a_sentence(worker, name, content):
    with pytest.raises(ValidationError):
        check_import(SimpleUploadedFile(name, content), kind="organisations", by=worker)
    assert Organisation.objects.count() == 0


def test_a_row_without_a_name_of_its_own_is_known_by_its_number_in_the_register(worker):
    place = make_community(1)
    one, other = make_organisation(place, name="同名队"), make_organisation(make_community(2), name="同名队")
    enter("liaisons", organisation=one, met_on="2026-02-10", liaison="李联络", subject="走访")
    head = ["组织", "联系日期", "联络人", "联系内容"]

    _run, shared = check_import(
        table(["同名队", "2026-02-11", "李联络", "回访"], titles=head), kind="liaisons", by=worker
    )
    run, named = check_import(
        table([f"#{one.pk}", "2026-02-11", "李联络", "回访"], titles=head), kind="liaisons", by=worker
    )
    apply_import(run, by=worker, rows="all")

    assert [problem.reason for problem in shared.problems] == ["“同名队”不止一个，请改填代码"]
    assert (named.problems, one.liaisons.count(), other.liaisons.count()) == ([], 2, 0)
    register = registers["liaisons"]
    out = export(register, in_reach(register, worker), by=worker, form="csv").decode("utf-8-sig")
    assert out.count(f"#{one.pk}") == 2


def test_a_table_that_passes_a_limit_as_a_whole_is_refused_though_each_row_alone_would_not(worker):
    place = make_community(1)
    hub = enter("support-hubs", place=place, name="孵化基地", kind="base", seats=2, opened_on="2025-01-01")
    names = [make_organisation(place, name=f"队{n}").name for n in range(3)]
    rows = [[hub.name, name, "是", "2026-01-01"] for name in names]
    sent = table(*rows, titles=["支持平台", "组织", "入驻工位", "加入日期"])

    run, checked = check_import(sent, kind="hub-memberships", by=worker)

    assert [problem.reason for problem in checked.problems] == ["“孵化基地”的 2 个工位已满。"]
    with pytest.raises(ValidationError):
        apply_import(run, by=worker, rows="all")
    assert hub.memberships.count() == 0
    apply_import(run, by=worker, rows="good")
    assert hub.memberships.count() == 2
