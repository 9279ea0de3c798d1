from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from .rules import OPERATE, PRINT, RESET_FACTOR

for _face in ("resident", "workbench"):
    add_entry(_face, Entry(_("我的消息"), "notice-list", icon="bell", order=80))
add_entry("workbench", Entry(_("待打印信件"), "letter-list", icon="envelope", order=81, needs=PRINT))
add_entry(
    "workbench",
    Entry(_("未送达消息"), "undelivered-list", icon="envelope-exclamation", order=82, needs=OPERATE),
)
add_entry(
    "workbench",
    Entry(_("重置二次验证"), "lost-factor", icon="shield-check", order=83, needs=RESET_FACTOR),
)
