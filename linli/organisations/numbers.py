"""Unified social credit codes (GB 32100): checked for form and check character, never looked up."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as NumberError


def check_credit_code(code: str) -> None:
    """ValidationError with a sentence when the 18 characters cannot be a unified social credit code.

    >>> check_credit_code("54990101500000015W")
    """
    try:
        if uscc.validate(code) != code:
            raise ValidationError(_("统一社会信用代码用大写字母和数字，中间不留空格。"))
    except InvalidChecksum:
        raise ValidationError(_("统一社会信用代码的校验位不对，请核对。")) from None
    except NumberError:
        raise ValidationError(_("统一社会信用代码为 18 位数字和大写字母（不含 I、O、S、V、Z）。")) from None
