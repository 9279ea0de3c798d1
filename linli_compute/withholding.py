"""Which counts of people a tree of tables must not show, so that no subtraction gives a small one back.

Every row says how many are inside and how many outside (or one number alone); rows add up from communities
to streets, counties and the whole, and each row's sum is known. A count from 1 to `least` - 1 is small.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

Counts = tuple[int, ...]


@dataclass(frozen=True)
class Tree:
    """Rows by key, the children of each inner row, and the inner rows from the lowest up to the top."""

    counts: Mapping[str, Counts]
    children: Mapping[str, list[str]]
    upwards: list[str]


def tree_of(leaves: Mapping[str, Counts], *, top: str) -> Tree:
    """The rows above the leaves, up to `top`: a key is a path, "a/b/c/", and its parent the path without c.

    >>> tree_of({"a/b/c/": (1, 2), "a/b/d/": (3, 4)}, top="a/").counts["a/"]
    (4, 6)
    """
    counts: dict[str, Counts] = dict(leaves)
    children: dict[str, list[str]] = {}
    listed: set[str] = set()
    for leaf, told in leaves.items():
        below = leaf
        while below != top:
            above = below[: below[:-1].rindex("/") + 1]
            known = counts.get(above)
            if below not in listed:
                listed.add(below)
                children.setdefault(above, []).append(below)
            counts[above] = told if known is None else tuple(a + b for a, b in zip(known, told, strict=True))
            below = above
    return Tree(counts, children, sorted(children, key=lambda key: (-key.count("/"), key)))


def withheld(tree: Tree, *, least: int, forced: Collection[str] = ()) -> set[str]:
    """The rows to leave out: the small ones, those `forced`, and as many others as hide these.

    >>> sorted(withheld(tree_of({"a/1/": (3, 40), "a/2/": (50, 60), "a/3/": (70, 80)}, top="a/"), least=10))
    ['a/1/', 'a/2/']
    """
    hidden = {key for key, told in tree.counts.items() if any(0 < count < least for count in told)}
    hidden |= set(forced) & set(tree.counts)
    guarded = set(hidden)
    for above in tree.upwards:
        below = tree.children[above]
        if not hidden.isdisjoint(below) and above not in hidden:
            _hide_neighbours(tree, below, hidden, guarded, least)
            if not _is_safe(tree, [key for key in below if key in hidden], guarded, least):
                hidden.add(above)
                guarded.add(above)
    for above in reversed(tree.upwards):
        if above in hidden and hidden.isdisjoint(tree.children[above]):
            hidden.add(_cover_for(tree, above, least))
    return hidden


def _hide_neighbours(tree: Tree, below: list[str], hidden: set[str], guarded: set[str], least: int) -> None:
    """Hides the smallest of the rows still shown, one by one, until the hidden ones cannot be told apart."""
    free = sorted(
        (key for key in below if key not in hidden and any(tree.counts[key])),
        key=lambda key: (sum(tree.counts[key]), key),
        reverse=True,
    )
    while free and not _is_safe(tree, [key for key in below if key in hidden], guarded, least):
        hidden.add(free.pop())


def _is_safe(tree: Tree, rows: list[str], guarded: set[str], least: int) -> bool:
    """Whether the sums of the hidden rows, which anybody can work out, leave each guarded one in the dark."""
    if len(rows) < 2:
        return not rows
    for column in range(len(tree.counts[rows[0]])):
        total = sum(tree.counts[key][column] for key in rows)
        if 0 < total < least:
            return False
        size = {key: sum(tree.counts[key]) for key in rows}
        room = sum(size.values())
        for key in guarded.intersection(rows):
            low, high = max(0, total - room + size[key]), min(size[key], total)
            if total and total < room and high - low < min(least - 1, size[key]):
                return False
    return True


def _cover_for(tree: Tree, above: str, least: int) -> str:
    """The child that stays out with a row that is left out: the smallest one that is large enough."""
    below = sorted(tree.children[above], key=lambda key: (sum(tree.counts[key]), key))
    return next((key for key in below if sum(tree.counts[key]) >= 2 * least), below[-1])
