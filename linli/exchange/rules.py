"""What one may do about the register; each name is granted by some role of packs/roles."""

from linli.kernel.permissions import declare

REGISTER = declare("exchange.register", "维护数据交换登记")
CORRECT = declare("exchange.correct", "答复数据更正")
LOG = declare("exchange.read-log", "查看数据使用日志")


def can_register(user) -> bool:
    return user.may(REGISTER)


def can_answer(user, correction) -> bool:
    """Whoever may correct inside the places of the fact's owner; nobody answers his own report (P11)."""
    ground = correction.entry.owner_path
    covers = any(
        CORRECT in grant.permissions and ground.startswith(grant.place.path) for grant in user.grants
    )
    return correction.by_id != user.pk and (covers if ground else user.may(CORRECT))


def can_read_log(user) -> bool:
    return user.is_authenticated and user.may(LOG)
