"""Tables of facilities in and out: habits of offices, problems by row, round trips, hostile files (K4, I1, XA-002)."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linli.exchange.imports.running import apply_import, check_import
from linli.exchange.jobs import apply_large, check_large
from linli.exchange.models import Entry, ImportRun, Use
from linli.exchange.tables import Column, Sheet, write_csv, write_xlsx
from linli.facilities.actions.living import set_hours
from linli.facilities.exports import answer_export, titles, write_table
from linli.facilities.models import Event, Facility, OpeningPeriod
from linli.files.actions import FileRefused
from linli.jobs.models import LongJob
from tests.factories.exchange import make_entry
from tests.factories.facilities import make_facility
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
HEAD = [
    "序号", "设施名称", "设施类型", "社区代码", "建筑面积（㎡）", "启用时间", "联系电话", "营业时间", "无障碍",
    "无障碍查看日期",
]  # fmt: skip
DAYS = ["2026-01-05", "2026.1.5", "2026年1月5日", "20260105", date(2026, 1, 5)]


@pytest.fixture(autouse=True)
def _ways(settings, tmp_path, community):
    settings.FILES_DIR = tmp_path / "files"
    make_entry("import-facilities", title="设施导入")
    make_entry("export-facilities", kind="export", title="设施导出")


def xlsx(*rows, head=HEAD, groups=(), name="设施.xlsx"):
    out = io.BytesIO()
    columns = [Column(title, group=dict(groups).get(title, "")) for title in head]
    write_xlsx(out, Sheet("桥头街道设施台账", columns, note="填报前请核对"), rows)
    return SimpleUploadedFile(name, out.getvalue())


def row(number, name, *, kind="便利店", place, area="６０", opened="2026.1.5", hours="每天 7:00-22:00"):
    return [number, name, kind, place, area, opened, "无", hours, "/", "/"]


def imported(upload, by, rows="all"):
    run, _checked = check_import(upload, kind="facilities", by=by)
    return apply_import(run, by=by, rows=rows)


def everything():
    """All that stands, to be compared before and after."""
    return (
        list(Facility.objects.order_by("pk").values()),
        list(
            OpeningPeriod.objects.order_by("facility", "weekday", "opens_min").values_list(
                "facility", "weekday"
            )
        ),
        Event.objects.count(),
    )


def test_habits_of_offices_are_read(community, keeper):
    rows = [row(n, f"店{n}", place=community.code, opened=day) for n, day in enumerate(DAYS, 1)]
    imported(xlsx(*rows, groups=[("建筑面积（㎡）", "用房"), ("启用时间", "用房")]), keeper)

    told = set(Facility.objects.values_list("kind__code", "area_m2", "opened_on", "phone", "step_free"))
    assert told == {("convenience", Decimal(60), date(2026, 1, 5), "", None)}
    assert OpeningPeriod.objects.count() == 7 * len(DAYS)


def test_problems_are_told_by_row_and_column_and_nothing_is_written(community, keeper):
    good = row(1, "好店", place=community.code)
    bad = row(2, "坏店", kind="飞船", place="990101001999", area="-5", opened="昨天", hours="随缘")
    twice = row(3, "好店", place=community.code)
    unknown = row(4, "新店", kind="飞船", place="990101001999")
    _run, checked = check_import(xlsx(good, bad, twice, unknown), kind="facilities", by=keeper)

    assert [(p.row, p.column, p.reason) for p in checked.problems] == [
        (5, "建筑面积", "面积应大于 0"),
        (5, "启用日期", "“昨天”不是日期，请写成 2026-01-05"),
        (5, "开放时间", "“随缘”里没有时间，请写成“周一至周五 8:30-17:30”"),
        (6, "设施名称", "与第 4 行重复"),
        (7, "类别", "没有“飞船”这个类别"),
        (7, "社区代码", "没有登记这个社区（村），或已经停用"),
    ]
    assert Facility.objects.count() == 0


def test_good_rows_may_be_taken_first_and_the_mended_table_sent_again(community, keeper):
    rows = [row(1, "好店", place=community.code), row(2, "新店", kind="飞船", place=community.code)]
    with pytest.raises(ValidationError, match="没有导入任何一行"):
        imported(xlsx(*rows), keeper)
    imported(xlsx(*rows), keeper, rows="good")
    before = Facility.objects.get().version
    rows[1][2] = "早餐店"
    imported(xlsx(*rows), keeper)

    assert [(f.name, f.version) for f in Facility.objects.order_by("pk")] == [("好店", before), ("新店", 1)]


def test_the_same_table_twice_changes_nothing(community, keeper):
    table = [row(n, f"店{n}", place=community.code) for n in range(3)]
    imported(xlsx(*table), keeper)
    once = everything()
    imported(xlsx(*table), keeper)

    assert everything() == once


@pytest.mark.parametrize("form", ["xlsx", "csv", "csv-gb"])
def test_export_and_import_again_change_nothing(community, keeper, form):
    facility = make_facility(
        community, by=keeper, name="=党群中心㐂", area_m2=Decimal("612.50"), phone="0960-8000001",
        lon=110.1234567, lat=30.7654321, point_origin="gcj02", tenure="rented", rent_yuan=Decimal(0),
        agreement_from=date(2025, 1, 1), agreement_until=date(2027, 1, 1), marks=["desk", "volunteers"],
        capacity=0,
    )  # fmt: skip
    set_hours(facility, by=keeper, periods=[(1, 480, 720), (1, 840, 1080), (6, 0, 1440)])
    make_facility(community, by=keeper, state="planned", name="规划的")
    before, out = everything(), io.BytesIO()
    write_table(out, Facility.objects.order_by("pk"), form=form)
    name = "设施.xlsx" if form == "xlsx" else "设施.csv"

    imported(SimpleUploadedFile(name, out.getvalue()), keeper)

    assert everything() == before


def test_a_change_in_the_exported_table_changes_that_fact_alone(community, keeper):
    make_facility(community, by=keeper, phone="0960-8000001", area_m2=Decimal(100))
    other = make_facility(community, by=keeper, name="另一处")
    out = io.BytesIO()
    write_table(out, Facility.objects.order_by("pk"), form="csv")
    changed = out.getvalue().decode("utf-8-sig").replace("0960-8000001", "0960-8000002")
    imported(SimpleUploadedFile("设施.csv", changed.encode()), keeper)

    event = Event.objects.filter(act="edit").get()
    assert event.changes == {"phone": ["0960-8000001", "0960-8000002"]}
    assert Facility.objects.get(pk=other.pk).version == other.version


def test_a_table_neither_moves_a_facility_nor_changes_its_state(community, keeper):
    facility, two = make_facility(community, by=keeper), make_community(2)
    head = ["设施编号", "设施名称", "类别", "社区代码", "状态"]
    rows = [
        [facility.code, facility.name, "党群服务中心", two.code, "在用"],
        [facility.code, facility.name, "党群服务中心", community.code, "已关停"],
    ]
    told = [
        check_import(xlsx(one, head=head), kind="facilities", by=keeper)[1].problems[0].reason for one in rows
    ]

    assert told == [
        "这个编号登记在 第1社区",
        "现在是“在用”，状态要在设施页面上办理",
    ]


def test_nothing_outside_ones_posts_is_written_through_a_table(community, keeper):
    two = make_community(2)
    rows = [row(1, "好店", place=community.code), row(2, "外店", place=two.code)]
    with pytest.raises(PermissionDenied):
        imported(xlsx(*rows), keeper)

    assert (Facility.objects.count(), Use.objects.count()) == (0, 0)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    return out.getvalue()


def wide() -> bytes:
    out = io.BytesIO()
    write_csv(out, [f"列{n}" for n in range(1000)], [])
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("炸弹.xlsx", bomb, "压缩|太大|异常"),
        ("很宽.csv", wide, "超过 300 列"),
        ("乱码.csv", lambda: b"\xff\xfe\x00\xd8" * 20, "编码|文本|内容"),
        ("不是.xlsx", lambda: b"just text", "内容|损坏"),
        ("别的表.csv", lambda: "甲,乙,丙\n1,2,3\n".encode(), "表头里没有找到：设施名称、类别、社区代码"),
        ("空.csv", lambda: b"", "空"),
    ],
)
def test_hostile_and_wrong_files_are_refused_with_a_reason_and_leave_nothing(keeper, name, content, why):
    with pytest.raises(FileRefused, match=why):
        check_import(SimpleUploadedFile(name, content()), kind="facilities", by=keeper)

    assert (ImportRun.objects.count(), Facility.objects.count()) == (0, 0)


def test_formulas_stay_text(community, keeper):
    imported(xlsx(row(1, '=HYPERLINK("http://x","点我")', place=community.code)), keeper)
    out = io.BytesIO()
    write_table(out, Facility.objects.all(), form="csv")

    assert Facility.objects.get().name == '=HYPERLINK("http://x","点我")'
    assert "'=HYPERLINK" in out.getvalue().decode("utf-8-sig")


def test_a_table_is_sent_checked_and_applied_on_the_pages(client, community, keeper):
    client.force_login(keeper)
    assert client.get(reverse("import-list")).status_code == 200
    sent = client.post(
        reverse("import-new", args=["facilities"]), {"table": xlsx(row(1, "好店", place=community.code))}
    )
    run = ImportRun.objects.get()
    assert sent.url == reverse("import-run", args=[run.pk])
    assert client.get(sent.url).status_code == 200
    client.post(reverse("import-apply", args=[run.pk]), {"rows": "all"})
    refused = client.post(
        reverse("import-new", args=["facilities"]), {"table": SimpleUploadedFile("x.csv", b"1,2\n")}
    )

    assert Facility.objects.get().name == "好店"
    assert (refused.status_code, "表头里没有找到" in str(refused.context["form"].errors)) == (422, True)


def test_a_large_table_is_checked_and_applied_in_jobs_that_tell_how_far_they_are(community, keeper):
    from linli.exchange.imports.running import keep_source

    source = keep_source(xlsx(row(1, "好店", place=community.code)), kind="facilities", by=keeper)
    long = LongJob.objects.create(kind="exchange.check-import", title="检查表格", started_by=keeper)
    check_large(file_id=str(source.pk), kind="facilities", long_id=long.pk)
    check_large(file_id=str(source.pk), kind="facilities", long_id=long.pk)  # handed out twice
    run = ImportRun.objects.get()
    second = LongJob.objects.create(kind="exchange.apply-import", title="导入", started_by=keeper)
    apply_large(run_id=run.pk, rows="all", long_id=second.pk)
    second.refresh_from_db()

    assert (second.state, second.message, Facility.objects.count()) == ("done", "已导入 1 行。", 1)


def test_the_export_is_a_download_written_to_the_register_of_exchange(client, community, keeper):
    make_facility(community, by=keeper)
    client.force_login(keeper)
    answer = client.get(reverse("facility-export"), {"form": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")

    assert text.splitlines()[0] == ",".join(titles())
    assert list(Use.objects.values_list("act", "row_count")) == [("exported", 1)]


def test_an_export_that_the_register_refuses_opens_no_file(client, community, keeper, monkeypatch):
    """Nothing unregistered is given out, and a refusal leaves nothing in the folder of temporary files."""
    Entry.objects.filter(code="export-facilities").update(
        valid_to=date(2020, 1, 1), valid_from=date(2020, 1, 1)
    )
    opened = []
    monkeypatch.setattr(
        "linli.facilities.exports.TemporaryFile", lambda: opened.append(io.BytesIO()) or opened[-1]
    )
    client.force_login(keeper)

    refused = client.get(reverse("facility-export"), {"form": "csv"})

    assert (refused.status_code, opened) == (403, [])


def test_an_export_that_breaks_off_closes_its_file(client, community, keeper, monkeypatch):
    opened = []
    monkeypatch.setattr(
        "linli.facilities.exports.TemporaryFile", lambda: opened.append(io.BytesIO()) or opened[-1]
    )

    def full(*_told, **_form):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("linli.facilities.exports.write_table", full)
    with pytest.raises(OSError, match="No space"):
        answer_export(Facility.objects.all(), form="csv", by=keeper)

    assert ([file.closed for file in opened], Use.objects.count()) == ([True], 0)
