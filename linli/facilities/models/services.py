"""What goes on inside a facility: services that sit there, who came, courses and activities, meals."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.organisations.models import Organisation
from linli.registers.models import Record, follows, once, part_of

from .facilities import Facility


def text(label, length: int = 120, **more) -> models.CharField:
    """A line of text without hidden characters."""
    return models.CharField(label, max_length=length, validators=[refuse_hidden_characters], **more)


def money(label, **more) -> models.DecimalField:
    """An amount of yuan that is not negative."""
    checks = [MinValueValidator(0)]
    return models.DecimalField(label, max_digits=10, decimal_places=2, validators=checks, **more)


class OfFacility(Record):
    """A row about a facility; it lies where the facility lies."""

    facility = models.ForeignKey(
        Facility, models.CASCADE, related_name="%(class)s_records", verbose_name=_("设施")
    )

    class Meta(Record.Meta):
        abstract = True


@tracked()
class ResidentService(OfFacility):
    """A service that sits in a facility: at which desk, when, by whom; the front desk sends people to it."""

    class Function(models.TextChoices):
        """What a house of several services is looked at for (嵌入式服务综合体)."""

        GOVERNMENT = "government", _("政务便民")
        ELDER = "elder_care", _("养老")
        NURSERY = "nursery", _("托育")
        AFTER_SCHOOL = "after_school", _("托管")
        MEALS = "meals", _("助餐")
        MEDICAL = "medical", _("医疗")
        READING = "reading", _("阅读")
        FITNESS = "fitness", _("健身")
        SHOPPING = "shopping", _("商业便民")
        OTHER = "other", _("其他")

    name = text(_("服务名称"))
    function = models.CharField(_("服务功能"), max_length=12, choices=Function.choices)
    handles = text(_("办什么事"), 300)
    desk = text(_("窗口或房间"), 60)
    hours = text(_("服务时间"), 60)
    operator = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="services_run", verbose_name=_("运营组织")
    )  # fmt: skip
    provider = text(_("提供单位"), blank=True)
    staff_count = models.PositiveSmallIntegerField(_("驻点人数"), null=True, blank=True)
    since = models.DateField(_("入驻日期"))
    until = models.DateField(_("撤出日期"), null=True, blank=True)

    called = ("name",)
    personal: dict = {}

    class Meta(OfFacility.Meta):
        verbose_name = _("入驻服务")
        constraints = [
            *OfFacility.Meta.constraints,
            once("resident_service_once_in_a_facility", "facility", "name", when=Q(until=None)),
            follows("resident_service_leaves_after_it_came", "since", "until"),
            models.CheckConstraint(
                condition=Q(operator__isnull=False) | ~Q(provider=""),
                name="resident_service_says_by_whom",
                violation_error_message=_("填运营组织或者提供单位。"),
            ),
        ]


@tracked()
class DeskDuty(Record):
    """Who sits at a service's desk on which day of the week: the rota the front desk sends people by."""

    class Weekday(models.IntegerChoices):
        MONDAY = 1, _("周一")
        TUESDAY = 2, _("周二")
        WEDNESDAY = 3, _("周三")
        THURSDAY = 4, _("周四")
        FRIDAY = 5, _("周五")
        SATURDAY = 6, _("周六")
        SUNDAY = 7, _("周日")

    service = models.ForeignKey(
        ResidentService, models.CASCADE, related_name="rota", verbose_name=_("入驻服务")
    )
    weekday = models.PositiveSmallIntegerField(_("星期"), choices=Weekday.choices)
    hours = text(_("值班时间"), 60)
    staff = text(_("值班人员"), 50)
    stands_in = text(_("替班人员"), 50, blank=True)
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)

    called = ("service", "weekday", "hours")
    about = ()
    personal = {
        "staff": Personal(1, "安排窗口值班", "履行职责", "1y after archived", mask="name"),
        "stands_in": Personal(1, "安排窗口值班", "履行职责", "1y after archived", mask="name"),
    }

    class Meta(Record.Meta):
        verbose_name = _("窗口值班安排")
        constraints = [
            *Record.Meta.constraints,
            once("desk_duty_once_an_hour", "service", "weekday", "hours", "since"),
            follows("desk_duty_ends_after_it_began", "since", "until"),
            models.CheckConstraint(
                condition=Q(weekday__range=(1, 7)), name="desk_duty_on_a_day_of_the_week",
                violation_error_message=_("星期为周一至周日。"),
            ),
        ]  # fmt: skip

    def check_change(self, before, *, by) -> None:
        if self.service.until is not None and self.service.until <= self.since:
            raise ValidationError({"service": _("“%s”那天已经撤出。") % self.service})


@tracked()
class SiteVisits(OfFacility):
    """How many people came to a facility on a day."""

    day = models.DateField(_("日期"))
    visits = models.PositiveIntegerField(_("到访人次"))
    booked = models.PositiveIntegerField(_("其中预约人次"), null=True, blank=True)

    called = ("facility", "day")
    personal: dict = {}

    class Meta(OfFacility.Meta):
        verbose_name = _("到访登记")
        constraints = [
            *OfFacility.Meta.constraints,
            once("site_visits_once_a_day", "facility", "day"),
            part_of("site_visits_booked_of_all", "booked", "visits"),
        ]


@tracked()
class SiteSession(OfFacility):
    """A course, lesson or activity at a facility: so many places, so many signed up, so many came."""

    class Kind(models.TextChoices):
        PARENTS = "parents", _("家长课堂")
        CHILDREN = "children", _("儿童活动")
        PRACTICE = "practice", _("校外实践")
        FAMILY = "family", _("婚姻家庭课程")
        COUNSELLING = "counselling", _("辅导咨询时段")
        ELDER = "elder", _("老年课程")
        CULTURE = "culture", _("文化体育活动")
        OTHER = "other", _("其他活动")

    title = text(_("活动名称"))
    kind = models.CharField(_("活动类别"), max_length=11, choices=Kind.choices)
    held_on = models.DateField(_("活动日期"))
    hours = text(_("时间"), 40)
    room = text(_("地点"), 60, blank=True)
    organiser = text(_("主办单位"), blank=True)
    places = models.PositiveSmallIntegerField(_("名额"))
    enrolled = models.PositiveSmallIntegerField(_("报名人数"), default=0)
    attended = models.PositiveSmallIntegerField(_("到场人数"), null=True, blank=True)

    called = ("title",)
    personal: dict = {}

    class Meta(OfFacility.Meta):
        verbose_name = _("活动日历")
        constraints = [
            *OfFacility.Meta.constraints,
            once("site_session_once_a_day", "facility", "title", "held_on", "hours"),
            part_of("site_session_enrolled_of_the_places", "enrolled", "places"),
        ]


@tracked()
class MealDay(OfFacility):
    """A day of a meal site: the menu, how many ordered, how many were brought home."""

    day = models.DateField(_("日期"))
    menu = text(_("当日菜单"), 300)
    price_yuan = money(_("价格（元）"))
    ordered = models.PositiveSmallIntegerField(_("订餐份数"))
    delivered = models.PositiveSmallIntegerField(_("其中送餐份数"), default=0)

    called = ("day", "menu")
    personal: dict = {}

    class Meta(OfFacility.Meta):
        verbose_name = _("助餐日登记")
        constraints = [
            *OfFacility.Meta.constraints,
            once("meal_day_once", "facility", "day"),
            part_of("meal_day_delivered_of_the_ordered", "delivered", "ordered"),
        ]
