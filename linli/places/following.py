"""What stands directly on a place that ends moves to its successor: each app says how its own rows do.

What stands below (grids, compounds, buildings and all that is theirs) moves with the branch of the tree. An app
declares its part in `following.py`; the acts of the tree call all of them in their own transaction.
"""

from collections.abc import Callable
from datetime import date

from linli.kernel.registry import Registry

from .models import Place

# (the place that ends, who carries it on, by=…, on=…, why=…) → how many rows moved
Follower = Callable[..., int]
followers: Registry[Follower] = Registry("follower")


def follow(place: Place, successor: Place, *, by, on: date, why: str) -> dict[str, int]:
    """Let everything that stands on `place` move to `successor`; how many rows of each app did."""
    return {name: move(place, successor, by=by, on=on, why=why) for name, move in followers.items()}
