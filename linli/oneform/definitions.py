"""The forms pack, and the rule that what is known is never asked again."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from linli.exchange.tables.layout import fold
from linli.measures import measures
from linli.packs import Pack
from linli.packs.schema import Code, Strict
from linli.registers.declaring import Register, registers


class ColumnLine(Strict):
    """A column: a field of the register the form lists, a measure, or a gap that is asked."""

    title: str = Field(min_length=1, max_length=60)
    field: str = ""
    measure: str = ""
    gap: Literal["", "text", "number"] = ""
    meaning: str = Field("", max_length=200)

    @model_validator(mode="after")
    def says_one_thing(self) -> "ColumnLine":
        if sum(map(bool, (self.field, self.measure, self.gap))) != 1:
            raise ValueError("一列只能是 field、measure、gap 之一")
        if self.gap and not self.meaning:
            raise ValueError("要填的列必须写明口径 meaning")
        return self


class FormLine(Strict):
    code: Code
    title: str = Field(min_length=1, max_length=120)
    issuer: str = Field(min_length=1, max_length=120)
    basis: str = Field(min_length=1, max_length=300)
    approval: str = Field("", max_length=120)
    frequency: Literal["once", "year", "half", "quarter", "month"]
    valid_from: date
    expires_on: date | None = None
    term_workdays: Annotated[int, Field(ge=1, le=60)]
    minutes: Annotated[int, Field(ge=1, le=2_000)]
    rows: str = ""
    columns: tuple[ColumnLine, ...] = Field(min_length=1)


class FormsPack(Pack):
    pack: Literal["forms"]
    refusal_rule: str = Field(min_length=1, max_length=300)
    forms: tuple[FormLine, ...]


def check(pack: FormsPack) -> Iterator[tuple[tuple, str]]:
    """What a form may take, and what it may not ask because it is known: with the place where it stands."""
    asked: dict[str, str] = {}
    for at, line in enumerate(pack.forms):
        for where, reason in problems_of(line, asked):
            yield ("forms", at, *where), reason


def problems_of(line: FormLine, asked: dict[str, str]) -> Iterator[tuple[tuple, str]]:
    """What is wrong with one form; `asked` are the folded titles other forms ask, this one's are added."""
    if line.rows and line.rows not in registers:
        yield ("rows",), f"没有台账 {line.rows}"
        return
    for number, column in enumerate(line.columns):
        reason = _wrong_source(line, column) or _known(line, column, asked)
        if reason:
            yield ("columns", number), reason


def asked_by(definitions) -> dict[str, str]:
    """{folded title of a gap: the form that asks it} of standing definitions."""
    return {fold(gap["title"]): one.title for one in definitions for gap in one.gaps}


def _wrong_source(line: FormLine, column: ColumnLine) -> str:
    if column.measure and column.measure not in titles_of_measures():
        return f"没有计数项“{column.measure}”"
    if not column.field:
        return ""
    if not line.rows:
        return "没有写 rows，不能取台账的列"
    register = registers[line.rows]
    if column.field not in register.columns:
        return f"台账“{register.title}”没有列 {column.field}"
    if column.field in register.model.personal:
        return f"“{register.title_of(column.field)}”是个人信息，报表不取"
    return ""


def _known(line: FormLine, column: ColumnLine, asked: dict[str, str]) -> str:
    """Where a gap already stands; "" when nobody knows it yet."""
    if not column.gap:
        return ""
    where = place_of_fact(column.title, line.rows)
    if where:
        return f"“{column.title}”已有{where}，不能再要"
    earlier = asked.setdefault(fold(column.title), line.title)
    if earlier != line.title:
        return f"“{column.title}”已由《{earlier}》填报，不能再要"
    return ""


def titles_of_measures() -> dict[str, str]:
    """Title → name of every measure an app counts."""
    return {one.title: one.name for one in measures.values()}


def place_of_fact(title: str, rows: str = "") -> str:
    """The register or the measure in which a fact of this title stands; "" when in none.

    A column's title counts when the form lists that register, or when no other register has one like it:
    “名称” alone says nothing, “社会组织和团队名称” does. Lists published for the places below tell nothing of a
    community.
    """
    wanted = fold(title)
    for one in titles_of_measures():
        if fold(one) == wanted:
            return f"计数项“{one}”"
    kept = [register for register in registers.values() if not register.below or register.name == rows]
    found = [register for register in kept if wanted in _titles(register)]
    if rows and registers[rows] in found:
        return f"台账“{registers[rows].title}”（/registers/{rows}/）"
    for register in registers.values():
        if any(fold(f"{register.title}{one}") == wanted for one in map(register.title_of, register.columns)):
            return f"台账“{register.title}”（/registers/{register.name}/）"
    if len(found) == 1:
        return f"台账“{found[0].title}”（/registers/{found[0].name}/）"
    return ""


def _titles(register: Register) -> set[str]:
    spelled = [other for names in register.spellings.values() for other in names]
    return {fold(one) for one in (*map(register.title_of, register.columns), *spelled)}
