"""What a queued job may carry: ids, codes, days and numbers, never anything personal (security D10)."""

import re
from datetime import date, datetime
from uuid import UUID

CODE = re.compile(r"[A-Za-z0-9_.:/@+-]{0,120}")
MOBILE = re.compile(r"(\+?86)?1[3-9]\d{9}")
ID_NUMBER = re.compile(r"\d{17}[\dXx]")


class PersonalArgument(ValueError):
    """An argument of a job is not an id, code, day or number."""


def checked(name: str, arguments: dict) -> dict:
    """The arguments as JSON values; PersonalArgument names the first that a queue must not hold."""
    return {key: _plain(f"{name}({key}=…)", value) for key, value in arguments.items()}


def _plain(where: str, value):
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(where, item) for item in value]
    if isinstance(value, str) and _is_code(value):
        return value
    raise PersonalArgument(f"{where}: a job carries ids, codes, days and numbers, not {type(value).__name__}")


def _is_code(text: str) -> bool:
    return bool(CODE.fullmatch(text)) and not (MOBILE.fullmatch(text) or ID_NUMBER.fullmatch(text))
