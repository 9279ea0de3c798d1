"""Where the three lists stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from . import rules

add_entry("workbench", Entry(_("三项清单"), "need-lists", icon="list-task", order=35, needs=rules.LIST))
