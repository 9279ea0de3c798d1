"""Who may see and steer the machine room."""

from django.utils.translation import gettext_lazy as _

from linli.kernel.permissions import declare

OPERATE = declare("jobs.operate", _("查看后台任务并重试未完成的任务"))


def can_operate(user) -> bool:
    return user.is_authenticated and user.may(OPERATE)
