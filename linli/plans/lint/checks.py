"""What a check is: a name, one rule, findings with the place in the file and a hint what to do."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from linli.plans.formula import Catalogue, Formula, FormulaError, Scope, compile_formula
from linli.plans.formula.parsing import fold


@dataclass(frozen=True)
class Finding:
    """Something wrong at a location of the pack, and what would mend it."""

    where: tuple
    message: str
    hint: str


@dataclass(frozen=True)
class Check:
    """One rule: its name as shown beside findings, and the function that yields them."""

    name: str
    run: Callable[..., Iterable[Finding]]

    def __call__(self, *things: Any) -> Iterator[tuple[tuple, str]]:
        for found in self.run(*things):
            yield found.where, f"{found.message} → {found.hint} [{self.name}]"


def into(checks: list[Check]) -> Callable:
    """A decorator that gathers functions into a list of checks, under their own names."""

    def add(run: Callable[..., Iterable[Finding]]) -> Callable[..., Iterable[Finding]]:
        checks.append(Check(run.__name__.replace("_", "-"), run))
        return run

    return add


@dataclass
class Context:
    """What a plan's checks look at beside the pack: the names formulas may use, the plans of areas above."""

    pack: Any
    catalogue: Catalogue
    above: tuple = ()
    compiled: dict[str, Formula | FormulaError] = field(default_factory=dict)

    def formula(self, text: str) -> Formula | FormulaError:
        """The compiled formula, or the problem it has; each text is compiled once."""
        if text not in self.compiled:
            try:
                self.compiled[text] = compile_formula(text, self.catalogue)
            except FormulaError as problem:
                self.compiled[text] = problem
        return self.compiled[text]

    def scope(self, name: str) -> Scope | None:
        """The scope of that name, whatever the width of its signs."""
        return self.catalogue.scopes.get(fold(name))

    def formulas(self) -> Iterator[Formula]:
        """All formulas of the pack that compile."""
        for line in self.pack.indicators:
            for text in (line.formula, *(reading.formula for reading in line.readings)):
                found = self.formula(text) if text else None
                if isinstance(found, Formula):
                    yield found


def repeated(values: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    """Position and value of every value that came before; empty ones may come again."""
    seen = set()
    for position, value in enumerate(values):
        if value and value in seen:
            yield position, value
        seen.add(value)


def digits(number: str | None) -> str:
    """A number as the text of a plan would write it: no zeros behind the point."""
    return (number or "").rstrip("0").rstrip(".") if "." in (number or "") else number or ""
