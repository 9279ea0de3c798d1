"""The registers of admission: the lists by version, and what departments asked to be admitted."""

import re

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.registers.declaring import Register, declare_register
from linli.registers.letters import Letter, declare_letter
from linli.registers.tables import declare_table

from .models import AdmissionItem, AdmissionRequest, ProofIssued, ProofRefused, Sign, StreetServiceRating
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
            "data_supplied", "term_workdays", "template", "until",
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
        below=True,
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
DESK = {
    "group": GROUP,
    "view": VIEW,
    "edit": FILL,
    "spellings": {"place": ("社区代码", "区划代码"), "item": ("清单编号",)},
}
PROOFS = declare_register(
    Register(
        name="proofs-issued",
        title=_("证明出具登记"),
        model=ProofIssued,
        fields=("place", "number", "item", "holder", "purpose", "handed_to", "issued_on", "signed_by"),
        key=("place", "number"),
        listed=("handed_to", "issued_on", "signed_by"),
        searched=("number", "holder", "handed_to"),
        order=("-issued_on", "pk"),
        **DESK,
    )
)
PROOFS_REFUSED = declare_register(
    Register(
        name="proofs-refused",
        title=_("不予出具登记"),
        model=ProofRefused,
        fields=(
            "place", "number", "asked_by", "title", "asked_on", "stated_basis", "refused_on", "told_on", "outcome",
        ),
        key=("place", "number"),
        listed=("refused_on", "told_on", "outcome"),
        searched=("number", "asked_by", "title"),
        order=("-refused_on", "pk"),
        **DESK,
    )
)  # fmt: skip
RATINGS = declare_register(
    Register(
        name="street-service-ratings",
        title=_("社区对街道服务的评价"),
        model=StreetServiceRating,
        fields=("place", "item", "rated_on", "in_time", "score", "remark"),
        key=("place", "item", "rated_on"),
        listed=("rated_on", "in_time", "score", "remark"),
        filters=("in_time",),
        searched=("item__title", "remark"),
        order=("-rated_on", "pk"),
        **DESK,
    )
)
for register in (ITEMS, REQUESTS, SIGNS, PROOFS, PROOFS_REFUSED, RATINGS):
    declare_table(register)


MARKS = {"姓名": "name", "用途": "purpose", "社区": "community"}  # as they stand in a Chinese text


def _proof(row: ProofIssued) -> Letter:
    """A proof in the words of the list; where the list has none, in plain ones."""
    words = row.item.template or gettext("兹证明{name}，{purpose}。")
    told = {"name": row.holder, "purpose": row.purpose, "community": row.place.name}
    told |= {chinese: told[mark] for chinese, mark in MARKS.items()}
    words = re.sub(r"\{(\w+)\}", lambda mark: told.get(mark[1], mark[0]), words)
    lines = (words, gettext("依据：%s。") % row.item.basis, gettext("经办人：%s。") % row.signed_by)
    return Letter(row.item.title, row.handed_to, lines, row.place.name, row.issued_on, row.number)


def _refusal(row: ProofRefused) -> Letter:
    """The standard reply to a body that asks for what no law demands."""
    lines = [
        gettext("贵单位 %(day)s 索要“%(title)s”。") % {"day": f"{row.asked_on:%Y-%m-%d}", "title": row.title},
        gettext("该事项不在本地公布的可出具证明清单内。"),
        gettext("凡缺乏法律法规或国务院决定等依据的证明事项，党政机构、群团组织不得要求村（社区）出具；请贵单位通过部门核验、信息共享或者告知承诺办理。"),
    ]  # fmt: skip
    if row.stated_basis:
        lines.insert(1, gettext("贵单位说明的依据：%s。") % row.stated_basis)
    return Letter(
        gettext("不予出具证明告知书"), row.asked_by, tuple(lines), row.place.name, row.refused_on, row.number
    )


declare_letter(PROOFS, _proof)
declare_letter(PROOFS_REFUSED, _refusal)
