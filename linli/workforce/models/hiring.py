"""How posts are filled and filled anew: who applied in a round, and the terms of a community's committees."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.kernel.personal import Personal
from linli.registers.models import PlacedRecord, Record, follows, once

from .staff import Degree, RecruitmentRound, Worker, text

WHY, LAW, KEEP = "公开招聘社区工作者", "社区工作者管理办法", "1y after archived"


@tracked()
class Candidate(Record):
    """Somebody who applied in a round; who has studied social work stands first, nobody has a score here."""

    class State(models.TextChoices):
        APPLIED = "applied", _("已报名")
        ADMITTED = "admitted", _("资格通过")
        EXAMINED = "examined", _("考试面试合格")
        PUBLICISED = "publicised", _("公示中")
        APPOINTED = "appointed", _("已聘用")
        DECLINED = "declined", _("未录用")

    round = models.ForeignKey(
        RecruitmentRound, models.CASCADE, related_name="candidates", verbose_name=_("招聘批次")
    )
    number = text(_("准考证号"), 40)
    name = text(_("姓名"), 50)
    phone = text(_("手机号码"), 20, blank=True)
    degree = models.CharField(_("学历"), max_length=9, choices=Degree.choices)
    major = text(_("专业"), 60, blank=True)
    social_work = models.BooleanField(_("社会工作专业背景"), default=False)
    lives_near = models.BooleanField(_("就近居住"), default=False)
    state = models.CharField(_("进度"), max_length=10, choices=State.choices, default=State.APPLIED)
    worker = models.ForeignKey(
        Worker, models.SET_NULL, null=True, blank=True, related_name="applied_as", verbose_name=_("聘用后的工号")
    )  # fmt: skip
    reason = text(_("未录用原因"), blank=True)

    called = ("number", "state")
    about = ("worker__person",)
    personal = {
        "number": Personal(1, WHY, LAW, KEEP, mask="none"),
        "name": Personal(1, WHY, LAW, KEEP, mask="name"),
        "phone": Personal(2, WHY, LAW, KEEP, mask="phone"),
        "degree": Personal(1, WHY, LAW, KEEP, mask="none"),
        "major": Personal(1, WHY, LAW, KEEP, mask="none"),
    }

    class Meta(Record.Meta):
        verbose_name = _("招聘报名人员")
        constraints = [
            *Record.Meta.constraints,
            once("candidate_once_in_a_round", "round", "number"),
            models.CheckConstraint(
                condition=Q(worker=None) | Q(state="appointed"),
                name="candidate_with_a_post_was_appointed",
                violation_error_message=_("已聘用的才填工号。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""),
                name="candidate_declined_says_why",
                violation_error_message=_("未录用的要写明原因。"),
            ),
        ]

    def check_change(self, before: "Candidate | None", *, by) -> None:
        """One step after the other, and none beyond what the round has come to."""
        steps = self.State.values[:-1]
        if (
            before is not None
            and before.state != self.state
            and self.state != self.State.DECLINED
            and (
                before.state == self.State.DECLINED
                or steps.index(self.state) != steps.index(before.state) + 1
            )
        ):
            raise ValidationError({"state": _("招聘进度要一步一步来，不能跳过，也不能退回。")})
        publicised = (RecruitmentRound.State.PUBLICISED, RecruitmentRound.State.APPOINTED)
        late = (self.State.PUBLICISED, self.State.APPOINTED)
        if self.state in late and self.round.state not in publicised:
            raise ValidationError({"state": _("批次还没有公示，个人不能先公示或聘用。")})


@tracked()
class CommitteeTerm(PlacedRecord):
    """A term of a community's Party organisation or residents' committee: elected, reviewed, filed, due again."""

    class Body(models.TextChoices):
        PARTY = "party", _("社区（村）党组织")
        COMMITTEE = "committee", _("居（村）民委员会")

    body = models.CharField(_("换届的组织"), max_length=9, choices=Body.choices)
    number = models.PositiveSmallIntegerField(_("第几届"))
    elected_on = models.DateField(_("选举日期"))
    member_count = models.PositiveSmallIntegerField(_("成员人数"))
    cross_posts = models.PositiveSmallIntegerField(_("交叉任职人数"), null=True, blank=True)
    reviewed_on = models.DateField(_("资格联审日期"), null=True, blank=True)
    review_passed = models.BooleanField(_("联审全部通过"), null=True, blank=True)
    filed_on = models.DateField(_("备案日期"), null=True, blank=True)
    ends_on = models.DateField(_("任期届满"))
    succeeded_on = models.DateField(_("已换届日期"), null=True, blank=True)

    called = ("body", "number")
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("换届选举")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("committee_term_once_by_its_number", "place", "body", "number"),
            once("committee_term_one_at_a_time", "place", "body", when=Q(succeeded_on=None)),
            follows("committee_term_ends_after_it_began", "elected_on", "ends_on"),
            follows("committee_term_filed_after_elected", "elected_on", "filed_on", same_day=True),
            follows("committee_term_succeeded_after_elected", "elected_on", "succeeded_on"),
            models.CheckConstraint(
                condition=Q(cross_posts=None) | Q(cross_posts__lte=models.F("member_count")),
                name="committee_term_cross_posts_of_its_members",
                violation_error_message=_("交叉任职人数不能多于成员人数。"),
            ),
            models.CheckConstraint(
                condition=Q(reviewed_on=None, review_passed=None)
                | Q(reviewed_on__isnull=False, review_passed__isnull=False),
                name="committee_term_reviewed_wholly",
                violation_error_message=_("联审日期和结果要一起填。"),
            ),
            models.CheckConstraint(
                condition=Q(filed_on=None) | Q(review_passed__isnull=False, review_passed=True),
                name="committee_term_filed_was_reviewed",
                violation_error_message=_("资格联审通过之后才能备案。"),
            ),
        ]  # fmt: skip
