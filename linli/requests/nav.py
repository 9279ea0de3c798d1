"""Where requests stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry
from linli.ui.offline import keep_offline

from . import rules

add_entry("resident", Entry(_("反映问题"), "request-start", icon="chat-dots", order=20))
add_entry("resident", Entry(_("我的诉求"), "request-mine", icon="list-check", order=30))
add_entry("workbench", Entry(_("登记诉求"), "request-enter", icon="telephone", order=20, needs=rules.ENTER))
add_entry("workbench", Entry(_("批量办理"), "request-bulk", icon="list-task", order=21, needs=rules.DISPATCH))
add_entry(
    "workbench", Entry(_("未诉先办"), "request-topics", icon="clipboard-data", order=22, needs=rules.TOPICS)
)
add_entry("workbench", Entry(_("诉求三率"), "request-figures", icon="bar-chart", order=68, needs=rules.VIEW))
add_entry(
    "workbench", Entry(_("试算派单规则"), "request-try-rules", icon="sliders", order=69, needs=rules.DISPATCH)
)
keep_offline("request-offline", title=_("没有网络也可以写下诉求"))
