"""Shapes of what comes in and goes out: listed fields only, visible characters only (P7, I3, I4)."""

from typing import Annotated, Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from ninja import Schema
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from linli.kernel.text import refuse_hidden_characters

T = TypeVar("T")


def _visible(text: str) -> str:
    try:
        refuse_hidden_characters(text)
    except ValidationError as refused:
        raise PydanticCustomError("hidden_character", "{reason}", {"reason": refused.messages[0]}) from None
    return text


def _plain_digits(value: Any) -> Any:
    """Query strings are text; `1_000`, `٣` and ` 3` are no numbers of ours."""
    if isinstance(value, str) and not (value.lstrip("-").isascii() and value.lstrip("-").isdigit()):
        raise PydanticCustomError("digits", "请写阿拉伯数字")
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_visible)]
Whole = Annotated[int, Field(strict=True)]  # in a body: no text, no boolean, no fraction
Number = Annotated[int, BeforeValidator(_plain_digits)]  # in a query
Identity = Annotated[Number, Field(ge=1, le=2**63 - 1)]  # in a path
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z-]{0,59}$")]


def choice(choices: type[TextChoices]) -> WithJsonSchema:
    """How a field of choices is described in place, without a name: Kind and Level mean something in many apps."""
    return WithJsonSchema({"type": "string", "enum": list(choices.values)})


class Given(Schema):
    """What a caller sends: an unknown field is a mistake, and is said to be one."""

    model_config = ConfigDict(extra="forbid")


class Shown(Schema):
    """What an answer holds: exactly the fields listed."""


class PageQuery(Given):
    """Which part of a list; lists that can be filtered add their filters."""

    limit: Number = Field(25, ge=1, le=100, description="每页条数")
    cursor: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        None, description="上一页答复中的 next"
    )


class Paged(Schema, Generic[T]):
    """One page of a list; `next` is null on the last one."""

    items: list[T]
    next: str | None


class FieldProblem(Schema):
    where: str
    reason: str


class ProblemShown(Schema):
    """RFC 9457."""

    model_config = ConfigDict(extra="allow")
    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[FieldProblem] | None = None
