from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from .rules import APPROVE, REPORT, VIEW

add_entry("public", Entry(_("规划"), "plan-list", "clipboard-check", 60))
add_entry("cockpit", Entry(_("规划"), "plan-list", "clipboard-check", 10, needs=VIEW))
add_entry("workbench", Entry(_("数据填报"), "figure-desk", "clipboard-data", 60, needs=REPORT))
add_entry("cockpit", Entry(_("数据审核"), "figure-review", "clipboard-check", 20, needs=APPROVE))
