"""The first entry of each face."""

from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from .rules import COCKPIT

add_entry("resident", Entry(_("首页"), "home", icon="house", order=0))
add_entry("resident", Entry(_("我的"), "me", icon="person-circle", order=90))
add_entry("workbench", Entry(_("工作台"), "bench", icon="list-check", order=0))
add_entry("cockpit", Entry(_("总览"), "cockpit", icon="bar-chart", order=0, needs=COCKPIT))
for _face in ("workbench", "cockpit"):
    add_entry(_face, Entry(_("居民首页"), "home", icon="house", order=95))
add_entry("workbench", Entry(_("驾驶舱"), "cockpit", icon="bar-chart", order=94, needs=COCKPIT))
add_entry("cockpit", Entry(_("工作台"), "bench", icon="list-check", order=94))
