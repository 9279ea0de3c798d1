"""Where forms stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from . import rules

add_entry("workbench", Entry(_("报表"), "form-list", icon="file-earmark-text", order=62, needs=rules.VIEW))
