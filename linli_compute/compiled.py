"""Loops compiled by numba where it is installed; the same functions run as plain Python where it is not."""

from collections.abc import Callable
from typing import Any

try:
    from numba import njit
except ImportError:  # the extra `fast` is optional
    HAS_NUMBA = False

    def compiled(loop: Callable[..., Any]) -> Callable[..., Any]:
        """The loop itself: slow, and right."""
        return loop

else:
    HAS_NUMBA = True

    def compiled(loop: Callable[..., Any]) -> Callable[..., Any]:
        """The loop as machine code, compiled at its first call and kept on disk."""
        return njit(cache=True, boundscheck=False, nogil=True)(loop)  # type: ignore[no-any-return]
