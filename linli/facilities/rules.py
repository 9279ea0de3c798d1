"""What one may do about facilities; each name is granted by some role of packs/roles."""

from calendar import monthrange
from datetime import date

from linli.kernel.permissions import declare

from .states import APPROVE as APPROVE_NAME
from .states import EDIT as EDIT_NAME
from .states import LOG as LOG_NAME
from .states import STEPS

VIEW = declare("facilities.view", "查看辖区设施台账（含规划中的和内部资料）")
EDIT = declare(EDIT_NAME, "登记和修改辖区设施资料")
LOG = declare(LOG_NAME, "登记设施开放情况，暂停和恢复开放")
APPROVE = declare(APPROVE_NAME, "验收、关停、合并、归档辖区设施")
GAPS = declare("facilities.gaps", "查看设施达标情况和缺口")
IMPORT = declare("facilities.import", "批量导入、导出辖区设施")


def can_edit(user, facility) -> bool:
    return user.may(EDIT, at=facility.place)


def can_log(user, facility) -> bool:
    return user.may(LOG, at=facility.place)


def can_approve(user, facility) -> bool:
    return user.may(APPROVE, at=facility.place)


def can_approve_at(user, place) -> bool:
    return user.may(APPROVE, at=place)


def can_add(user, place) -> bool:
    return user.may(EDIT, at=place)


def can_import(user, place) -> bool:
    return user.may(IMPORT, at=place)


def can_take(user, facility, step: str) -> bool:
    """Whether the table of steps lets the user take this step now."""
    row = STEPS[step]
    return facility.state in row.from_states and user.may(row.permission, at=facility.place)


def after_months(day: date, months: int) -> date:
    """The same day of the month so many months on; the last day where the month is shorter.

    >>> after_months(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
