"""What one may do about the register; each name is granted by some role of packs/roles."""

from linli.kernel.permissions import declare

REGISTER = declare("exchange.register", "维护数据交换登记")
CORRECT = declare("exchange.correct", "答复数据更正")
LOG = declare("exchange.read-log", "查看数据使用日志")


def can_register(user) -> bool:
    return user.may(REGISTER)


def can_answer(user, correction) -> bool:
    """Nobody answers his own report (P11)."""
    return user.may(CORRECT) and correction.by_id != user.pk
