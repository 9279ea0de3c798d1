from django.utils.translation import gettext_lazy as _

from linli.jobs.rules import OPERATE
from linli.ui.nav import Entry, add_entry

add_entry("workbench", Entry(_("运行状况"), "health", icon="bar-chart", order=92, needs=OPERATE))
