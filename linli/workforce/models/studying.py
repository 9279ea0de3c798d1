"""What workers learn from and study for: teachers, cases, examinations; and the allowance a certificate earns."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.kernel.personal import Personal
from linli.registers.models import PlacedRecord, Record, Rulebook, follows, once

from .learning import Certificate
from .staff import LAW, WHY, text


@tracked()
class Teacher(PlacedRecord):
    """Somebody of the pool of teachers of a street, county or city."""

    name = text(_("姓名"), 50)
    unit_name = text(_("所在单位"))
    field = text(_("授课方向"))
    phone = text(_("联系电话"), 40, blank=True)
    since = models.DateField(_("入库日期"))
    until = models.DateField(_("出库日期"), null=True, blank=True)

    called = ("name", "field")
    about = ()
    personal = {
        "name": Personal(1, "安排培训授课", LAW, "1y after archived", mask="name"),
        "phone": Personal(2, "安排培训授课", LAW, "1y after archived", mask="phone"),
    }

    class Meta(PlacedRecord.Meta):
        verbose_name = _("培训师资库")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("teacher_once_in_a_pool", "place", "name", "unit_name"),
            follows("teacher_leaves_after_he_came", "since", "until"),
        ]


@tracked()
class CaseStudy(PlacedRecord):
    """A case to learn from: what was the matter, what was done, what others can take from it; no names."""

    class Theme(models.TextChoices):
        SOCIAL_WORK = "social_work", _("社会工作")
        CONSULTATION = "consultation", _("社区协商")
        PROPERTY = "property", _("物业治理")
        EMERGENCY = "emergency", _("应急管理")
        SERVICE = "service", _("为民服务")
        OTHER = "other", _("其他")

    title = text(_("案例名称"))
    theme = models.CharField(_("主题"), max_length=12, choices=Theme.choices)
    written_by = text(_("编写单位"))
    written_on = models.DateField(_("编写日期"))
    situation = text(_("基本情况"), 500)
    done = text(_("做法"), 500)
    lesson = text(_("启示"), 300)

    called = ("title",)
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("培训案例库")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("case_study_once_by_its_title", "place", "title"),
        ]


@tracked()
class Examination(PlacedRecord):
    """An examination for a certificate: when one signs up, when it is held, who made it known."""

    level = models.CharField(_("证书级别"), max_length=13, choices=Certificate.Level.choices)
    sign_up_from = models.DateField(_("报名开始"))
    sign_up_until = models.DateField(_("报名截止"))
    held_on = models.DateField(_("考试日期"))
    source = text(_("通知来源"))

    called = ("level", "held_on")
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("职业资格考试安排")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("examination_once_a_day", "place", "level", "held_on"),
            follows("examination_sign_up_closes_later", "sign_up_from", "sign_up_until", same_day=True),
            follows("examination_is_held_after_sign_up", "sign_up_until", "held_on"),
        ]


@tracked()
class CertificateAllowance(Record):
    """What a worker gets each month for a certificate: claimed, approved by another, paid until it ends."""

    class State(models.TextChoices):
        CLAIMED = "claimed", _("待审批")
        APPROVED = "approved", _("已审批")
        REFUSED = "refused", _("未通过")

    certificate = models.ForeignKey(
        Certificate, models.CASCADE, related_name="allowances", verbose_name=_("职业证书")
    )
    month_yuan = models.DecimalField(
        _("每月补贴（元）"), max_digits=8, decimal_places=2, null=True, blank=True,
        help_text=_("空着时按当地标准计算。"),
    )  # fmt: skip
    since = models.DateField(_("起发月份"))
    until = models.DateField(_("停发日期"), null=True, blank=True)
    state = models.CharField(_("审批"), max_length=8, choices=State.choices, default=State.CLAIMED)
    basis = text(_("依据或说明"), 200, blank=True)

    called = ("certificate", "state")
    about = ("certificate__worker__person",)
    personal = {
        "certificate": Personal(1, WHY, LAW, "while employed", mask="name"),
        "month_yuan": Personal(2, WHY, LAW, "while employed", mask="none"),
    }
    when_purged = {"month_yuan": ...}  # what was paid stays added up; the worker is a pseudonym then

    class Meta(Record.Meta):
        verbose_name = _("证书津贴")
        constraints = [
            *Record.Meta.constraints,
            once("certificate_allowance_once_from_a_day", "certificate", "since"),
            follows("certificate_allowance_ends_after_it_began", "since", "until"),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(basis=""),
                name="certificate_allowance_refused_says_why",
                violation_error_message=_("未通过的要写明依据或说明。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(month_yuan__isnull=False, month_yuan__gt=0),
                name="certificate_allowance_approved_says_how_much",
                violation_error_message=_("当地没有规定标准，要填每月补贴。"),
            ),
        ]

    def settle(self) -> None:
        """What the rules of the area give for the level, unless somebody said otherwise."""
        if self.month_yuan is None:
            book = Rulebook.nearest("workforce", self.certificate.worker.place, self.since)
            self.month_yuan = (
                (book.body.get("allowances") or {}).get(self.certificate.level) if book else None
            )

    def check_change(self, before: "CertificateAllowance | None", *, by) -> None:
        """Claimed for a certificate that is good on the day; nobody approves what he entered; decided stays decided."""
        one = self.certificate
        if self.since < one.issued_on or (one.valid_until is not None and self.since > one.valid_until):
            raise ValidationError({"since": _("起发日期证书不在有效期内。")})
        if before is None:
            if by is not None and self.state != self.State.CLAIMED:
                raise ValidationError({"state": _("先申领，再由别人审批。")})
            return
        if self.state == before.state:
            return
        if before.state != self.State.CLAIMED:
            raise ValidationError({"state": _("已经审批过，有变化请另记一条。")})
        if by is not None and before.changed_by_id == by.pk:
            raise ValidationError({"state": _("登记申领的人不能自己审批。")})
