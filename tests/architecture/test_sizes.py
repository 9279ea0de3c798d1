"""Files and functions stay small enough to be read at once; migrations are written by Django."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES_OF_A_FILE = 500
MOST_LINES_OF_A_FUNCTION = 60
FILES = sorted(
    path
    for package in ("linli", "linli_compute")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)


def functions(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_the_walk_finds_both_packages():
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == {"linli", "linli_compute"}


def test_no_file_is_longer_than_the_most():
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES
    }
    assert {name: length for name, length in lengths.items() if length > MOST_LINES_OF_A_FILE} == {}


def test_no_function_is_longer_than_the_most():
    lengths = {
        f"{path.relative_to(ROOT)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in FILES
        for node in functions(path)
    }
    assert {name: length for name, length in lengths.items() if length > MOST_LINES_OF_A_FUNCTION} == {}


def test_a_domain_of_cases_is_eight_files_beside_what_it_declares():
    """Grid events, whole: models, rules, workflow, acts, forms, pages. The rest says one thing each to the platform."""
    declarations = {"__init__.py", "demo.py", "measures.py", "nav.py", "pack.py", "search.py"}
    files = {path.name for path in FILES if path.parent == ROOT / "linli" / "grid"}
    assert sorted(files - declarations) == [
        "actions.py", "apps.py", "forms.py", "models.py", "rules.py", "urls.py", "views.py", "workflow.py",
    ]  # fmt: skip
