from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from .rules import OPERATE

add_entry("workbench", Entry(_("后台任务"), "job-list", icon="gear-wide-connected", order=91, needs=OPERATE))
