"""Everything people see can be read in English, and every English line keeps the holes of the Chinese one."""

from types import SimpleNamespace

import polib

from linli.config import tasks
from linli.config.translations import CATALOGUE, missing


def test_nothing_is_missing_in_the_english_catalogue():
    assert missing() == {}


def test_no_text_stands_in_the_catalogue_twice():
    texts = [
        (entry.msgctxt or "", entry.msgid) for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete
    ]
    assert sorted(texts) == sorted(set(texts))


def test_no_english_is_left_in_chinese():
    left = [
        entry.msgid
        for entry in polib.pofile(str(CATALOGUE))
        for line in (entry.msgstr, *entry.msgstr_plural.values())
        if any("\u4e00" <= character <= "\u9fff" for character in line)
    ]
    assert left == []


def test_a_single_test_file_is_run_with_the_english_of_today(monkeypatch):
    """A page in English must not pass or fail by what some earlier run had compiled."""
    done = []
    monkeypatch.setattr("linli.config.translations.compile_catalogues", lambda: done.append("compiled"))
    monkeypatch.setattr(tasks, "database_environment", lambda *, test: done.append(test) or {})
    monkeypatch.setattr(tasks.subprocess, "run", lambda *_words, **_more: SimpleNamespace(returncode=5))

    assert (tasks.main(["pytest", "tests/places"]), done) == (5, ["compiled", True])
