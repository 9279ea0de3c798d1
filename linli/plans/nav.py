from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from .rules import VIEW

add_entry("public", Entry(_("规划"), "plan-list", "clipboard-check", 60))
add_entry("cockpit", Entry(_("规划"), "plan-list", "clipboard-check", 10, needs=VIEW))
