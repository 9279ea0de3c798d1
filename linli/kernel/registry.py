"""A dict that refuses a second entry and, on a miss, says what it does know."""

from typing import Generic, TypeVar

V = TypeVar("V")


class Registry(dict[str, V], Generic[V]):
    """What apps declare by name: workflows, measures, pack kinds, searchables, demo steps."""

    def __init__(self, what: str):
        super().__init__()
        self.what = what

    def __setitem__(self, key: str, value: V) -> None:
        if key in self:
            raise ValueError(f"{self.what} {key!r} is declared twice")
        super().__setitem__(key, value)

    def __missing__(self, key: str) -> V:
        raise LookupError(f"no {self.what} {key!r}; known: {', '.join(sorted(self)) or 'none'}")
