"""A value is a number or the reason why there is none, with how many reported and how many should have."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

VALUE, UNDEFINED, NOT_APPLICABLE, NOT_DUE, NOT_REPORTED, SUPPRESSED = STATUSES = (
    "value",
    "undefined",
    "not_applicable",
    "not_due",
    "not_reported",
    "suppressed",
)
# When parts have different reasons for having no number, the later one in this order is told.
RANK = {status: rank for rank, status in enumerate(STATUSES)}
STATUS_TITLES = {
    VALUE: "有值",
    UNDEFINED: "无法计算",
    NOT_APPLICABLE: "不适用",
    NOT_DUE: "未到期",
    NOT_REPORTED: "未报",
    SUPPRESSED: "不公开",
}


@dataclass(frozen=True)
class Value:
    """`number` (exact; a bool for a condition) is None unless `status` is "value"."""

    number: Fraction | bool | None
    status: str = VALUE
    reported: int | None = None
    expected: int | None = None

    def __post_init__(self):
        if (self.number is None) == (self.status == VALUE):
            raise ValueError(f"{self.number} cannot have the status {self.status}")


def missing(*statuses: str) -> Value:
    """No value, for the weightiest of these reasons."""
    return Value(None, max(statuses, key=RANK.__getitem__))


def rounded(number: Fraction, decimals: int) -> Decimal:
    """The number rounded once, by GB/T 8170: a remainder of exactly one half goes to the even digit."""
    scaled = round(number * 10**decimals)
    return Decimal(scaled).scaleb(-decimals)


def unscaled(value: int, scale: int) -> Fraction:
    """The exact number that a scaled integer stands for."""
    return Fraction(value, 10**scale)


def least_complete(values) -> tuple[int | None, int | None]:
    """Reported and expected of the part of which the smallest share was reported; the first of equals."""
    counted = [v for v in values if v.expected is not None]
    if not counted:
        return None, None
    worst = min(counted, key=lambda v: Fraction(v.reported, v.expected) if v.expected else Fraction(1))
    return worst.reported, worst.expected
