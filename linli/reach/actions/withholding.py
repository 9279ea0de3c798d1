"""Which of a run's counts of people no page shows: worked out once for all readers, when the run is frozen.

One pattern for everybody: two readers with different areas learn nothing by laying their tables together.
"""

from collections.abc import Sequence

import numpy as np

from linli_compute.withholding import Counts, Tree, tree_of, withheld

from ..frozen import GROUPS
from ..rules import LEAST
from ..study import Results

ABOVE = {
    "60": ["all"],
    "80": ["60", "all"],
    "under3": ["all"],
    "6to12": ["all"],
}  # the groups that hold each group
Hidden = dict[str, set[str]]  # group → paths


def withheld_of(paths: Sequence[str], top: str, functions: Sequence[str], results: Results) -> dict:
    """For each group, and each function and group: the paths (of communities and above) whose counts stay out.

    `communities` tells how many communities each row above holds: a reader who sees fewer gets no sum.
    """
    people = _hidden({group: [(int(n),) for n in results.known[:, g]] for g, group in enumerate(GROUPS)},
                     paths, top, {})  # fmt: skip
    told = {"people": people}
    for f, function in enumerate(functions):
        if results.has_data[f]:
            rows = {group: _rows(results, f, g) for g, group in enumerate(GROUPS)}
            told[function] = _hidden(rows, paths, top, people)
    size = tree_of(dict.fromkeys(paths, (1,)), top=top).counts
    return {
        "communities": {path: count for path, (count,) in size.items() if path not in set(paths)},
        "hidden": {
            name: {group: sorted(rows) for group, rows in found.items()} for name, found in told.items()
        },
    }


def _rows(results: Results, f: int, g: int) -> list[Counts]:
    inside, known = results.in_band[:, f, g], results.known[:, g]
    return [(int(a), int(b - a)) for a, b in zip(inside, known, strict=True)]


def _hidden(rows: dict[str, list[Counts]], paths: Sequence[str], top: str, people: Hidden) -> Hidden:
    """The largest group first; a group is also left out where it and one that holds it differ by a few."""
    trees = {group: tree_of(dict(zip(paths, told, strict=True)), top=top) for group, told in rows.items()}
    found: Hidden = {}
    for group in GROUPS:
        forced = set(people.get(group, ()))
        for larger in ABOVE.get(group, ()):
            forced |= {
                path for path in trees[group].counts
                if path not in found[larger] and _differ_by_few(trees[larger], trees[group], path)
            }  # fmt: skip
        found[group] = withheld(trees[group], least=LEAST, forced=forced)
    return found


def _differ_by_few(larger: Tree, smaller: Tree, path: str) -> bool:
    left = np.subtract(larger.counts[path], smaller.counts[path])
    return bool(((left > 0) & (left < LEAST)).any())
