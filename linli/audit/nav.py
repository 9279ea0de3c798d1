from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from .rules import READ

add_entry("workbench", Entry(_("审计记录"), "audit-list", icon="shield-check", order=90, needs=READ))
