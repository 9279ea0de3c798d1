from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from .rules import CORRECT, LOG

add_entry(
    "workbench", Entry(_("数据交换登记"), "exchange-list", icon="arrow-left-right", order=88, needs=LOG)
)
add_entry(
    "workbench", Entry(_("数据更正"), "exchange-corrections", icon="pencil-square", order=60, needs=CORRECT)
)
