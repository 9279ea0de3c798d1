"""The registers of recognitions, and of the committees below a residents' committee."""

from django.utils.translation import gettext_lazy as _

from .. import models
from .parts import STANDING, declare

OF = {"group": STANDING}

DESIGNATIONS = declare(
    "designations", _("创建评定"), models.Designation,
    "place programme firm applied_on self_assessed_on assessed_on assessed_by awarded_on withdrawn_on"
    " withdrawn_why",
    "place programme firm applied_on", listed=("firm", "applied_on", "awarded_on", "withdrawn_on"), **OF,
)  # fmt: skip
POINTS = declare(
    "designation-points", _("创建评定条目"), models.DesignationPoint,
    "designation point met to_mend due_on done_on", "designation point", path="designation__place",
    due="due_on", over="done_on", listed=("met", "to_mend", "due_on", "done_on"), **OF,
)  # fmt: skip
SUB_COMMITTEES = declare(
    "sub-committees", _("下属委员会"), models.SubCommittee,
    "place kind name member_count duties since until", "place kind since", lookup=("name",),
    listed=("kind", "member_count", "since"), **OF,
)  # fmt: skip
MEETINGS = declare(
    "sub-committee-meetings", _("下属委员会会议"), models.SubCommitteeMeeting,
    "committee held_on subject attended outcome", "committee held_on subject", path="committee__place",
    order=("-held_on", "pk"), listed=("held_on", "attended", "outcome"), **OF,
)  # fmt: skip
