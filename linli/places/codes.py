"""Division codes: twelve digits of the statistical standard, and our own suffixes below the community.

GB/T 2260 gives six digits (province, city, county), three more name the street or town, three the
committee. Below that nothing is standard: grids, compounds and buildings carry our suffixes.
"""

import re
from dataclasses import dataclass

from .levels import Level

# How many leading digits of a twelve-digit code carry meaning at each level; the rest are zeros.
DIGITS = {Level.PROVINCE: 2, Level.CITY: 4, Level.COUNTY: 6, Level.STREET: 9, Level.COMMUNITY: 12}
SUFFIX = {
    Level.GRID: re.compile(r"\d{12}G\d{3}"),
    Level.MICROGRID: re.compile(r"\d{12}G\d{3}\d{2}"),
    Level.COMPOUND: re.compile(r"\d{12}C\d{3}"),
    Level.BUILDING: re.compile(r"\d{12}(C\d{3})?B\d{4}"),
}
RURAL_URBAN = ("111", "112", "121", "122", "123", "210", "220")  # 城乡分类; 1xx urban, 2xx rural


@dataclass(frozen=True)
class WrongCode(ValueError):
    """A code that no place can have; `reason` is a sentence for the person who typed it."""

    code: str
    reason: str

    def __str__(self) -> str:
        return f"{self.code}：{self.reason}"


def check_code(code: str, level: str) -> str:
    """Return `code` if a place of `level` may carry it.

    >>> check_code("990101001001", "community")
    '990101001001'
    """
    if level in SUFFIX:
        if not SUFFIX[level].fullmatch(code):
            raise WrongCode(code, "社区以下代码为社区代码加 G（网格）、C（小区）、B（楼栋）和序号")
        return code
    if not re.fullmatch(r"[0-9]{12}", code):
        raise WrongCode(code, "统计用区划代码为 12 位数字")
    digits = DIGITS[level]
    if code[digits:].strip("0"):
        raise WrongCode(code, f"这一级只用前 {digits} 位，其余应为 0")
    previous = {2: 0, 4: 2, 6: 4, 9: 6, 12: 9}[digits]
    if not code[previous:digits].strip("0"):
        raise WrongCode(code, "本级代码段不能全为 0")
    return code


def parent_code(code: str, level: str) -> str | None:
    """The code of the division above; None for a province.

    >>> parent_code("990101001001", "community")
    '990101001000'
    """
    if level == Level.PROVINCE:
        return None
    if level in (Level.GRID, Level.COMPOUND):
        return code[:12]
    if level == Level.MICROGRID:
        return code[:16]
    if level == Level.BUILDING:
        return code[: code.index("B")]
    above = {Level.CITY: 2, Level.COUNTY: 4, Level.STREET: 6, Level.COMMUNITY: 9}[Level(level)]
    return code[:above].ljust(12, "0")


def level_of(code: str) -> str:
    """The level a twelve-digit code stands at, from its trailing zeros.

    >>> level_of("990101000000")
    'county'
    """
    for level, digits in reversed(DIGITS.items()):
        previous = {2: 0, 4: 2, 6: 4, 9: 6, 12: 9}[digits]
        if code[previous:digits].strip("0"):
            return str(level)
    raise WrongCode(code, "代码不能全为 0")


@dataclass(frozen=True)
class ReadCode:
    """What a code says of itself; `reason` is a sentence when no place can have it."""

    code: str
    valid: bool
    reason: str
    level: str | None = None
    parent: str | None = None


def read_code(code: str) -> ReadCode:
    """Read any code as people write it: twelve digits, or a community's with our suffix.

    >>> read_code("990101001001G002").level, read_code("9901").reason
    ('grid', '9901：统计用区划代码为 12 位数字')
    """
    try:
        level = next((one for one, form in SUFFIX.items() if form.fullmatch(code)), None)
        if level is None and not re.fullmatch(r"[0-9]{12}", code):
            check_code(code, Level.COMMUNITY)
        level = level or level_of(code)
        check_code(code, level)
        return ReadCode(code, True, "", str(level), parent_code(code, level))
    except WrongCode as wrong:
        return ReadCode(code, False, str(wrong))


def is_villagers_committee(code: str) -> bool:
    """Committees numbered 200–399 are villagers' committees (村委会), 001–199 residents' (居委会)."""
    return "200" <= code[9:12] <= "399"
