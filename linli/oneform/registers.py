"""The registers of admission: the lists by version, and what departments asked to be admitted."""

from django.utils.translation import gettext_lazy as _

from linli.registers.declaring import Register, declare_register
from linli.registers.tables import declare_table

from .models import AdmissionItem, AdmissionRequest, Sign
from .rules import FILL, REVIEW_COUNTY, VIEW

GROUP = _("减负与准入")
SPELLINGS = {"place": ("区县代码", "区划代码")}

ITEMS = declare_register(
    Register(
        name="admission-items",
        title=_("社区工作事项准入目录"),
        group=GROUP,
        model=AdmissionItem,
        fields=(
            "place", "code", "published_on", "list", "title", "department", "basis", "frequency", "funds",
            "data_supplied", "term_workdays", "until",
        ),
        key=("place", "code"),
        view=VIEW,
        edit=REVIEW_COUNTY,
        lookup=("code",),
        alike=("title",),
        listed=("list", "department", "published_on", "until"),
        filters=("list",),
        searched=("code", "title", "department"),
        levels=("county", "city"),
        order=("-published_on", "code"),
        spellings=SPELLINGS,
    )
)  # fmt: skip
REQUESTS = declare_register(
    Register(
        name="admission-requests",
        title=_("事项准入申请"),
        group=GROUP,
        model=AdmissionRequest,
        fields=(
            "place", "code", "department", "task", "matter", "role", "basis", "item", "approval", "frequency",
            "minutes", "money_yuan", "data_supplied", "asked_on", "expires_on", "answer", "answered_on",
            "reason",
        ),
        key=("place", "code"),
        view=VIEW,
        edit=REVIEW_COUNTY,
        alike=("task",),
        listed=("department", "answer", "asked_on", "expires_on"),
        filters=("answer", "matter", "role"),
        searched=("code", "task", "department"),
        levels=("county", "city"),
        order=("-asked_on", "code"),
        spellings=SPELLINGS,
    )
)  # fmt: skip
SIGNS = declare_register(
    Register(
        name="signs",
        title=_("挂牌和工作机制"),
        group=GROUP,
        model=Sign,
        fields=("place", "title", "kind", "asked_by", "basis", "allowed", "put_up_on", "removed_on"),
        key=("place", "title"),
        view=VIEW,
        edit=FILL,
        alike=("title",),
        listed=("kind", "asked_by", "put_up_on", "removed_on"),
        filters=("kind", "allowed"),
        searched=("title", "asked_by"),
        spellings={"place": ("社区代码", "区划代码")},
    )
)
for register in (ITEMS, REQUESTS, SIGNS):
    declare_table(register)
