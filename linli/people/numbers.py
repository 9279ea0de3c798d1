"""Numbers people carry: checked for form, never looked up."""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent
from stdnum.exceptions import ValidationError as NumberError

# Region 99 is allocated to nobody: made-up people of demonstrations and tests live there.
MADE_UP = "99"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_id_number(number: str) -> tuple[date, str]:
    """Birth date and sex code ("1" male, "2" female) of an 18-character citizen number.

    Raises ValidationError with a sentence when the number cannot exist.

    >>> check_id_number("990101195003010014")
    (datetime.date(1950, 3, 1), '1')
    """
    number = number.strip().upper()
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise ValidationError(_("身份证号码为 18 位，最后一位可以是 X。"))
    if number.startswith(MADE_UP):
        if "10X98765432"[sum(int(d) * w for d, w in zip(number, _WEIGHTS, strict=False)) % 11] != number[17]:
            raise ValidationError(_("身份证号码校验位不对，请核对。"))
    else:
        try:
            ric.validate(number)
        except InvalidComponent:
            raise ValidationError(_("身份证号码中的地区或出生日期不存在，请核对。")) from None
        except NumberError:
            raise ValidationError(_("身份证号码校验位不对，请核对。")) from None
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise ValidationError(_("身份证号码中的地区或出生日期不存在，请核对。")) from None
    return born, "1" if int(number[16]) % 2 else "2"


_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")


def holds_id_number(text: str) -> bool:
    """Whether a whole citizen number that can exist stands in the text.

    >>> holds_id_number("?q=990101195003010014"), holds_id_number("?q=990101195003010015")
    (True, False)
    """
    for found in _ID_NUMBER.findall(text):
        try:
            check_id_number(found)
        except ValidationError:
            continue
        return True
    return False


def is_whole_number(text: str) -> bool:
    """Whether somebody looks for a phone or ID number rather than for a name."""
    return re.fullmatch(r"\+?\d{7,17}[\dXx]?", text) is not None


def check_phone(text: str) -> str:
    """The phone number with everything but digits and a leading + removed; ValidationError if it is none."""
    number = re.sub(r"[\s\-()（）]", "", text.strip())
    if number.startswith("+86"):
        number = number[3:]
    if not re.fullmatch(r"\+?\d{7,15}", number):
        raise ValidationError(_("请填写 7 至 15 位的电话号码。"))
    return number
