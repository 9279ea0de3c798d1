"""Below which number a count of people is not told apart: packs say it, and the app that installs them answers here."""

from collections.abc import Callable
from typing import Any

from linli.kernel.registry import Registry

small_counts: Registry[Callable[[Any], int]] = Registry("rule of small counts")  # place → number of people


def small_count(place: Any) -> int:
    """The number of people from which a count at a place may be told; LookupError when no pack says it."""
    return small_counts["figures"](place)
