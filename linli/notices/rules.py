"""Who may see to letters and to what could not be delivered."""

from linli.kernel.permissions import declare

PRINT = declare("notices.print", "打印并投递纸质信件")
OPERATE = declare("notices.operate", "查看未送达的消息并重发")
RESET_FACTOR = declare("accounts.reset-factor", "为丢失验证设备的人员重置二次验证")


def can_operate_on(user, notice) -> bool:
    """Where the receiver lives; somebody without a known home is for whoever operates anywhere at all."""
    return user.may(OPERATE, at=notice.to.home)


def can_reset_factor(user, account) -> bool:
    """Of somebody else, where he lives or holds a post; who has neither is for whoever may anywhere (A5)."""
    if account.pk == user.pk or account.person_id in (None, user.person_id):
        return False
    grounds = [grant.place for grant in account.grants]
    if account.person.home_id:
        grounds.append(account.person.home)
    return all(user.may(RESET_FACTOR, at=place) for place in grounds) if grounds else user.may(RESET_FACTOR)


def right_stands(notice) -> bool:
    """Whether the receiver may still know this: alive, and the permission it needs still held (A4, P5)."""
    person = notice.to
    if person.died_on or person.purged_at:
        return False
    if not notice.needs:
        return True
    user = getattr(person, "user", None)
    return user is not None and user.is_active and user.may(notice.needs, at=notice.place)
