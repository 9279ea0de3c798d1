"""Amounts as people read them: minutes as hours and minutes."""

from django.utils.translation import gettext as _

from .models import Account


def amount_words(amount: int, unit: str) -> str:
    """1 小时 30 分钟, or 30 积分; a minus sign before what is below zero."""
    sign = "−" if amount < 0 else ""
    if unit != Account.Unit.MINUTE:
        return sign + _("%(points)s 积分") % {"points": f"{abs(amount):,}"}
    hours, minutes = divmod(abs(amount), 60)
    words = []
    if hours:
        words.append(_("%(hours)s 小时") % {"hours": f"{hours:,}"})
    if minutes or not hours:
        words.append(_("%(minutes)s 分钟") % {"minutes": minutes})
    return sign + " ".join(words)
