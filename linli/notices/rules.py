"""Who may see to letters and to what could not be delivered."""

from linli.kernel.permissions import declare

PRINT = declare("notices.print", "打印并投递纸质信件")
OPERATE = declare("notices.operate", "查看未送达的消息并重发")


def can_operate_on(user, notice) -> bool:
    """Where the receiver lives; somebody without a known home is for whoever operates anywhere at all."""
    return user.may(OPERATE, at=notice.to.home)


def can_print(user, notice) -> bool:
    return user.may(PRINT, at=notice.to.home)
