"""What a formula may name: measures, scopes and the constants of its pack."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from .parsing import fold

Kind = Literal["stock", "flow", "average", "ytd", "distinct", "ratio"]

# Over places these cannot be added: the row of the place itself is the truth.
OWN_ROW_KINDS = frozenset({"distinct", "ratio"})


@dataclass(frozen=True)
class MeasureSpec:
    """One countable thing: `scale` decimals in its integers, a stock good for `lookback` months."""

    code: str
    title: str
    unit: str
    kind: Kind = "stock"
    scope: str = "communities"
    scale: int = 0
    lookback: int = 1


@dataclass(frozen=True)
class Scope:
    """A named set of units on one level of the tree, such as 城市社区."""

    code: str
    title: str
    level: str
    within: str | None = None  # the wider scope it is part of, on the same level


@dataclass(frozen=True)
class Constant:
    """A number the pack gives a name."""

    title: str
    value: Decimal
    unit: str = ""


@dataclass(frozen=True)
class Catalogue:
    """All names a formula can use; each is found by its code or by its Chinese title."""

    measures: Mapping[str, MeasureSpec]
    scopes: Mapping[str, Scope]
    constants: Mapping[str, Constant] = field(default_factory=dict)

    @classmethod
    def of(cls, measures: Iterable[MeasureSpec], scopes: Iterable[Scope], constants: Iterable[Constant] = ()):
        """A catalogue of these; two things under one name are refused with ValueError."""
        measures = tuple(measures)
        codes = _by_name([(m.code, m) for m in measures])
        titles = _by_name([(m.title, m) for m in measures if m.title != m.code])
        clash = codes.keys() & titles.keys()
        if clash:
            raise ValueError(f"名称重复：{'、'.join(sorted(clash))}")
        scopes = tuple(scopes)
        return cls(
            codes | titles,
            _by_name([(s.code, s) for s in scopes] + [(s.title, s) for s in scopes if s.title != s.code]),
            _by_name([(c.title, c) for c in constants]),
        )

    def covers(self, wide: str, narrow: str) -> bool:
        """Is every unit of the scope `narrow` also one of `wide`?"""
        at: str | None = narrow
        while at is not None and at != wide:
            at = self.scopes[at].within
        return at == wide


def _by_name(pairs):
    found = {}
    for name, thing in pairs:
        if fold(name) in found:
            raise ValueError(f"名称重复：{name}")
        found[fold(name)] = thing
    return found
