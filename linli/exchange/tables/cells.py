"""What a cell says, by the habits of offices: five styles of dates, full-width digits, "无" and "/" for nothing."""

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError

from linli.kernel.text import refuse_hidden_characters

NOTHING = {"", "无", "/", "／", "-", "—", "——", "－", "空", "N/A", "n/a"}
_DAY = re.compile(r"(\d{4})\s*[年.\-/]\s*(\d{1,2})\s*[月.\-/]\s*(\d{1,2})\s*日?(?:\s+0{1,2}:00(?::00)?)?")
_EXCEL_ZERO = date(1899, 12, 30)
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")


class WrongCell(ValueError):
    """The cell does not say what its column asks for; the text is the reason, for the returned copy."""


def guarded(given: str) -> str:
    """Text for a csv: with an apostrophe in front when a spreadsheet would run it (or take one away)."""
    return f"'{given}" if given.startswith(RUNS) or given.lstrip(" \u3000").startswith(RUNS) else given


def unguarded(given: str) -> str:
    """What `guarded` had put in front taken away again, so that a csv comes back as it went.

    >>> unguarded(guarded("=1+1")), unguarded("'twas")
    ('=1+1', "'twas")
    """
    rest = given[1:]
    return rest if given.startswith("'") and rest.lstrip(" \u3000").startswith(RUNS) else given


def text(cell, *, longest: int = 200) -> str:
    """The cell as text; "" for nothing. A number loses the .0 a spreadsheet gave it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    found = str(cell).strip()
    if found in NOTHING:
        return ""
    if len(found) > longest:
        raise WrongCell(f"超过 {longest} 个字")
    try:
        refuse_hidden_characters(found)
    except ValidationError as refused:
        raise WrongCell(refused.messages[0]) from None
    return found


def code(cell, *, longest: int = 60) -> str:
    """A code, number or identifier: full-width letters narrowed, inner blanks gone.

    A number of more than 15 digits has lost its last ones in the spreadsheet: that is said, not stored.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= 10**15:
        raise WrongCell("号码在表格里成了数字，末几位已丢失；请把这一列设为“文本”后重新填写")
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text(cell, longest=longest)))


def name(cell, *, longest: int = 50) -> str:
    """A person's name: kept as given, but for the blanks put between two characters to fill a column."""
    given = text(cell, longest=longest)
    return re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", given)


def day(cell) -> date | None:
    """2026-01-05, 2026.1.5, 2026/1/5, 2026年1月5日, 20260105, a date cell or Excel's number of days."""
    if isinstance(cell, date):
        return _believable(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 1 <= cell < 100_000:
        return _believable(_EXCEL_ZERO + timedelta(days=int(cell)))
    given = unicodedata.normalize("NFKC", text(cell)).strip()
    if not given:
        return None
    found = _DAY.fullmatch(given) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", given)
    if not found:
        raise WrongCell(f"“{given[:20]}”不是日期，请写成 2026-01-05")
    try:
        return _believable(date(*map(int, found.groups())))
    except ValueError:
        raise WrongCell(f"没有“{given[:20]}”这一天") from None


def _believable(found: date) -> date:
    if not 1850 <= found.year <= 2150:
        raise WrongCell(f"年份 {found.year} 不可信")
    return found


def number(cell) -> Decimal | None:
    """A number; thousands' commas and full-width digits are read, exponents and units are not.

    A spreadsheet's own number keeps ten decimals: what follows is the tail of binary arithmetic.
    """
    if isinstance(cell, bool):
        raise WrongCell("应填数字")
    if isinstance(cell, float) and abs(cell) < 10**15:
        cell = f"{cell:.10f}".rstrip("0").rstrip(".")
    given = unicodedata.normalize("NFKC", text(cell)).replace(",", "")
    if not given:
        return None
    if not re.fullmatch(r"[+-]?[0-9]{1,15}(\.[0-9]{1,10})?", given):
        raise WrongCell(f"“{given[:20]}”不是数字")
    try:
        return Decimal(given)
    except InvalidOperation:
        raise WrongCell(f"“{given[:20]}”不是数字") from None


def whole(cell, *, least: int = 0, most: int = 2**31 - 1) -> int | None:
    """A whole number within bounds."""
    found = number(cell)
    if found is None:
        return None
    if found != found.to_integral_value():
        raise WrongCell("应填整数")
    if not least <= found <= most:
        raise WrongCell(f"应在 {least} 到 {most} 之间")
    return int(found)


def flag(cell) -> bool | None:
    """是 or 否, and how else people say so."""
    given = unicodedata.normalize("NFKC", text(cell)).lower()
    if given in ("是", "有", "√", "✓", "y", "yes", "1", "true"):
        return True
    if given in ("否", "没有", "×", "✗", "n", "no", "0", "false"):
        return False
    if not given:
        return None
    raise WrongCell("请填“是”或“否”")
