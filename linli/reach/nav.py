"""Where the life circle stands in the navigation."""

from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry
from linli.ui.offline import keep_offline

from . import rules

add_entry("resident", Entry(_("附近服务"), "reach-near", icon="geo-alt", order=15))
add_entry("workbench", Entry(_("网点核实"), "reach-reports", icon="shop", order=60, needs=rules.VERIFY))
add_entry(
    "workbench",
    Entry(_("水电气通知"), "reach-outages", icon="exclamation-octagon", order=62, needs=rules.VERIFY),
)
add_entry("cockpit", Entry(_("生活圈"), "reach-gaps", icon="geo-alt", order=40, needs=rules.VIEW))

keep_offline("reach-walk", "ui/dist/walk.js")
