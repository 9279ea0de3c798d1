"""A person who goes leaves no amounts behind; his closed accounts lead to a pseudonym, never to nobody (D8).

Two accounts without a holder would be one; so the link stays, and the person's row holds nothing but its key.
"""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from linli.kernel.purging import obstacles, removers
from linli.people.models import Person

from .closing import close_account
from .models import Account, Transfer


def reason_to_stay(person) -> str | None:
    """Why the person cannot be purged yet: an amount stands on an account or is reserved for it."""
    own = Account.objects.open().filter(holder=person)
    if own.exclude(credits=F("debits"), debits_pending=0).exists():
        return _("账户还有余额或冻结，请先结清")
    if Transfer.objects.reserved().filter(Q(credit__in=own) | Q(debit__in=own)).exists():
        return _("还有冻结的时长或积分等待入账")
    return None


def close_left_accounts(model: type[models.Model], keys: list[Any]) -> int:
    """Close the empty accounts of purged persons; how many."""
    if model is not Person:
        return 0
    left = list(Account.objects.open().filter(holder__in=keys))
    for account in left:
        close_account(key=account.pk, account=account, by=None)
    return len(left)


obstacles["ledger"] = reason_to_stay
removers["ledger"] = close_left_accounts
