"""Everything people see can be read in English, and every English line keeps the holes of the Chinese one."""

import polib

from linli.config.translations import CATALOGUE, missing


def test_nothing_is_missing_in_the_english_catalogue():
    assert missing() == {}


def test_no_text_stands_in_the_catalogue_twice():
    texts = [entry.msgid for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete]
    assert sorted(texts) == sorted(set(texts))


def test_no_english_is_left_in_chinese():
    left = [
        entry.msgid
        for entry in polib.pofile(str(CATALOGUE))
        for line in (entry.msgstr, *entry.msgstr_plural.values())
        if any("\u4e00" <= character <= "\u9fff" for character in line)
    ]
    assert left == []
