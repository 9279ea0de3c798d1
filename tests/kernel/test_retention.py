from datetime import date

import pytest

from linli.kernel.retention import Term, term_of

TODAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("keep", "last_day"),
    [
        ("30d", date(2026, 3, 1)),
        ("1m", date(2026, 2, 28)),
        ("6m after close", date(2025, 9, 30)),
        ("3y after end", date(2023, 3, 31)),
    ],
)
def test_a_term_is_over_for_what_happened_on_or_before_its_last_day(keep, last_day):
    assert term_of(keep).last_day(TODAY) == last_day


@pytest.mark.parametrize("keep", ["while registered", "until withdrawn"])
def test_what_is_kept_while_something_lasts_has_no_term(keep):
    assert term_of(keep) is None


@pytest.mark.parametrize("keep", ["forever", "0y", "2 years", "3y after", "y", ""])
def test_words_that_are_no_rule_are_refused(keep):
    with pytest.raises(ValueError, match="is no retention"):
        term_of(keep)


def test_a_term_names_the_event_it_runs_from():
    assert term_of("2y after close") == Term(2, "y", "close")
