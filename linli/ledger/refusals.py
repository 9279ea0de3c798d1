"""What a caller hears when the ledger says no: the name of the rule and a sentence for people."""

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "account_never_below_its_floor": _("余额不足。"),
    "account_closed_is_empty": _("账户还有余额或冻结，不能销户。"),
    "transfer_account_is_open": _("账户已经销户，不能再记账。"),
    "transfer_moves_one_unit": _("两个账户的单位不同，不能互转。"),
    "transfer_between_two_accounts": _("转出和转入不能是同一个账户。"),
    "transfer_not_dated_into_a_closed_period": _("这段时间已经结账，不能再记入。"),
    "transfer_resolves_its_reservation": _("只能处理一笔冻结，而且数额、账户要与它一致。"),
    "transfer_resolves_once": _("这笔冻结已经处理过了。"),
    "transfer_corrects_what_was_moved": _("只能更正已经入账的转账。"),
    "transfer_corrects_no_more_than_was_moved": _("更正的数额超过了原来的数额。"),
    "transfer_accounts_exist": _("账户不存在。"),
    "account_has_reservations": _("还有未处理的冻结，不能销户。"),
    "account_names_where_the_rest_goes": _("账户还有余额，请指定转入的账户。"),
    "period_is_over_when_it_is_closed": _("这段时间还没有结束，不能结账。"),
    "period_follows_another": _("这段时间已经结过账了。"),
}


class LedgerRefused(Exception):
    """The ledger did not do it and nothing has changed; `rule` names the constraint, the text says why."""

    def __init__(self, rule: str) -> None:
        super().__init__(str(SENTENCES[rule]))
        self.rule = rule


class LedgerConflict(Exception):
    """The same key was used before for something else; nothing has changed."""


def refused(error: IntegrityError) -> Exception:
    """The refusal behind an IntegrityError; the error itself when it is none of the ledger's rules."""
    diagnosis = getattr(error.__cause__, "diag", None)
    rule = getattr(diagnosis, "constraint_name", None)
    return LedgerRefused(rule) if rule in SENTENCES else error
