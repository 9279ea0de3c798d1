"""Where grid events stand in the navigation, and their pack."""

from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from . import rules

add_entry("workbench", Entry(_("上报隐患"), "grid-report", icon="cone-striped", order=25, needs=rules.REPORT))
