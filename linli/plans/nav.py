from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from .rules import APPROVE, ASSIGN, DRAFT, REPORT, VIEW

add_entry("resident", Entry(_("规划"), "plan-list", icon="clipboard-check", order=60))
add_entry("cockpit", Entry(_("规划"), "plan-list", icon="clipboard-check", order=10, needs=VIEW))
add_entry("workbench", Entry(_("数据填报"), "figure-desk", icon="clipboard-data", order=60, needs=REPORT))
add_entry("cockpit", Entry(_("数据审核"), "figure-review", icon="clipboard-check", order=20, needs=APPROVE))
add_entry("cockpit", Entry(_("数据质量"), "data-quality", icon="graph-up", order=30, needs=VIEW))
add_entry("cockpit", Entry(_("规划意见"), "plan-replies", icon="chat-dots", order=40, needs=ASSIGN))
add_entry("cockpit", Entry(_("社区评价"), "evaluation-list", icon="clipboard-check", order=35, needs=VIEW))
add_entry("cockpit", Entry(_("起草规划"), "draft-list", icon="pencil-square", order=45, needs=DRAFT))
add_entry("cockpit", Entry(_("民生实事"), "livelihood-list", icon="clipboard-check", order=46, needs=ASSIGN))
add_entry("cockpit", Entry(_("试点和经验"), "pilot-list", icon="signpost", order=47, needs=VIEW))
