"""Sites for children: childcare with its places and price, care after school, stations that protect minors."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.history import tracked
from linli.organisations.models import Organisation
from linli.registers.models import Record, Rulebook, follows, once, part_of

from .services import OfFacility, money, text


def limit_of(name: str, place, day):
    """A number of the registers pack of the nearest area (`home_childcare_places`, `children_per_carer`), or None."""
    book = Rulebook.nearest("registers", place, day)
    return book.body.get(name) if book else None


@tracked()
class ChildcareSite(OfFacility):
    """A provider of care for children under three: its type, filing, places taken and free, price."""

    class Type(models.TextChoices):
        EMBEDDED = "embedded", _("社区嵌入式")
        CENTRE = "centre", _("托育机构")
        KINDERGARTEN = "kindergarten", _("幼儿园托班")
        WORKPLACE = "workplace", _("用人单位办托")
        HOME = "home", _("家庭托育点")

    type = models.CharField(_("托育类型"), max_length=12, choices=Type.choices)
    operator = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="childcare_sites", verbose_name=_("运营组织")
    )  # fmt: skip
    operator_name = text(_("举办单位"), blank=True)
    approved_places = models.PositiveSmallIntegerField(_("核定托位"))
    used_places = models.PositiveSmallIntegerField(_("在托人数"))
    price_yuan = money(_("每月收费（元）"), null=True, blank=True)
    inclusive = models.BooleanField(_("普惠"), default=False)
    applied_on = models.DateField(_("备案申请日期"), null=True, blank=True)
    inspected_on = models.DateField(_("现场查看日期"), null=True, blank=True)
    filing_number = text(_("备案编号"), 40, blank=True)
    filed_on = models.DateField(_("备案日期"), null=True, blank=True)
    checked_on = models.DateField(_("年度检查日期"), null=True, blank=True)
    check_passed = models.BooleanField(_("年度检查通过"), null=True, blank=True)
    mutual_group_count = models.PositiveSmallIntegerField(_("家长互助小组数"), default=0)

    called = ("facility", "type")
    personal: dict = {}

    class Meta(OfFacility.Meta):
        verbose_name = _("托育机构备案和托位")
        constraints = [
            *OfFacility.Meta.constraints,
            once("childcare_site_once_for_a_facility", "facility", "type"),
            once("childcare_site_filed_once", "filing_number", when=~Q(filing_number="")),
            part_of("childcare_site_used_of_the_approved", "used_places", "approved_places"),
            follows("childcare_site_inspected_after_applied", "applied_on", "inspected_on", same_day=True),
            follows("childcare_site_filed_after_inspected", "inspected_on", "filed_on", same_day=True),
            models.CheckConstraint(
                condition=Q(filed_on=None, filing_number="")
                | Q(filed_on__isnull=False) & ~Q(filing_number=""),
                name="childcare_site_filed_with_a_number",
                violation_error_message=_("备案日期和备案编号要一起填。"),
            ),
            models.CheckConstraint(
                condition=~Q(inclusive=True) | Q(price_yuan__isnull=False),
                name="childcare_site_inclusive_says_its_price",
                violation_error_message=_("普惠的要公布每月收费。"),
            ),
            models.CheckConstraint(
                condition=Q(checked_on=None, check_passed=None)
                | Q(checked_on__isnull=False, check_passed__isnull=False),
                name="childcare_site_checked_wholly",
                violation_error_message=_("年度检查的日期和结论要一起填。"),
            ),
        ]

    @property
    def free_places(self) -> int:
        return self.approved_places - self.used_places

    def check_change(self, before, *, by) -> None:
        if not {"childcare", "kindergarten"} & set(self.facility.kind.counts):
            raise ValidationError({"facility": _("“%s”不是托育点或幼儿园。") % self.facility})
        if self.type == self.Type.HOME:
            most = limit_of("home_childcare_places", self.facility.place, clock.today())
            if most is not None and self.approved_places > most:
                raise ValidationError({"approved_places": _("家庭托育点不超过 %d 个托位。") % most})


@tracked()
class CareClass(OfFacility):
    """Care after school or in the holidays: places, carers, how many are in it and how many wait."""

    class Kind(models.TextChoices):
        AFTER_SCHOOL = "after_school", _("课后托管")
        SUMMER = "summer", _("暑假看护")
        WINTER = "winter", _("寒假看护")

    title = text(_("班次名称"))
    kind = models.CharField(_("托管类别"), max_length=12, choices=Kind.choices)
    begins_on = models.DateField(_("开班日期"))
    ends_on = models.DateField(_("结束日期"))
    hours = text(_("看护时间"), 60)
    places = models.PositiveSmallIntegerField(_("名额"))
    carer_count = models.PositiveSmallIntegerField(_("看护人员数"))
    enrolled = models.PositiveSmallIntegerField(_("报名人数"), default=0)
    waiting = models.PositiveSmallIntegerField(_("候补人数"), default=0)
    pick_up_signed = models.PositiveSmallIntegerField(_("已签接送授权人数"), default=0)

    called = ("title",)
    personal: dict = {}

    class Meta(OfFacility.Meta):
        verbose_name = _("托管班")
        constraints = [
            *OfFacility.Meta.constraints,
            once("care_class_once_from_a_day", "facility", "title", "begins_on"),
            follows("care_class_ends_after_it_begins", "begins_on", "ends_on"),
            part_of("care_class_enrolled_of_the_places", "enrolled", "places"),
            part_of("care_class_signed_of_the_enrolled", "pick_up_signed", "enrolled"),
            models.CheckConstraint(
                condition=Q(waiting=0) | Q(enrolled=models.F("places")),
                name="care_class_waits_when_it_is_full",
                violation_error_message=_("名额满了才有候补。"),
            ),
        ]

    def check_change(self, before, *, by) -> None:
        most = limit_of("children_per_carer", self.facility.place, self.begins_on)
        if most is not None and self.places > most * self.carer_count:
            raise ValidationError({"carer_count": _("每名看护人员最多看护 %d 名儿童。") % most})


@tracked()
class CareClassDay(Record):
    """A day of a class: how many came, and what happened, without names."""

    care_class = models.ForeignKey(CareClass, models.CASCADE, related_name="days", verbose_name=_("托管班"))
    day = models.DateField(_("日期"))
    attended = models.PositiveSmallIntegerField(_("到班人数"))
    incident = text(_("异常情况（不写姓名）"), 200, blank=True)
    handled = text(_("处理情况"), 200, blank=True)

    called = ("care_class", "day")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("托管班日登记")
        constraints = [
            *Record.Meta.constraints,
            once("care_class_day_once", "care_class", "day"),
            models.CheckConstraint(
                condition=Q(incident="") | ~Q(handled=""),
                name="care_class_incident_was_handled",
                violation_error_message=_("有异常情况的，要写处理情况。"),
            ),
        ]

    def check_change(self, before, *, by) -> None:
        if not self.care_class.begins_on <= self.day <= self.care_class.ends_on:
            raise ValidationError({"day": _("不在开班期间。")})
        if self.attended > self.care_class.enrolled:
            raise ValidationError({"attended": _("到班人数不能多于报名人数。")})


@tracked()
class ProtectionStation(OfFacility):
    """A station for the protection of minors: its people, hotline and hours."""

    staff_count = models.PositiveSmallIntegerField(_("工作人员数"))
    full_time_count = models.PositiveSmallIntegerField(_("其中专职"))
    hotline = text(_("服务热线"), 40)
    hours = text(_("服务时间"), 60)
    since = models.DateField(_("设立日期"))

    called = ("facility",)
    personal: dict = {}

    class Meta(OfFacility.Meta):
        verbose_name = _("未成年人保护工作站")
        constraints = [
            *OfFacility.Meta.constraints,
            once("protection_station_once_for_a_facility", "facility"),
            part_of("protection_station_full_time_of_all", "full_time_count", "staff_count"),
        ]

    def check_change(self, before, *, by) -> None:
        if "minor-protection" not in self.facility.kind.counts:
            raise ValidationError({"facility": _("“%s”不是未成年人保护站。") % self.facility})


@tracked()
class CaseConference(Record):
    """A conference of a station: how many cases were talked over and closed; the cases themselves lie elsewhere."""

    station = models.ForeignKey(
        ProtectionStation, models.CASCADE, related_name="conferences", verbose_name=_("未成年人保护工作站")
    )
    held_on = models.DateField(_("会议日期"))
    case_count = models.PositiveSmallIntegerField(_("讨论个案数"))
    closed_count = models.PositiveSmallIntegerField(_("其中结案"))
    units = text(_("参加单位"), 200)

    called = ("station", "held_on")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("个案会商")
        constraints = [
            *Record.Meta.constraints,
            once("case_conference_once_a_day", "station", "held_on"),
            part_of("case_conference_closed_of_all", "closed_count", "case_count"),
        ]
