"""docs/coverage.md claims no more than a test shows."""

from linli.config.coverage import Claims, claims, lines, proofs, state

SAID = Claims(
    groups=(("C01", "区划", ("XA-001", "XA-002", "XA-003")), ("N1", "政策", ("XA-004",))),
    works=frozenset(),
    partly={"XA-002": "地图"},
)


def test_every_row_that_is_claimed_is_quoted_by_a_test():
    said, shown = claims(), proofs()
    assert [row for row in sorted(said.works | set(said.partly)) if row not in shown] == []


def test_no_row_is_claimed_whole_and_in_part_and_each_stands_in_one_group():
    said = claims()
    assert said.works & set(said.partly) == set()
    assert sum(len(rows) for _code, _title, rows in said.groups) == len(said.rows) == 375


def test_every_row_a_test_quotes_exists():
    known = claims().rows
    assert [row for row in proofs() if row[1] != "-" and row not in known] == []


def test_a_proof_is_a_test_whose_name_or_docstring_quotes_the_row(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text(
        '"""XA-009: a module proves nothing."""\n'
        "def test_XA_001_by_name(): ...\n"
        'def test_by_docstring():\n    """I-XA-18 and XA-002: both."""\n'
        'def helper():\n    """XA-003"""\n',
        "utf-8",
    )
    assert proofs(tmp_path) == {
        "XA-001": ["tests/test_it.py::test_XA_001_by_name"],
        "I-XA-18": ["tests/test_it.py::test_by_docstring"],
        "XA-002": ["tests/test_it.py::test_by_docstring"],
    }


def test_the_page_tells_what_works_what_is_missing_and_what_is_not_there():
    shown = {"XA-001": ["tests/a.py::test_a"], "XA-002": ["tests/a.py::test_b"]}
    assert [state(row, SAID, shown) for row in ("XA-001", "XA-002", "XA-003")] == ["已有", "部分", "尚无"]
    page = "\n".join(lines(SAID, shown))
    assert "| XA-002 | 部分 | 尚缺：地图；`tests/a.py::test_b` |" in page
    assert "合计：已有 1，部分 1，尚无 1\n（应做 3 条；另有 1 条不做软件）。" in page
