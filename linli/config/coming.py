"""What the planners' pages say while the demonstration city is still being made."""

from django.conf import settings
from django.utils.translation import gettext as _

from linli.kernel.demo import in_order
from linli.ui.coming import tells_what_is_coming

from .demonstrated import WORLD, is_waiting, read


@tells_what_is_coming
def history_to_come() -> str:
    """How far the long history is, while it is being made; "" once it is there or where nobody makes one."""
    if settings.PRODUCTION or not is_waiting(settings.STATE_DIR):
        return ""
    behind = {step.name for step in in_order() if step.behind}
    done = behind & set(read(settings.STATE_DIR / WORLD)["done"][:-1])  # the last one noted has only begun
    told = {"n": len(done), "all": len(behind)}
    return _("示范城市的历史还在后台补齐（%(n)s/%(all)s 步），没补到的指标先显示 0 或“等待数据”。") % told
