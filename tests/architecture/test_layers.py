"""The import contracts of pyproject.toml hold something back: a copy with one bad import breaks each.

The copy has every module of ours under its own name, but empty, so that one import is all there is to find.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("linli", "linli_compute")
DOWN = "Each layer imports only what lies below it; apps split by | never import each other"
ALONE = "The compute package knows nothing of Django or of the platform"
INSIDE = "Inside an app: urls > views > workflow > forms > actions > queries, rules > models"
VIEWS = "Views are for urls"
# The file, the import put into it, and the contracts that it breaks.
BREACHES = {
    "a layer above": ("linli/kernel/text.py", "from linli.people import models", {DOWN}),
    "the top from below": ("linli/places/models.py", "import linli.config.commands", {DOWN}),
    "a neighbour": ("linli/cases/queries.py", "from linli.ledger import models", {DOWN}),
    "Django in compute": ("linli_compute/errors.py", "import django.db", {ALONE}),
    "the platform in compute": ("linli_compute/errors.py", "import linli.kernel.clock", {ALONE}),
    "models that act": ("linli/people/models/persons.py", "from linli.people import actions", {INSIDE}),
    "queries that act": ("linli/cases/queries.py", "from linli.cases import actions", {INSIDE}),
    "nothing: urls may name any view": ("linli/people/urls.py", "from linli.places import views", set()),
    "a view that is no page": ("linli/plans/nav.py", "from linli.places import views", {VIEWS}),
}


@pytest.fixture(scope="module")
def empty_copy(tmp_path_factory) -> Path:
    """Every package and module of ours, empty, with the contracts beside them."""
    top = tmp_path_factory.mktemp("copy")
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if "migrations" not in path.parts:
                made = top / path.relative_to(ROOT)
                made.parent.mkdir(parents=True, exist_ok=True)
                made.touch()
    shutil.copy(ROOT / "pyproject.toml", top)
    return top


def broken(top: Path) -> set[str]:
    """The names of the contracts that import-linter finds broken."""
    program = (
        "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(no_cache=True))"
    )
    wide = {**os.environ, "COLUMNS": "200"}  # else names of contracts are broken over lines
    command = [sys.executable, "-P", "-c", program]
    told = subprocess.run(command, cwd=top, env=wide, capture_output=True, text=True, check=False)
    lines = [line.strip() for line in told.stdout.splitlines()]
    found = {line.removesuffix(" BROKEN") for line in lines if line.endswith(" BROKEN")}
    kept = {line.removesuffix(" KEPT") for line in lines if line.endswith(" KEPT")}
    assert found | kept == {DOWN, ALONE, INSIDE, VIEWS}, told.stdout + told.stderr
    assert told.returncode == bool(found)
    return found


def test_modules_without_imports_break_nothing(empty_copy):
    assert broken(empty_copy) == set()


@pytest.mark.parametrize("breach", BREACHES)
def test_one_import_breaks_its_contract_and_no_other(empty_copy, breach):
    name, line, contracts = BREACHES[breach]
    path = empty_copy / name
    assert path.exists()
    path.write_text(line + "\n")
    try:
        assert broken(empty_copy) == contracts
    finally:
        path.write_text("")
