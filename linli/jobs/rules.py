"""Who may see and steer the machine room."""

from linli.kernel.permissions import declare

OPERATE = declare("jobs.operate", "查看后台任务并重试未完成的任务")


def can_operate(user) -> bool:
    return user.is_authenticated and user.may(OPERATE)
