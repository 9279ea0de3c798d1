from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from .rules import VIEW

add_entry("resident", Entry(_("规划"), "plan-list", icon="clipboard-check", order=60))
add_entry("cockpit", Entry(_("规划"), "plan-list", icon="clipboard-check", order=10, needs=VIEW))
