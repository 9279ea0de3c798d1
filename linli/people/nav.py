"""Where people stand in the navigation of staff."""

from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from . import rules

add_entry("workbench", Entry(_("居民"), "person-list", icon="people", order=30, needs=rules.VIEW))
add_entry("workbench", Entry(_("居住核实"), "claim-list", icon="check-lg", order=35, needs=rules.VERIFY))
add_entry("workbench", Entry(_("更正申请"), "correction-list", icon="pencil", order=36, needs=rules.EDIT))
add_entry("workbench", Entry(_("岗位"), "post-list", icon="person-circle", order=80, needs=rules.APPOINT))
