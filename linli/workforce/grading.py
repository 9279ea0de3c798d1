"""三岗十八级: which grade service, degree and certificate give, and when the next one comes."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Standing:
    """A worker's grade by the rules on a day, and the day of the next (None: the ladder ends here)."""

    track: str
    grade: int
    lowest: int
    highest: int
    next_on: date | None
    counted_years: int  # service, with what degree and certificate add


def standing(
    rules: dict, *, track: str, started_on: date, degree: str, certificate: str, on: date
) -> Standing:
    """The grade by the pack's rules: one for each so many counted years, within the ladder of the post."""
    ladder = next(line for line in rules["ladders"] if line["track"] == track)
    added = _years(rules["degrees"], degree) + _years(rules["certificates"], certificate)
    served = full_years(started_on, on)
    step, lowest, highest = rules["years_per_grade"], ladder["lowest"], ladder["highest"]
    risen = (served + added) // step
    grade = min(lowest + risen, highest)
    next_on = None
    if grade < highest:
        next_on = _anniversary(started_on, (risen + 1) * step - added)
    return Standing(track, grade, lowest, highest, next_on, served + added)


def _years(lines: list[dict], what: str) -> int:
    return next((line["years"] for line in lines if line["what"] == what), 0)


def full_years(since: date, on: date) -> int:
    """Full years from one day to the other, none when it lies ahead."""
    return max(0, on.year - since.year - ((on.month, on.day) < (since.month, since.day)))


def _anniversary(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
