"""Where the workforce stands in the navigation."""

from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from . import rules

add_entry("workbench", Entry(_("我的工作档案"), "my-work", icon="person", order=90))
add_entry("workbench", Entry(_("队伍缺口"), "workforce-gaps", icon="people", order=65, needs=rules.GAPS))
add_entry(
    "workbench",
    Entry(_("年度定级和轮训"), "workforce-yearly", icon="clipboard-check", order=66, needs=rules.VIEW),
)
