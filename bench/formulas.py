"""How long garbled formulas take to be refused or computed.

    python -m bench.formulas [--texts 100000]

Texts of a seeded hand (tests/plans/garbled.py): each is compiled and, if it is accepted, computed over three communities.
Printed: processor time at the median, of 99.9 % and of the worst, with how many took 50 ms or more. Goal: none.
"""

import argparse
import sys
import time

from tests.plans.garbled import garbled, little_world, tried

GOAL_S = 0.05


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--texts", type=int, default=100_000)
    count, world = parser.parse_args().texts, little_world()
    accepted, took = 0, []
    for text in garbled(count):
        began = time.process_time()
        accepted += tried(text, world)
        took.append(time.process_time() - began)
    took.sort()
    late = sum(one >= GOAL_S for one in took)
    told = " / ".join(f"{took[int(at * (count - 1))] * 1000:.2f}" for at in (0.5, 0.999, 1))
    print(f"{count} texts, {accepted} accepted: median / 99.9 % / worst {told} ms, {late} of 50 ms or more")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
