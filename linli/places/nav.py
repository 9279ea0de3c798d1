"""Where places stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from . import rules

add_entry("resident", Entry(_("社区"), "place-list", icon="houses", order=50))
add_entry("workbench", Entry(_("区划资料"), "place-stale", icon="map", order=70, needs=rules.EDIT))
add_entry("workbench", Entry(_("社区档案检查"), "place-look", icon="list-check", order=71, needs=rules.EDIT))
add_entry("workbench", Entry(_("批量导入"), "import-list", icon="upload", order=87, needs=rules.IMPORT))
add_entry("cockpit", Entry(_("区划"), "place-list", icon="map", order=70))
