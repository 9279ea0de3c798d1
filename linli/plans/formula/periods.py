"""Months as whole numbers, periods as runs of months, and the shifts a formula may ask for."""

from dataclasses import dataclass

SHIFTS = {"上期": "previous", "同期": "year_ago", "年初至今": "year_to_date"}
SHIFT_TITLES = {code: title for title, code in SHIFTS.items()}


def month_of(year: int, month: int) -> int:
    """The running number of a month: 12 × year + month − 1."""
    return year * 12 + month - 1


@dataclass(frozen=True, order=True)
class Months:
    """Whole months from `first` to `last`, both included, as running numbers."""

    first: int
    last: int

    def __post_init__(self):
        if self.last < self.first:
            raise ValueError("a period ends before it begins")

    def __len__(self):
        return self.last - self.first + 1

    def shifted(self, shift: str) -> "Months":
        """The period that 上期, 同期 or 年初至今 stand for, seen from this one."""
        if shift == "previous":
            return Months(self.first - len(self), self.first - 1)
        if shift == "year_ago":
            return Months(self.first - 12, self.last - 12)
        return Months(self.last - self.last % 12, self.last)

    def years(self) -> tuple["Months", ...]:
        """The parts of this period that fall into one calendar year each."""
        firsts = [self.first, *(m for m in range(self.first + 1, self.last + 1) if m % 12 == 0)]
        lasts = [first - 1 for first in firsts[1:]] + [self.last]
        return tuple(map(Months, firsts, lasts))
