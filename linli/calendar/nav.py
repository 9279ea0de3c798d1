from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from .rules import EDIT

add_entry("workbench", Entry(_("工作日历"), "calendar", icon="calendar3", order=89, needs=EDIT))
