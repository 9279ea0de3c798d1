"""ASVS 15.3.6, I5: our scripts write no property whose name somebody else chose, so nobody can pollute a prototype."""

import re
from pathlib import Path

import pytest
from django.conf import settings

SCRIPTS = sorted((Path(settings.BASE_DIR) / "linli/ui/assets/js").rglob("*.js"))
# A name in brackets may be "__proto__" one day: what is kept by name goes into a Map or FormData.
WRITES = {
    "a property by a computed name": re.compile(
        r"[\w\])]\[(?!\s*\d+\s*\])[^\]\n]+\]\s*(?:[-+*/%|&^?]{0,2}=)(?![=>])"
    ),
    "the prototype": re.compile(r"__proto__|\.prototype\b|setPrototypeOf"),
    "copies of what came": re.compile(r"Object\.assign\(\s*\w+\s*,\s*(?!\{)"),
    "code from text": re.compile(
        r"\beval\(|new Function\(|(?:inner|outer)HTML\s*\+?=(?!=)|insertAdjacentHTML|document\.write"
    ),
}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_writes_no_property_that_somebody_else_named(script):
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", script.read_text("utf-8"), flags=re.S)
    assert {what: found for what, rule in WRITES.items() if (found := rule.findall(text))} == {}


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("kept[name] = value;", "a property by a computed name"),
        ("kept[name] ??= [];", "a property by a computed name"),
        ("Object.assign(settings, answer);", "copies of what came"),
        ("Array.prototype.x = 1", "the prototype"),
        ("page.innerHTML = text", "code from text"),
    ],
)
def test_the_rule_sees_what_it_forbids(line, what):
    assert WRITES[what].search(line)


@pytest.mark.parametrize("line", ["const one = rows[index];", "if (kept[name] === value) {", "pair[0] = 1;"])
def test_reading_by_name_and_places_in_a_list_are_free(line):
    assert not any(rule.search(line) for rule in WRITES.values())
