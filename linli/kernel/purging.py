"""What else goes when rows are purged: files, index entries, queued messages (security D8).

An app that keeps copies of other apps' rows, or files they point to, registers a remover. It is called
inside the purge's transaction, before the rows change, with the model and the keys of the rows.
"""

from collections.abc import Callable
from typing import Any

from django.db import models

from .registry import Registry

Remover = Callable[[type[models.Model], list[Any]], int]

removers: Registry[Remover] = Registry("remover")

# An app that must not lose a person yet (an open case, a balance) says why, in a sentence, or None.
obstacles: Registry[Callable[[Any], str | None]] = Registry("obstacle")


def remove_copies(model: type[models.Model], keys: list[Any]) -> int:
    """Tell every remover that these rows go; the number of things removed."""
    return sum(remove(model, keys) for remove in removers.values()) if keys else 0
