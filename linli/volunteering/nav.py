"""Where volunteering stands in the navigation."""

from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from . import rules

add_entry("resident", Entry(_("志愿服务"), "volunteering-near", icon="heart", order=40))
add_entry("resident", Entry(_("请人帮忙"), "help-ask", icon="people", order=45))
add_entry(
    "workbench", Entry(_("志愿服务台"), "volunteering-desk", icon="heart", order=40, needs=rules.CONFIRM)
)
add_entry("workbench", Entry(_("时间银行"), "bank-desk", icon="clock-history", order=45, needs=rules.GRANT))
add_entry("workbench", Entry(_("兑换核销"), "shop-desk", icon="heart", order=46, needs=rules.REDEEM))
add_entry("workbench", Entry(_("年度评选"), "award-desk", icon="heart", order=47, needs=rules.AWARD))
add_entry("cockpit", Entry(_("志愿服务布局"), "volunteering-plan", icon="heart", order=50, needs=rules.PLAN))
