"""What a community may be asked to do: the lists of a county or city by version, and requests to be admitted."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.kernel.text import refuse_hidden_characters
from linli.registers.models import PlacedRecord, once


def text(label, length: int = 120, **more) -> models.CharField:
    return models.CharField(label, max_length=length, validators=[refuse_hidden_characters], **more)


@tracked()
class AdmissionItem(PlacedRecord):
    """A line of one version of the lists: what communities do by law, assist in, or may not be asked.

    A new version is entered as new lines with their own day of publication; older ones stay to be read.
    """

    class List(models.TextChoices):
        DUTY = "duty", _("依法履行")
        ASSIST = "assist", _("协助政府")
        BARRED = "barred", _("不得交由社区")
        OWN = "own", _("村级组织履行职责")
        STREET = "street", _("街道服务社区事项")
        PROOF = "proof", _("可出具的证明")
        BASIC = "basic", _("基本公共服务清单")
        TALKS = "talks", _("村级议事协商目录")

    # These are published together as one version; each of the others has its own.
    TOGETHER = (List.DUTY, List.ASSIST, List.BARRED)

    code = text(_("清单编号"), 40)
    published_on = models.DateField(_("公布日期"))
    list = models.CharField(_("清单"), max_length=6, choices=List.choices)
    title = text(_("事项"))
    department = text(_("牵头部门"), blank=True)
    basis = text(_("依据"), 200)
    frequency = text(_("频次"), 40, blank=True)
    funds = text(_("经费和条件"), blank=True)
    data_supplied = text(_("部门提供的数据"), blank=True)
    term_workdays = models.PositiveSmallIntegerField(_("承诺时限（工作日）"), null=True, blank=True)
    template = models.CharField(
        _("出具样式"), max_length=500, blank=True, validators=[refuse_hidden_characters],
        help_text=_("证明的正文；“{姓名}”“{用途}”“{社区}”在出具时填入。"),
    )  # fmt: skip
    until = models.DateField(_("有效期至"), null=True, blank=True)

    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("社区工作事项清单")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("admission_item_has_a_code_of_its_own_in_a_place", "place", "code"),
            models.CheckConstraint(
                condition=~Q(list="assist") | ~Q(funds=""),
                name="admission_assisting_comes_with_funds_or_conditions",
                violation_error_message=_("协助事项要写明经费和条件（权随责走、费随事转）。"),
            ),
            models.CheckConstraint(
                condition=Q(list__in=["barred", "own", "proof"]) | ~Q(department=""),
                name="admission_item_names_the_department",
                violation_error_message=_("要写明牵头部门。"),
            ),
            models.CheckConstraint(
                condition=~Q(list="street") | Q(term_workdays__isnull=False, term_workdays__gt=0),
                name="admission_service_of_the_street_has_a_term",
                violation_error_message=_("街道服务社区的事项要写明承诺时限。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


@tracked()
class Sign(PlacedRecord):
    """A sign on the wall of a village or community, or a mechanism it is made to keep: who asked, by what."""

    class Kind(models.TextChoices):
        SIGN = "sign", _("挂牌")
        MECHANISM = "mechanism", _("工作机制")

    title = text(_("名称"))
    kind = models.CharField(_("类别"), max_length=9, choices=Kind.choices)
    asked_by = text(_("要求单位"), blank=True)
    basis = text(_("依据"), 200, blank=True)
    allowed = models.BooleanField(_("在规范清单内"), default=False)
    put_up_on = models.DateField(_("挂牌日期"), null=True, blank=True)
    removed_on = models.DateField(_("清理日期"), null=True, blank=True)

    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("挂牌和工作机制")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("sign_once_in_a_place", "place", "title"),
            models.CheckConstraint(
                condition=Q(allowed=False) | ~Q(basis=""),
                name="sign_that_is_allowed_names_its_basis",
                violation_error_message=_("规范清单内的要填依据。"),
            ),
            models.CheckConstraint(
                condition=Q(removed_on=None) | Q(put_up_on=None) | Q(removed_on__gte=models.F("put_up_on")),
                name="sign_is_removed_after_it_was_put_up",
                violation_error_message=_("清理日期不早于挂牌日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title


NEVER_LEAD = ("enforcement", "demolition", "investment", "safety")


@tracked()
class AdmissionRequest(PlacedRecord):
    """A department asks that communities take something on; the county accepts or refuses with a reason."""

    class Matter(models.TextChoices):
        ENFORCEMENT = "enforcement", _("行政执法")
        DEMOLITION = "demolition", _("拆迁拆违")
        INVESTMENT = "investment", _("招商引资、协税护税")
        SAFETY = "safety", _("安全生产")
        OTHER = "other", _("其他")

    class Role(models.TextChoices):
        LEAD = "lead", _("责任主体")
        ASSIST = "assist", _("协助")

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("准入")
        REFUSED = "refused", _("不予准入")

    code = text(_("申请编号"), 40)
    department = text(_("申请部门"))
    task = text(_("申请事项"))
    matter = models.CharField(_("事项性质"), max_length=12, choices=Matter.choices)
    role = models.CharField(_("社区承担"), max_length=6, choices=Role.choices)
    basis = text(_("法律依据"), 200)
    item = models.ForeignKey(
        AdmissionItem, models.PROTECT, null=True, blank=True, related_name="requests",
        verbose_name=_("对应清单事项"),
    )  # fmt: skip
    approval = text(_("县级批准文件"), blank=True)
    frequency = text(_("频次"), 40, blank=True)
    minutes = models.PositiveIntegerField(_("每次用时（分钟）"), null=True, blank=True)
    money_yuan = models.DecimalField(
        _("每年经费（元）"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    data_supplied = text(_("部门提供的数据"), blank=True)
    asked_on = models.DateField(_("申请日期"))
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    answer = models.CharField(_("结论"), max_length=8, choices=Answer.choices, blank=True)
    answered_on = models.DateField(_("答复日期"), null=True, blank=True)
    reason = text(_("理由"), 200, blank=True)

    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("事项准入申请")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("admission_request_has_a_code_of_its_own_in_a_place", "place", "code"),
            models.CheckConstraint(
                condition=Q(answer="", answered_on=None) | ~Q(answer="") & Q(answered_on__isnull=False),
                name="admission_answered_iff_it_has_a_day",
                violation_error_message=_("结论和答复日期要一起填写。"),
            ),
            models.CheckConstraint(
                condition=~Q(answer="refused") | ~Q(reason=""),
                name="admission_refused_says_why",
                violation_error_message=_("不予准入要说明理由。"),
            ),
            models.CheckConstraint(
                condition=~Q(answer="accepted") | Q(money_yuan__isnull=False, expires_on__isnull=False),
                name="admission_accepted_comes_with_money_and_an_end",
                violation_error_message=_("准入的事项要有经费和有效期（权随责走、费随事转）。"),
            ),
            models.CheckConstraint(
                condition=~Q(answer="accepted", role="lead", matter__in=NEVER_LEAD),
                name="admission_community_never_leads_what_is_not_its_own",
                violation_error_message=_("执法、拆迁、招商引资、安全生产不得以社区为责任主体。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.task}"

    def check_change(self, before, *, by) -> None:
        """What is barred is never admitted; what stands on no list needs the county's own decision."""
        if self.answer != self.Answer.ACCEPTED:
            return
        if self.item is not None and self.item.list == AdmissionItem.List.BARRED:
            raise ValidationError({"answer": _("“%s”在不得交由社区的清单里，不能准入。") % self.item.title})
        if self.item is None and not self.approval:
            raise ValidationError({"approval": _("清单以外的事项要有县级批准文件才能准入。")})
