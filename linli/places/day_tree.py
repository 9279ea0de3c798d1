"""The tree of a whole area as it stood on a day, each place beside what carries it on today (as-was, as-is)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from .levels import PARENTS, Level
from .models import Place, PlaceVersion, Succession
from .versions import as_was, tree_on

MOST_BRANCHES = 1000  # on one page; an area with more is opened part by part


@dataclass(frozen=True)
class Branch:
    """A place as it was on a day, the standing places that carry it on, and what stood right below it."""

    then: PlaceVersion
    now: tuple[Place, ...]
    above: int | None  # key of the place right above on that day
    parts: list["Branch"] = field(default_factory=list)

    @property
    def has_moved(self) -> bool:
        """Carried on by others, or under another place today."""
        return self.now != (self.then.place,) or self.now[0].parent_id != self.above

    @property
    def is_as_it_was(self) -> bool:
        if self.has_moved:
            return False
        return (self.now[0].code, self.now[0].name) == (self.then.code, self.then.name)


@dataclass(frozen=True)
class DayTree:
    """What stood on `day` below `top` (None: everywhere), two levels deep, from the top down."""

    day: date
    top: PlaceVersion | None
    above: list[PlaceVersion]  # from the top of the tree of that day down to, not with, `top`
    branches: list[Branch]
    is_cut: bool  # more than MOST_BRANCHES places stood there


def codes_above(path: str) -> tuple[str, ...]:
    return tuple(path.rstrip("/").split("/")[:-1])


def day_tree(day: date, code: str = "") -> DayTree | None:
    """The tree of `day` below the place that `code` named then; None when it named none."""
    top = as_was(code, day) if code else None
    if code and top is None:
        return None
    path = top.path if top else ""
    levels = _levels_below(top.level if top else None)
    stood = tree_on(day, below=path).filter(place__level__in=levels, path__regex=f"^{path}[^/]+/([^/]+/)?$")
    versions = list(stood.select_related("place")[: MOST_BRANCHES + 1])
    above = tree_on(day).filter(path__in=_paths_above(path)) if path else ()
    shown = _branches(versions[:MOST_BRANCHES], path, top.place_id if top else None)
    return DayTree(day, top, list(above), shown, len(versions) > MOST_BRANCHES)


def _levels_below(level: str | None) -> set[Level]:
    """The two levels below one, and the third: a city without counties has its streets right below."""
    wanted: set[Level] = set()
    edge = {Level(level)} if level else {None}
    for _step in range(3 if level in (Level.PROVINCE, Level.CITY) else 2):
        edge = {one for one, above in PARENTS.items() if edge & set(above or (None,))}
        wanted |= edge
    return wanted


def _paths_above(path: str) -> list[str]:
    codes = codes_above(path) if path else ()
    return ["".join(f"{code}/" for code in codes[: n + 1]) for n in range(len(codes))]


def _branches(versions: list[PlaceVersion], path: str, top: int | None) -> list[Branch]:
    """Versions in the order of the tree, those right below `path` first-level, the others inside them."""
    now = carried_on(one.place for one in versions)
    first: list[Branch] = []
    made: dict[str, Branch] = {}
    for one in versions:  # what stands above comes before
        holder = made.get("".join(f"{code}/" for code in codes_above(one.path)))
        branch = Branch(one, now[one.place_id], holder.then.place_id if holder else top)
        made[one.path] = branch
        (holder.parts if holder else first).append(branch)
    return first


def carried_on(places: Iterable[Place]) -> dict[int, tuple[Place, ...]]:
    """Key of each place → the standing places that carry it on today; two questions for each act in a row."""
    wanted = {place.pk: place for place in places}
    known, next_of = dict(wanted), defaultdict(list)
    edge = [place.pk for place in known.values() if place.valid_to is not None]
    while edge:
        steps = Succession.objects.filter(predecessor__in=edge).select_related("successor").order_by("pk")
        edge = []
        for step in steps:
            next_of[step.predecessor_id].append(step.successor_id)
            if step.successor_id not in known:
                known[step.successor_id] = step.successor
                if step.successor.valid_to is not None:
                    edge.append(step.successor_id)
    return {key: tuple(_ends(key, known, next_of)) for key in wanted}


def _ends(key: int, known: dict[int, Place], next_of: dict[int, list[int]]) -> list[Place]:
    if known[key].valid_to is None:
        return [known[key]]
    found: list[Place] = []
    for successor in next_of[key]:
        found += [one for one in _ends(successor, known, next_of) if one not in found]
    return found
