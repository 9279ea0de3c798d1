"""A frozen edition computes again bit for bit; the papers say what it says, number by number."""

import json
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from docx import Document
from docx.shared import Mm
from python_calamine import CalamineWorkbook

from linli.kernel import clock
from linli.measures import Period
from linli.packs.reading import read_pack
from linli.places.actions import move
from linli.plans.actions import freeze
from linli.plans.actions.installing import install_plan
from linli.plans.models import Edition, MeasureValue, Plan
from linli.plans.papers import KINDS, differences_docx, report_docx, report_of, report_pdf, report_xlsx
from linli.plans.queries.editions import digest_of, faults_of
from tests.factories.people import make_worker
from tests.factories.places import make_community

from .shelves import install_small, plan_pack

pytestmark = pytest.mark.django_db
MARCH = Period.parse("2026-03")


def figure(measure, place, value):
    return MeasureValue.objects.create(
        measure=measure, place=place, month=2026 * 12 + 2, value=value, source="records"
    )


@pytest.fixture
def frozen(monkeypatch):
    places = [make_community(1), make_community(2), make_community(1, street="990102001000")]
    install_small(monkeypatch)
    for place, area in zip(places, (3_000, 2_900, 1_234), strict=True):
        figure("t.area", place, area)
        figure("t.households", place, 100)
    return freeze(Plan.objects.get(), places[0].parent.parent.parent, MARCH)


def test_an_edition_computes_again_after_corrections_moves_and_a_changed_formula(frozen, monkeypatch):
    with clock.at(clock.now() + timedelta(days=40)):
        old = MeasureValue.objects.filter(measure="t.area").first()
        MeasureValue.objects.filter(pk=old.pk).update(known_to=clock.now())
        figure("t.area", old.place, 1)
        boss = make_worker(old.place.parent.parent.parent.parent, "places.reorganise", "places.edit")
        move(old.place, by=boss, parent=make_community(1, street="990102001000").parent, on=clock.today())
        install_plan(plan_pack(indicator={"formula": "share(设施面积 >= 1) * 100"}))

        assert faults_of(Edition.objects.get()) == []


def test_a_report_says_which_values_too_few_have_reported(frozen):
    """Three of three are final; of three of five the verdict says that it may change, and nothing else differs."""
    assert verdicts(frozen) == ["未达标"]
    make_community(3), make_community(4)
    later = freeze(frozen.plan, frozen.place, MARCH)

    assert verdicts(later) == ["未达标（初步数）"]
    assert differences_docx(report_of(later), report_docx(report_of(later))) == []


def verdicts(edition):
    (table,) = next(one for one in report_of(edition).sections if "完成情况" in one.heading).tables
    return [row[5] for row in table.rows]


def test_an_edition_frozen_under_the_first_reading_of_and_comes_out_again_by_that_reading(monkeypatch):
    """A frozen edition recomputes bit for bit, also one from before a condition with a missing part was missing."""
    places = [make_community(1), make_community(2)]
    install_small(
        monkeypatch,
        plan=plan_pack(indicator={"formula": "share(设施面积 >= 1 and 户数 >= 1) * 100"}),
    )
    figure("t.area", places[0], 3_000)
    figure("t.households", places[0], 100)
    figure("t.area", places[1], 0)  # and not a word of its households: the first reading knew enough
    plan, city = Plan.objects.get(), places[0].parent.parent.parent
    with monkeypatch.context() as then:
        then.setattr("linli.plans.queries.editions.ir.READING", 1)
        said = freeze(plan, city, MARCH)
    unsaid = freeze(plan, city, MARCH)
    unsaid.tables = {**said.tables, "definitions": [without_reading(r) for r in said.tables["definitions"]]}
    unsaid.digests = {name: digest_of(rows) for name, rows in unsaid.tables.items()}
    unsaid.save()
    now = freeze(plan, city, MARCH)

    assert [one.tables["values"][0]["shown"] for one in (said, unsaid, now)] == ["50.0", "50.0", "100.0"]
    assert [faults_of(one) for one in Edition.objects.all()] == [[], [], []]
    unsaid.digests["values"] = now.digests["children"]
    assert faults_of(unsaid) == ["values", "values（重算）"]


def without_reading(row: dict) -> dict:
    return {name: told for name, told in row.items() if name != "reading"}


def test_an_edition_that_was_touched_is_found_out(frozen):
    frozen.tables["values"][0]["shown"] = "99.9"
    frozen.save()

    assert faults_of(Edition.objects.get()) == ["values"]


def test_a_second_edition_of_the_period_gets_the_next_number(frozen):
    assert freeze(frozen.plan, frozen.place, MARCH).number == 2


def test_the_docx_holds_every_number_of_the_report_under_its_address(frozen):
    report = report_of(frozen, site="https://x.test")
    written = report_docx(report)

    assert differences_docx(report, written) == []
    texts = [number.text for number in report.numbers()]
    assert {"33.3", "26.7", "≥60", "3/3"} <= set(texts)
    address = next(n.address for n in report.numbers() if n.text == "33.3")
    assert address.startswith(
        "https://x.test/plans/ts-2025/indicators/facility-30/?place=990100000000&period=2026-03"
    )


def test_three_reports_come_from_one_edition_overall_focused_and_final(frozen, client):
    """ZJ-063: 综合、专项、总结: each numbered in itself, each checked number by number against its paper."""
    heads = {kind: [s.heading for s in report_of(frozen, kind=kind).sections] for kind in KINDS}

    assert heads["focus"][0] == "一、未达到目标的指标"
    assert heads["focus"][-2:] == ["三、支撑任务推进情况", "四、数据校验"]
    assert heads["final"][:2] == ["一、总体情况", "二、与起点相比"]
    change = report_of(frozen, kind="final").sections[1].tables[0].rows[0]
    assert (change[0], change[2], change[3].text, change[4]) == ("设施达标率", "40（2020）", "33.3", "-6.7")
    for kind in KINDS:
        report = report_of(frozen, kind=kind)
        assert differences_docx(report, report_docx(report)) == []
    client.force_login(make_worker(frozen.place, "plans.view"))
    page = client.get(f"/plans/editions/{frozen.pk}/?report=final").content.decode()
    assert "总结评估报告" in page
    assert f"/plans/editions/{frozen.pk}/docx/?report=final" in page


def test_the_checker_finds_one_changed_number(frozen):
    report = report_of(frozen)
    changed = _with_text(report_docx(report), b"<w:t>26.7</w:t>", b"<w:t>62.7</w:t>")

    told = differences_docx(report, changed)
    assert len(told) == 1
    assert told[0].endswith("应为 26.7，文中为 62.7")


def _with_text(docx, old, new):
    """The same file with one text replaced in the body."""
    written = BytesIO()
    with ZipFile(BytesIO(docx)) as source, ZipFile(written, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            target.writestr(name, body.replace(old, new, 1) if name == "word/document.xml" else body)
    return written.getvalue()


def test_the_docx_keeps_the_layout_of_official_papers(frozen):
    section = Document(BytesIO(report_docx(report_of(frozen)))).sections[0]

    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin / Mm(1)) for margin in margins] == [37, 35, 28, 26]
    assert "PAGE" in section.footer._element.xml


def test_the_xlsx_says_the_same_numbers_and_where_each_stands(frozen):
    report = report_of(frozen)
    book = CalamineWorkbook.from_filelike(BytesIO(report_xlsx(report)))
    listed = book.get_sheet_by_name("地址").to_python()[1:]
    in_tables = [
        n for s in report.sections for t in s.tables for r in t.rows for n in r if not isinstance(n, str)
    ]

    assert [(row[1], row[2]) for row in listed] == [(n.text, n.address) for n in in_tables]


def test_the_pdf_is_accessible_and_has_a_title(frozen):
    written = report_pdf(report_of(frozen))

    assert written.startswith(b"%PDF-")
    assert b"pdfuaid" in written


def test_a_planner_freezes_checks_and_downloads_an_edition(client, frozen):
    client.force_login(make_worker(frozen.place, "plans.view", "plans.freeze"))

    made = client.post("/plans/ts-2025/editions/", {"place": frozen.place.code, "period": "2026-03"})
    page = client.get(made["Location"])

    assert (made.status_code, page.status_code, page.context["faults"]) == (302, 200, [])
    for kind, opening in (("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF")):
        paper = client.get(f"{made['Location']}{kind}/")
        assert paper.content.startswith(opening)
        assert "attachment" in paper["Content-Disposition"]
    client.force_login(make_worker(make_community(1, street="990102001000"), "plans.view"))
    assert client.get(made["Location"]).status_code == 404


def test_XA_156_an_outside_evaluator_takes_the_frozen_data_along_with_what_each_number_means(client, frozen):
    """XA-156, XA-167: read-only, over frozen tables, each with its digest; nothing of a person is in it."""
    client.force_login(make_worker(frozen.place, *role("outside-evaluator")))
    answer = client.get(f"/plans/editions/{frozen.pk}/zip/")
    again = client.get(f"/plans/editions/{frozen.pk}/zip/")
    with ZipFile(BytesIO(answer.content)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    manifest = json.loads(files["manifest.json"])

    assert (answer.status_code, answer.content) == (200, again.content)
    assert {name: sha256(files[name]).hexdigest() for name in files if name != "manifest.json"} == manifest[
        "files"
    ]
    assert manifest["tables"] == frozen.digests
    assert json.loads(files["tables/values.json"]) == frozen.tables["values"]
    assert "设施面积" in files["definitions.csv"].decode()


def test_XA_156_an_outside_evaluator_changes_nothing(client, frozen):
    """P2: every permission of the role is one to look, but for handing in his own report."""
    assert [name for name in role("outside-evaluator") if not name.endswith(".view")] == ["plans.evaluate"]
    client.force_login(make_worker(frozen.place, *role("outside-evaluator")))
    assert client.post(f"/plans/{frozen.plan.code}/editions/", {"period": "2026-03"}).status_code == 403
    assert Edition.objects.count() == 1


def role(code: str) -> tuple[str, ...]:
    """The permissions of a role of the standard pack."""
    pack, _problems = read_pack(Path(settings.PACKS_DIR) / "roles" / "roles.yaml")
    return next(one.may for one in pack.roles if one.code == code)
