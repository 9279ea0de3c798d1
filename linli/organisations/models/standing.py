"""What a community or a firm is recognised as, point by point; and the committees below the residents' committee."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.history import tracked
from linli.registers.models import PlacedRecord, Record, Rulebook, follows, once, said_when

from .compounds import PropertyFirm
from .parts import text


class Programme(models.TextChoices):
    """The programmes whose points the registers pack lists."""

    ELDER = "elder-friendly", _("老年友好型社区")
    CHILD = "child-friendly", _("儿童友好社区")
    CHILDCARE = "childcare-friendly", _("育儿友好型社区")
    RED = "red-property", _("红色物业")


def points_of(programme: str, place, day) -> tuple[str, ...]:
    """The points of a programme by the rules of the nearest area on a day; none where nobody set any."""
    book = Rulebook.nearest("registers", place, day)
    return tuple((book.body.get("checklists") or {}).get(programme, ())) if book else ()


@tracked()
class Designation(PlacedRecord):
    """A community or a property firm works towards a recognition: applied, assessed, awarded, withdrawn."""

    programme = models.CharField(_("创建项目"), max_length=18, choices=Programme.choices)
    firm = models.ForeignKey(
        PropertyFirm, models.CASCADE, null=True, blank=True, related_name="designations", verbose_name=_("物业企业")
    )  # fmt: skip
    applied_on = models.DateField(_("申请日期"))
    self_assessed_on = models.DateField(_("自评日期"), null=True, blank=True)
    assessed_on = models.DateField(_("评估日期"), null=True, blank=True)
    assessed_by = text(_("评估单位"), blank=True)
    awarded_on = models.DateField(_("命名日期"), null=True, blank=True)
    withdrawn_on = models.DateField(_("撤销日期"), null=True, blank=True)
    withdrawn_why = text(_("撤销原因"), 200, blank=True)

    called = ("programme", "place")
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("创建评定")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("designation_of_a_firm_once", "place", "programme", "firm", when=Q(withdrawn_on=None)),
            once("designation_of_a_place_once", "place", "programme", when=Q(withdrawn_on=None, firm=None)),
            follows(
                "designation_self_assessed_after_applied", "applied_on", "self_assessed_on", same_day=True
            ),
            follows("designation_assessed_after_self", "self_assessed_on", "assessed_on", same_day=True),
            follows("designation_awarded_after_assessed", "assessed_on", "awarded_on", same_day=True),
            follows("designation_withdrawn_after_awarded", "awarded_on", "withdrawn_on"),
            said_when("designation_assessed_says_by_whom", "assessed_on", "assessed_by"),
            said_when("designation_withdrawn_says_why", "withdrawn_on", "withdrawn_why"),
            models.CheckConstraint(
                condition=Q(programme="red-property", firm__isnull=False)
                | ~Q(programme="red-property") & Q(firm=None),
                name="designation_of_a_firm_names_it",
                violation_error_message=_("“红色物业”要填物业企业，其他创建项目不填。"),
            ),
            models.CheckConstraint(
                condition=Q(awarded_on=None) | Q(assessed_on__isnull=False, self_assessed_on__isnull=False),
                name="designation_awarded_was_assessed",
                violation_error_message=_("自评、评估之后才能命名。"),
            ),
        ]

    def check_change(self, before, *, by) -> None:
        """An award stands on every point of the programme being met; one given stays as it was given."""
        if self.awarded_on is None or (before is not None and before.awarded_on is not None):
            return
        wanted = points_of(self.programme, self.place, self.applied_on)
        if not wanted:
            raise ValidationError({"programme": _("本地没有公布这个项目的评定条目。")})
        met = set(
            DesignationPoint.objects.filter(designation_id=self.pk, met=True, archived_on=None)
            .values_list("point", flat=True)
        )  # fmt: skip
        if missing := [one for one in wanted if self.pk is None or one not in met]:
            raise ValidationError({"awarded_on": _("还有条目没有达到：%s") % "、".join(missing)})

    @property
    def is_held(self) -> bool:
        """Awarded, and not taken back."""
        today = clock.today()
        begun = self.awarded_on is not None and self.awarded_on <= today
        return begun and (self.withdrawn_on is None or self.withdrawn_on > today)


@tracked()
class DesignationPoint(Record):
    """One point of the checklist: met or not, and the works that are to mend it."""

    designation = models.ForeignKey(
        Designation, models.CASCADE, related_name="points", verbose_name=_("创建评定")
    )
    point = text(_("评定条目"))
    met = models.BooleanField(_("达到"), null=True, blank=True)
    to_mend = text(_("改进事项"), 200, blank=True)
    due_on = models.DateField(_("改进期限"), null=True, blank=True)
    done_on = models.DateField(_("改进完成"), null=True, blank=True)

    called = ("point",)
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("创建评定条目")
        constraints = [
            *Record.Meta.constraints,
            once("designation_point_once", "designation", "point"),
            models.CheckConstraint(
                condition=~Q(met=False) | ~Q(to_mend="") & Q(due_on__isnull=False),
                name="designation_point_unmet_says_what_to_mend",
                violation_error_message=_("没有达到的，要写改进事项和期限。"),
            ),
        ]

    def check_change(self, before, *, by) -> None:
        owner = self.designation
        if self.point not in points_of(owner.programme, owner.place, owner.applied_on):
            raise ValidationError({"point": _("“%s”不是这个项目的评定条目。") % self.point})


@tracked()
class SubCommittee(PlacedRecord):
    """A committee below the residents' or villagers' committee, for minors above all (未成年人保护委员会)."""

    class Kind(models.TextChoices):
        MINOR = "minor", _("未成年人保护")
        MEDIATION = "mediation", _("人民调解")
        SAFETY = "safety", _("治安保卫")
        HEALTH = "health", _("公共卫生")
        ENVIRONMENT = "environment", _("环境和物业管理")
        OTHER = "other", _("其他委员会")

    kind = models.CharField(_("委员会类别"), max_length=11, choices=Kind.choices)
    name = text(_("委员会名称"))
    member_count = models.PositiveSmallIntegerField(_("成员人数"))
    duties = text(_("职责"), 300)
    since = models.DateField(_("设立日期"))
    until = models.DateField(_("撤销日期"), null=True, blank=True)

    called = ("name",)
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("下属委员会")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("sub_committee_once_of_a_kind", "place", "kind", when=Q(until=None)),
            follows("sub_committee_ends_after_it_begins", "since", "until"),
            models.CheckConstraint(
                condition=Q(member_count__gt=0), name="sub_committee_has_members",
                violation_error_message=_("成员人数至少为 1。"),
            ),
        ]  # fmt: skip


@tracked()
class SubCommitteeMeeting(Record):
    """A meeting of such a committee and what it decided; no child is named here."""

    committee = models.ForeignKey(
        SubCommittee, models.CASCADE, related_name="meetings", verbose_name=_("下属委员会")
    )
    held_on = models.DateField(_("开会日期"))
    subject = text(_("议题（不写姓名）"))
    attended = models.PositiveSmallIntegerField(_("到会人数"))
    outcome = text(_("议定事项"), 200, blank=True)

    called = ("subject",)
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("下属委员会会议")
        constraints = [
            *Record.Meta.constraints,
            once("sub_committee_meeting_once_a_day", "committee", "held_on", "subject"),
        ]

    def check_change(self, before, *, by) -> None:
        if self.attended > self.committee.member_count:
            raise ValidationError({"attended": _("到会人数不能多于成员人数。")})
