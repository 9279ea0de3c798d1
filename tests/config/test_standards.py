"""docs/asvs.md: whole, and what it names as proof exists."""

import ast
import re
from functools import cache
from pathlib import Path

from linli.config.generated import stale
from linli.config.standards import STATES, read_table

ROOT = Path(__file__).parents[2]


@cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def stands(proof: str) -> bool:
    """path::test in a test file, path::text in any other."""
    path, _colons, what = proof.partition("::")
    if not (ROOT / path).exists():
        return False
    if path.startswith("tests/"):
        return what in functions_of(path)
    return bool(what) and what in (ROOT / path).read_text("utf-8")


def test_the_table_has_217_rows_of_levels_1_and_2_and_19_of_level_3():
    rows, clauses = read_table()
    levels = [row.level for row in rows]

    assert (levels.count(1), levels.count(2), levels.count(3)) == (65, 152, 19)
    assert len({row.id for row in rows}) == 236
    assert not [row.id for row in rows if row.id.startswith(("v5.0.0-10.", "v5.0.0-17."))]
    assert len(clauses) == 34


def test_each_row_has_a_state_and_its_proof_or_its_reason():
    rows, clauses = read_table()
    known = {clause.id for clause in clauses}

    assert [row.id for row in rows if row.state not in STATES or not row.asks] == []
    assert [row.id for row in rows if row.state in ("met", "by setting") and not row.proof] == []
    assert [row.id for row in rows if row.state in ("not applicable", "not yet") and not row.note] == []
    assert [row.id for row in rows if not known.issuperset(row.djbh)] == []


def test_every_test_setting_and_page_that_is_named_exists():
    rows, _clauses = read_table()

    assert [(row.id, proof) for row in rows for proof in row.proof if not stands(proof)] == []


def test_a_clause_of_the_law_has_rows_or_says_who_sees_to_it():
    rows, clauses = read_table()
    named = {clause for row in rows for clause in row.djbh}

    assert [clause.id for clause in clauses if clause.id not in named and not clause.note] == []


def test_every_test_that_the_page_of_security_names_exists():
    """docs/security.md, Bad luck: `path::test`, then `::test` of the same file."""
    named, path = [], ""
    for told in re.findall(r"`((?:tests/[\w/]+\.py)?::\w+)`", (ROOT / "docs/security.md").read_text("utf-8")):
        path = told.partition("::")[0] or path
        named.append(f"{path}::{told.partition('::')[2]}")

    assert len(named) > 20
    assert [proof for proof in named if not stands(proof)] == []


def test_the_page_is_printed_from_the_table():
    assert "../asvs.md" not in stale()
