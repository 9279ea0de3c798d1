"""The registers of what units, stations and compounds do in the service of residents."""

from django.utils.translation import gettext_lazy as _

from .. import models
from .bodies import COMPOUNDS, GROUP, LINKAGE
from .parts import declare

AREAS = ("community", "street")
OF_UNIT = {"group": LINKAGE, "path": "unit__place", "levels": ("community",)}

JOINT_MEETINGS = declare(
    "joint-meetings", _("党建联席会议"), models.JointMeeting,
    "place number held_on convener agenda units_called units_came minutes", "place number",
    group=LINKAGE, lookup=("number",), levels=AREAS, order=("-held_on", "pk"),
    listed=("held_on", "units_called", "units_came", "minutes"),
)  # fmt: skip
VISITS = declare(
    "unit-visits", _("驻区单位走访"), models.UnitVisit,
    "unit visited_on business three_members needs could_open settled_on outcome next_on met_again_on",
    "unit visited_on", due="next_on", over="met_again_on", order=("-visited_on", "pk"),
    listed=("needs", "could_open", "settled_on", "next_on"), **OF_UNIT,
)  # fmt: skip
TASKS = declare(
    "unit-tasks", _("报到单位认领服务"), models.UnitTask,
    "unit title taken_on people_count hours done_on outcome told_on", "unit title taken_on",
    order=("-taken_on", "pk"), listed=("people_count", "hours", "done_on", "told_on"),
    sums=("people_count", "hours"), **OF_UNIT,
)  # fmt: skip
YEARS = declare(
    "unit-years", _("共驻共建年度小结"), models.UnitYear, "unit year summary thanked_on", "unit year",
    order=("-year", "pk"), listed=("summary", "thanked_on"), **OF_UNIT,
)  # fmt: skip
ACTIVITIES = declare(
    "group-activities", _("小区党组织服务活动"), models.GroupActivity,
    "place held_on title people_count served_count outcome", "place held_on title",
    group=COMPOUNDS, levels=("compound",), spellings={"place": ("小区代码", "所在区划代码")},
    order=("-held_on", "pk"), listed=("people_count", "served_count", "outcome"),
    sums=("people_count", "served_count"),
)  # fmt: skip
STEWARD_TASKS = declare(
    "steward-tasks", _("楼栋长任务和上报"), models.StewardTask,
    "steward duty subject given_on due_on passed_to done_on outcome", "steward subject given_on",
    group=COMPOUNDS, path="steward__station__place", levels=("compound",), due="due_on", over="done_on",
    order=("-given_on", "pk"), listed=("steward", "given_on", "passed_to", "done_on"),
)  # fmt: skip
SOCIAL_WORK = declare(
    "social-work-services", _("社工服务记录"), models.SocialWorkService,
    "station number kind subject plan opened_on sessions people_count supervision_asked_on supervision_question"
    " supervisor supervised_on closed_on outcome",
    "station number", group=GROUP, path="station__place", order=("-opened_on", "pk"),
    due="supervision_asked_on", over="supervised_on",
    listed=("kind", "opened_on", "sessions", "supervision_asked_on", "closed_on"), sums=("sessions", "people_count"),
)  # fmt: skip
