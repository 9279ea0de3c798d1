"""How long a personal field is kept: the words of `Personal.keep` read as a rule (security D8).

`while …`, `until …` and `as long as …` end with the person's registration, when somebody purges the person; `3y` runs
from the row's own moment; `2y after close` from the moment its row tells under that word.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_TERM = re.compile(r"(?P<count>[1-9]\d*)(?P<unit>[dmy])(?: after (?P<word>[a-z]+))?")


@dataclass(frozen=True)
class Term:
    """A time that runs from the event `word` of the row; an empty word is the row's own moment."""

    count: int
    unit: str
    word: str

    def last_day(self, today: date) -> date:
        """The day on or before which the event must lie for the term to be over `today`."""
        if self.unit == "d":
            return today - timedelta(days=self.count)
        months = self.count * (12 if self.unit == "y" else 1)
        year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
        return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def term_of(keep: str) -> Term | None:
    """The term a `keep` states; None for `while …` and its like. ValueError when it is neither.

    >>> term_of("2y after close")
    Term(count=2, unit='y', word='close')
    >>> term_of("while registered")
    """
    if keep.startswith(("while ", "until ", "as long as ")):
        return None
    found = _TERM.fullmatch(keep)
    if found is None:
        raise ValueError(f"{keep!r} is no retention: say '3y', '6m after close' or 'while …'")
    return Term(int(found["count"]), found["unit"], found["word"] or "")
