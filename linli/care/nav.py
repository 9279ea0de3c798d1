"""Where care stands in the navigation."""

from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry
from linli.ui.offline import keep_offline

from . import rules

add_entry("workbench", Entry(_("今日探访"), "care-round", icon="house-heart", order=22, needs=rules.VISIT))
add_entry("workbench", Entry(_("关爱名单"), "care-list", icon="people", order=31, needs=rules.VIEW))
add_entry("workbench", Entry(_("走访台账"), "household-list", icon="houses", order=32, needs=rules.WALK_VIEW))
keep_offline("care-round-offline", "ui/dist/care.js")
