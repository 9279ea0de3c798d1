"""Divisions in bulk: checked whole, added and renamed, never moved or ended; twice is once (K4, I1, P5)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from linli.exchange.models import Entry, Use
from linli.places.commands import main
from linli.places.imports import RowProblem, import_divisions
from linli.places.models import Place, PlaceVersion
from tests.factories.exchange import make_entry
from tests.factories.people import make_user, make_worker
from tests.factories.places import make_community

pytestmark = [pytest.mark.django_db, pytest.mark.database]
DAY = date(2026, 3, 1)
TREE = [
    "99,云岭省,",
    "9901,清江市,",
    "990101,东岸区,",
    "990101001,桥头街道,",
    "990101001001,青山社区,111",
    "990101001201,柳村,220",
]


@pytest.fixture(autouse=True)
def _registered():
    make_entry(code="import-divisions")


def load(tmp_path, lines, *, by=None, on=DAY, **choices):
    path = tmp_path / "list"
    path.write_text("\n".join(["统计用区划代码,名称,城乡分类代码", *lines]), "utf-8")
    return import_divisions(path, "区划.csv", by=by, on=on, **choices)


def test_a_list_grows_a_tree_with_versions_paths_and_committees(tmp_path):
    done = load(tmp_path, TREE, apply=True)

    assert (done.added, done.renamed, done.problems, done.applied) == (6, 0, (), True)
    village = Place.objects.get(code="990101001201")
    path = "990000000000/990100000000/990101000000/990101001000/990101001201/"
    assert (village.path, village.parent.name, village.committee) == (path, "桥头街道", "villagers")
    assert PlaceVersion.objects.filter(during__contains=DAY).count() == 6
    assert list(Use.objects.values_list("entry__code", "act", "row_count")) == [
        ("import-divisions", "imported", 6)
    ]


def test_a_dry_run_writes_nothing_and_the_same_list_twice_changes_nothing(tmp_path):
    dry = load(tmp_path, TREE)
    empty = Place.objects.count()
    load(tmp_path, TREE, apply=True)
    again = load(tmp_path, TREE, apply=True)

    assert (dry.added, empty, again.added, again.renamed, Place.objects.count()) == (6, 0, 0, 0, 6)


def test_a_new_name_begins_a_new_version_and_the_old_one_ends(tmp_path):
    load(tmp_path, TREE, apply=True)
    renamed = load(tmp_path, ["990101001001,绿水社区,"], on=date(2026, 4, 1), apply=True)

    place = Place.objects.get(code="990101001001")
    names = list(place.versions.order_by("during").values_list("name", "during"))
    assert (renamed.renamed, place.name, place.urban_rural, place.version) == (1, "绿水社区", "111", 2)
    assert [(name, span.lower, span.upper) for name, span in names] == [
        ("青山社区", DAY, date(2026, 4, 1)),
        ("绿水社区", date(2026, 4, 1), None),
    ]


def test_every_problem_is_told_by_row_and_nothing_is_applied(tmp_path):
    Place.objects.filter(pk=make_community(9).pk).update(valid_to=date(2026, 1, 1))
    lines = [
        "990101001,桥头街道,", "12345,短码,", "990101001002,,", "990101001003,乙,999",
        "990101001003,丙,", "990101001003,丁,", "990199001,孤儿街道,", "990199001001,孤儿社区,",
        "990101001009,旧社区,", "000000000001,无省,",
    ]  # fmt: skip

    done = load(tmp_path, lines, apply=True)

    assert [(p.row, p.reason) for p in done.problems] == [
        (3, "统计用区划代码为 12 位数字"),
        (4, "必填"),
        (5, "城乡分类代码应为 111、112、121、122、123、210、220"),
        (7, "与第 6 行重复"),
        (8, "上级 990199000000 没有登记，也不在表中"),
        (9, "上级 990199001000 没有登记，也不在表中"),
        (10, "这个代码已于 2026-01-01 停用"),
        (11, "代码的前两位应为省级代码"),
    ]
    assert (done.applied, Place.objects.filter(name="丙").exists()) == (False, False)


def test_the_good_rows_can_be_chosen(tmp_path):
    done = load(tmp_path, [*TREE, "12345,短码,"], apply=True, skip_bad_rows=True)

    assert (done.problem_count, done.applied, Place.objects.count()) == (1, True, 6)


def test_P5_one_imports_only_inside_ones_posts(tmp_path):
    officer = make_worker(make_community(1).parent.parent, "places.import")
    with pytest.raises(PermissionDenied):
        load(tmp_path, TREE, by=make_user())

    done = load(tmp_path, ["990101001005,里面,", "990102001005,外面,"], by=officer)

    assert done.problems == (RowProblem(3, "区划代码", "不在您的岗位所及的区划以内"),)


def test_a_city_without_counties_has_its_streets_directly_below(tmp_path):
    load(tmp_path, ["99,云岭省,", "9919,直筒市,", "991900001,城中街道,"], apply=True)

    assert Place.objects.get(code="991900001000").parent.code == "991900000000"


def test_the_command_tries_first_applies_when_asked_and_logs_the_use(tmp_path, capsys):
    """A dry run is the default; what was imported stands in the register of exchange."""
    path = tmp_path / "区划.csv"
    path.write_text("\n".join(["代码,名称,城乡分类代码", *TREE]), "utf-8")

    tried = main(["divisions", str(path)]), Place.objects.count()
    applied = main(["divisions", str(path), "--apply", "--on", "2026-03-01"]), Place.objects.count()

    assert (tried, applied) == ((0, 0), (0, 6))
    assert capsys.readouterr().out.splitlines() == [
        "· 6 rows: 6 new and 0 renamed would be stored, 0 problems",
        "· 6 rows: 6 new and 0 renamed stored, 0 problems",
    ]
    assert list(Use.objects.values_list("entry__code", "act", "row_count", "by")) == [
        ("import-divisions", "imported", 6, None)
    ]


def test_the_command_gives_the_bad_rows_back_with_their_reasons(tmp_path, capsys):
    path, errors = tmp_path / "区划.csv", tmp_path / "问题.csv"
    path.write_text("\n".join(["代码,名称,备注", *TREE[:3], "12345,短码,旧表"]), "utf-8")

    assert main(["divisions", str(path), "--apply", "--errors", str(errors)]) == 1

    assert Place.objects.count() == 0
    assert errors.read_text("utf-8-sig").splitlines() == [
        "原行号,代码,名称,备注,问题",
        "5,12345,短码,旧表,区划代码：统计用区划代码为 12 位数字",
    ]


def test_the_command_says_why_it_does_nothing(tmp_path, capsys):
    Entry.objects.all().delete()
    path = tmp_path / "区划.csv"
    path.write_text("\n".join(["代码,名称", *["99,云岭省"]]), "utf-8")

    assert [main(["divisions", str(tmp_path / "none.csv")]), main(["divisions", str(path), "--apply"])] == [
        1,
        1,
    ]

    told = capsys.readouterr().err.splitlines()
    assert [line[:1] for line in told] == ["✗", "✗"]
    assert (told[1], Place.objects.count()) == ("✗ “import-divisions”没有登记或已过期，不能交换数据。", 0)
