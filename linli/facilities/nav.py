"""Where facilities stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from . import rules

add_entry("workbench", Entry(_("设施台账"), "facility-register", icon="building", order=60, needs=rules.VIEW))
add_entry("workbench", Entry(_("设施缺口"), "facility-gaps", icon="rulers", order=61, needs=rules.GAPS))
add_entry("workbench", Entry(_("补短和配建"), "facility-upgrades", icon="houses", order=61, needs=rules.VIEW))
add_entry("cockpit", Entry(_("设施缺口"), "facility-gaps", icon="rulers", order=60, needs=rules.GAPS))
add_entry("cockpit", Entry(_("城乡均衡"), "facility-balance", icon="rulers", order=62, needs=rules.GAPS))
