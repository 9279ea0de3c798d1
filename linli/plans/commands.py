"""`linli plan coverage | values CODE PLACE [PERIOD] | roll-up [PERIOD]`: what planners ask from a terminal."""

import sys

from linli.kernel import clock
from linli.measures import Period

from . import coverage


def main(words: list[str]) -> int:
    """Run one of the words; 2 when it is not known."""
    known = {"coverage": show_coverage, "values": show_values, "roll-up": run_roll_up}
    if not words or words[0] not in known:
        sys.stdout.write("linli plan coverage | values CODE PLACE [PERIOD] | roll-up [PERIOD]\n")
        return 2
    return known[words[0]](words[1:])


def show_coverage(_words: list[str]) -> int:
    sys.stdout.write(coverage.text())
    return 0


def show_values(words: list[str]) -> int:
    """Every indicator of an installed plan at a place, one line each."""
    from linli.places.models import Place

    from .models import Plan
    from .queries.scorecards import scorecard

    if len(words) not in (2, 3):
        sys.stderr.write("linli plan values CODE PLACE [PERIOD]\n")
        return 2
    plan, place = Plan.objects.filter(code=words[0]).first(), Place.objects.filter(code=words[1]).first()
    if plan is None or place is None:
        sys.stderr.write(f"✗ 没有规划 {words[0]}，或没有区划 {words[1]}。\n")
        return 1
    for line in scorecard(plan, place, _period(words[2:])).lines:
        shown = "—" if line.row.shown is None else f"{line.row.shown} {line.indicator.unit}"
        sys.stdout.write(
            f"{line.indicator.ref or line.indicator.code}\t{shown}\t{line.state}\t{line.indicator.name}\n"
        )
    return 0


def run_roll_up(words: list[str]) -> int:
    """Count what apps count for a period and add it up."""
    from .actions import roll_up
    from .actions.rolling import counted_measures

    counted = roll_up(counted_measures(), _period(words))
    sys.stdout.write(f"{counted} measures counted\n")
    return 0


def _period(words: list[str]) -> Period:
    today = clock.today()
    return Period.parse(words[0] if words else f"{today.year}-{today.month:02}")
