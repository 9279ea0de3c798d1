"""Every text of every app, as far as it can be seen without its change."""

import pytest

from linli.notices.texts import has_text, kinds, write


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_kind_of_notice_begins_with_a_subject_line_and_says_something(kind):
    text = write(kind, {"path": "/x/"})

    assert text.subject
    assert text.body
    assert len(text.subject) <= 40


def test_a_kind_without_a_text_is_known_to_be_without():
    assert (has_text("channel-chosen"), has_text("no-such")) == (True, False)
