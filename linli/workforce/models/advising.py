"""What advisers of elder care and of assistance were asked, to whom they sent people, and whether that helped."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.registers.models import Record, follows, once, said_when

from .duties import Assignment
from .staff import text


@tracked()
class Consultation(Record):
    """A consultation in an adviser's duty hours; who asked is not written down, what was asked is."""

    class Way(models.TextChoices):
        DESK = "desk", _("窗口")
        PHONE = "phone", _("电话")
        HOME = "home", _("上门")
        BOOKED = "booked", _("预约")

    adviser = models.ForeignKey(
        Assignment, models.CASCADE, related_name="consultations", verbose_name=_("顾问")
    )
    number = text(_("咨询编号"), 40)
    asked_on = models.DateField(_("咨询日期"))
    way = models.CharField(_("咨询方式"), max_length=6, choices=Way.choices)
    subject = text(_("咨询内容（不写姓名）"))
    referred_to = text(_("转介单位"), blank=True)
    follow_up_on = models.DateField(_("约定回访"), null=True, blank=True)
    followed_up_on = models.DateField(_("回访日期"), null=True, blank=True)
    outcome = text(_("结果"), 200, blank=True)

    called = ("number", "subject")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("顾问咨询记录")
        constraints = [
            *Record.Meta.constraints,
            once("consultation_once_by_its_number", "adviser", "number"),
            follows("consultation_follow_up_comes_later", "asked_on", "follow_up_on", same_day=True),
            follows("consultation_followed_up_later", "asked_on", "followed_up_on", same_day=True),
            said_when("consultation_followed_up_says_what", "followed_up_on", "outcome"),
            models.CheckConstraint(
                condition=Q(referred_to="") | Q(follow_up_on__isnull=False),
                name="consultation_referred_is_followed_up",
                violation_error_message=_("转介的要约定回访日期。"),
            ),
        ]

    def check_change(self, before, *, by) -> None:
        kinds = (Assignment.Kind.ELDER, Assignment.Kind.ASSISTANCE)
        if self.adviser.kind not in kinds:
            raise ValidationError({"adviser": _("“%s”不是养老顾问或救助顾问。") % self.adviser})
        if self.asked_on < self.adviser.since:
            raise ValidationError({"asked_on": _("这一天还没有任顾问。")})
