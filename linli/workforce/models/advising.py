"""What advisers of elder care and of assistance were asked, to whom they sent people, and whether that helped."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.registers.models import PlacedRecord, Record, follows, once, said_when

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


@tracked()
class LegalActivity(PlacedRecord):
    """A legal service or activity a community was given: of which of the four services, of which of the five kinds."""

    class Service(models.TextChoices):
        """XA 三(三)：普法宣传、人民调解、法律援助、公证等法律服务全覆盖"""

        PUBLICITY = "publicity", _("普法宣传")
        MEDIATION = "mediation", _("人民调解")
        AID = "aid", _("法律援助")
        NOTARY = "notary", _("公证服务")

    class Form(models.TextChoices):
        """ZJ 二(三)8：法治“五个一”活动"""

        MATERIAL = "material", _("赠送宣传资料")
        TRAINING = "training", _("举办宣传培训")
        LECTURE = "lecture", _("开设法治讲堂")
        SERVICE = "service", _("提供法律服务")
        NEW_WAY = "new_way", _("拓展宣传方式")

    service = models.CharField(_("法律服务"), max_length=9, choices=Service.choices)
    form = models.CharField(_("五个一活动"), max_length=8, choices=Form.choices, blank=True)
    title = text(_("服务或活动内容"))
    held_on = models.DateField(_("日期"))
    people_count = models.PositiveIntegerField(_("服务人次"))
    given_by = text(_("提供单位"), blank=True)

    called = ("title",)
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("法律服务和法治活动")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("legal_activity_once_a_day", "place", "title", "held_on"),
        ]
