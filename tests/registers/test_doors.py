"""Every door by which a table comes in answers a hostile one with a sentence and writes nothing (K4, I1, I10)."""

import io
import zipfile
from itertools import product

import pytest
import xlsxwriter
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.exchange.imports import check_rows
from linli.exchange.imports.running import apply_import, check_import
from linli.exchange.imports.spec import specs
from linli.exchange.models import Entry, ImportRun
from linli.exchange.tables import Column, Sheet, TableRefused, read_table, write_csv, write_xlsx
from linli.kernel.permissions import permissions
from tests.factories.exchange import make_entry
from tests.factories.facilities import install_catalogue
from tests.factories.people import make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
DOORS = sorted(specs)


@pytest.fixture
def officer(settings, tmp_path):
    """Somebody who may do everything in the city, with every way of exchange registered."""
    settings.FILES_DIR = tmp_path / "files"
    install_catalogue()
    for entry in {spec.entry for spec in specs.values()} - set(Entry.objects.values_list("code", flat=True)):
        make_entry(entry)
    return make_worker(make_community(1).parent.parent.parent, *permissions)


def titles(kind):
    return [field.titles[0] for field in specs[kind].fields]


def bomb(kind):
    """30 MB of zeros behind a few kilobytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        for number in range(30):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", bytes(10_000_000))
    return out.getvalue()


BOMB = bomb("")


def wide(kind):
    out = io.BytesIO()
    write_csv(out, [*titles(kind), *(f"列{n}" for n in range(1000))], [])
    return out.getvalue()


def only_hidden(kind):
    """The table stands on a hidden sheet; what one sees says nothing."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet("说明").write_row(0, 0, ["请看附件"])
    hidden = book.add_worksheet("表")
    hidden.write_row(0, 0, titles(kind))
    hidden.write_row(1, 0, ["1"] * len(titles(kind)))
    hidden.hide()
    book.close()
    return out.getvalue()


# What is no table at all (an executable, broken archives, unknown encodings, a bomb) the one store of files refuses
# before any door: tests/exchange, tests/files, and one door here. These two reach the door.
REFUSED = {"很宽.csv": wide, "隐藏.xlsx": only_hidden}


def rows_everywhere():
    """How many rows each table of the domain apps and of places holds."""
    own = ("facilities", "organisations", "workforce", "oneform", "registers", "places", "people", "care")
    return {model._meta.label: model._base_manager.count() for label in own for model in models_of(label)}


def models_of(label):
    return apps.get_app_config(label).get_models() if apps.is_installed(f"linli.{label}") else ()


def test_K4_a_bomb_goes_off_at_no_door(officer):
    before = rows_everywhere()
    with pytest.raises(ValidationError) as refused:
        check_import(SimpleUploadedFile("炸弹.xlsx", BOMB), kind="facilities", by=officer)
    assert all(len(text) > 5 for text in refused.value.messages)
    assert (ImportRun.objects.count(), rows_everywhere()) == (0, before)


def test_K4_a_table_of_a_thousand_columns_or_on_a_hidden_sheet_is_refused_at_every_door(officer, tmp_path):
    before = rows_everywhere()
    for kind, (name, content) in product(DOORS, REFUSED.items()):
        path = tmp_path / name
        path.write_bytes(content(kind))
        with pytest.raises(TableRefused) as refused:
            check_rows(read_table(path, name), specs[kind])
        assert len(str(refused.value)) > 5, (kind, name)
    assert rows_everywhere() == before


def test_I10_rows_full_of_formulas_and_nonsense_are_told_one_by_one_and_nothing_is_half_written(officer):
    before = rows_everywhere()
    for kind in DOORS:
        run, checked = check_import(nonsense_for(kind), kind=kind, by=officer)
        assert {problem.row for problem in checked.problems} == {n for n, _values in checked.rows}, kind
        assert run.returned is not None
        with pytest.raises(ValidationError, match="没有导入任何一行"):
            apply_import(run, by=officer, rows="all")
    assert rows_everywhere() == before


def nonsense_for(kind):
    """Five rows in which each column once holds a formula, a number without end, hidden letters, no day."""
    nonsense = ['=HYPERLINK("http://x","点")', "-1e309", "\u202e反", "9" * 400, "2026-02-30"]
    head, out = titles(kind), io.BytesIO()
    rows = [[nonsense[(n + m) % len(nonsense)] for m in range(len(head))] for n in range(5)]
    write_xlsx(out, Sheet("台账", [Column(title) for title in head]), rows)
    return SimpleUploadedFile("坏.xlsx", out.getvalue())


def test_a_csv_in_any_encoding_in_use_is_read_at_every_door(officer, tmp_path):
    for kind, encoding in product(DOORS, ("utf-8", "utf-8-sig", "gb18030")):
        text = ",".join(titles(kind)) + "\n" + ",".join(["甲"] * len(titles(kind))) + "\n"
        path = tmp_path / "表.csv"
        path.write_bytes(text.encode(encoding))
        checked = check_rows(read_table(path, path.name), specs[kind])
        assert len(checked.rows) == 1, (kind, encoding)
