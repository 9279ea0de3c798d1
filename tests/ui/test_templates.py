"""What holds for every template: small, translated, without inline script or style."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "linli"
TEMPLATES = sorted(path for path in ROOT.rglob("*.html") if "node_modules" not in path.parts)
DIST = ROOT / "ui/static/ui/dist"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_is_small_and_fits_the_strict_csp(path):
    text = path.read_text(encoding="utf-8")
    inline = re.findall(
        r"<script(?![^>]*\b(?:src=|type=\"application/json\"))|<style|\sstyle=|\son\w+=\"|javascript:", text
    )
    assert (inline, len(text.splitlines()) <= 120) == ([], True)


def test_every_sign_a_template_names_is_in_the_sprite():
    sprite = (DIST / "icons.svg").read_text(encoding="utf-8")
    named = {
        name for path in TEMPLATES for name in re.findall(r'{% icon "([a-z0-9-]+)"', path.read_text("utf-8"))
    }
    assert {name for name in named if f'id="{name}"' not in sprite} == set()


def test_what_the_pages_load_evaluates_no_text_as_code():
    for bundle in ("app.js", "chart.js"):
        said = (DIST / bundle).read_text(encoding="utf-8")
        assert re.findall(r"\bnew Function\(|[^.\w]eval\(", said) == []


def test_the_lock_names_no_registry():
    lock = (ROOT.parent / "package-lock.json").read_text(encoding="utf-8")
    assert re.findall(r'"resolved"|registry\.', lock) == []
