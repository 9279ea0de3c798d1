"""How communities and organisations stand together: contacts, enterprises of the library, promises, work stations."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.kernel.personal import Personal
from linli.registers.models import PlacedRecord, Record, follows, once, part_of

from .organisations import Organisation
from .parts import met_again, text
from .units import ResidentUnit


@tracked()
class Liaison(Record):
    """A talk of the community's liaison with an organisation: what it needs, and what came of it."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="liaisons", verbose_name=_("组织")
    )
    met_on = models.DateField(_("联系日期"))
    liaison = text(_("联络人"), 50)
    subject = text(_("联系内容"))
    needs = text(_("需要的支持"), 200, blank=True)
    settled_on = models.DateField(_("落实日期"), null=True, blank=True)
    outcome = text(_("落实情况"), 200, blank=True)
    next_on = models.DateField(_("下次联系"), null=True, blank=True)
    met_again_on = models.DateField(_("已再次联系"), null=True, blank=True)

    about = ()
    personal = {
        "liaison": Personal(1, "联系组织、协调服务", "履行职责", "1y after archived", mask="name"),
    }

    class Meta(Record.Meta):
        verbose_name = _("组织联系记录")
        constraints = [
            *Record.Meta.constraints,
            once("liaison_once_a_day_on_a_subject", "organisation", "met_on", "subject"),
            models.CheckConstraint(
                condition=Q(settled_on=None) | ~Q(outcome="") & Q(settled_on__gte=F("met_on")),
                name="liaison_settled_says_how",
                violation_error_message=_("已落实的要填落实情况，日期不早于联系日期。"),
            ),
            follows("liaison_next_comes_later", "met_on", "next_on"),
            follows("liaison_met_again_later", "met_on", "met_again_on"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.subject}"

    def check_stored(self) -> None:
        met_again(self, "organisation", "met_on")


@tracked()
class EnterpriseEntry(Record):
    """A community social enterprise in the library of a county or city, from the application to the exit."""

    class Library(models.TextChoices):
        COUNTY = "county", _("区县级")
        CITY = "city", _("市级")

    class Ownership(models.TextChoices):
        COMMITTEE = "committee", _("居委会全资")
        MIXED = "mixed", _("居委会参与出资")
        INDEPENDENT = "independent", _("社会出资")

    class Field(models.TextChoices):
        PROPERTY = "property", _("物业服务")
        COMMERCE = "commerce", _("社区商业")
        CONVENIENCE = "convenience", _("便民服务")
        OTHER = "other", _("其他")

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="library", verbose_name=_("组织")
    )
    library = models.CharField(_("企业库"), max_length=6, choices=Library.choices)
    founder = text(_("发起单位"))
    ownership = models.CharField(_("出资结构"), max_length=11, choices=Ownership.choices)
    field = models.CharField(_("经营领域"), max_length=11, choices=Field.choices)
    aim = text(_("社会目标"), 200)
    reinvest_percent = models.PositiveSmallIntegerField(_("结余再投入比例（%）"), null=True, blank=True)
    surveyed_on = models.DateField(_("调查日期"), null=True, blank=True)
    entered_on = models.DateField(_("入库日期"))
    left_on = models.DateField(_("退出日期"), null=True, blank=True)
    left_why = text(_("退出原因"), blank=True)

    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("社区社会企业库")
        constraints = [
            *Record.Meta.constraints,
            once("enterprise_once_in_a_library", "organisation", "library", when=Q(left_on=None)),
            models.CheckConstraint(
                condition=Q(reinvest_percent=None) | Q(reinvest_percent__lte=100),
                name="enterprise_reinvests_no_more_than_all",
                violation_error_message=_("比例不超过 100。"),
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | ~Q(left_why="") & Q(left_on__gte=F("entered_on")),
                name="enterprise_that_left_says_why",
                violation_error_message=_("退出的要填原因，日期不早于入库日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}（{self.get_library_display()}）"

    def check_change(self, before, *, by) -> None:
        if self.organisation.kind != Organisation.Kind.ENTERPRISE:
            raise ValidationError({"organisation": _("“%s”登记的类别不是社会企业。") % self.organisation})


@tracked()
class JointMeeting(PlacedRecord):
    """A joint meeting of a street's or community's Party work with its resident units: agenda, minutes, who came."""

    number = text(_("会议编号"), 40)
    held_on = models.DateField(_("会议日期"))
    convener = text(_("召集单位"))
    agenda = text(_("议题"), 300)
    units_called = models.PositiveSmallIntegerField(_("应到单位数"), null=True, blank=True)
    units_came = models.PositiveSmallIntegerField(_("实到单位数"), null=True, blank=True)
    minutes = text(_("议定事项"), 500, blank=True)

    called = ("number", "agenda")
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("党建联席会议")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("joint_meeting_once_by_its_number", "place", "number"),
            part_of("joint_meeting_units_came_of_those_called", "units_came", "units_called"),
        ]


@tracked()
class Commitment(Record):
    """What a unit and its community need, offer or undertake together, and whether it was kept."""

    class Kind(models.TextChoices):
        NEED = "need", _("需求")
        RESOURCE = "resource", _("资源")
        PROJECT = "project", _("项目")

    unit = models.ForeignKey(
        ResidentUnit, models.CASCADE, related_name="commitments", verbose_name=_("驻区单位")
    )
    kind = models.CharField(_("清单"), max_length=8, choices=Kind.choices)
    title = text(_("内容"))
    promised_on = models.DateField(_("承诺日期"))
    due_on = models.DateField(_("约定完成"), null=True, blank=True)
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    outcome = text(_("完成情况"), 200, blank=True)
    meeting = models.ForeignKey(
        JointMeeting, models.SET_NULL, null=True, blank=True, related_name="commitments",
        verbose_name=_("在哪次联席会议上承诺"),
    )  # fmt: skip

    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("结对共建承诺")
        constraints = [
            *Record.Meta.constraints,
            once("commitment_once_from_a_day", "unit", "title", "promised_on"),
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(due_on__gte=F("promised_on")),
                name="commitment_is_due_after_it_was_promised",
                violation_error_message=_("约定完成应不早于承诺日期。"),
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | ~Q(outcome="") & Q(done_on__gte=F("promised_on")),
                name="commitment_done_says_how",
                violation_error_message=_("已完成的要填完成情况，日期不早于承诺日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.title}"

    def check_change(self, before, *, by) -> None:
        """What is promised in a meeting is promised by a unit of the area that met."""
        if self.meeting is None:
            return
        if not self.unit.place.path.startswith(self.meeting.place.path):
            raise ValidationError({"meeting": _("“%s”不在召开这次会议的区划里。") % self.unit})
        if self.promised_on < self.meeting.held_on:
            raise ValidationError({"promised_on": _("承诺日期不早于会议日期。")})


@tracked()
class SocialWorkStation(PlacedRecord):
    """A place of the four-level network of social work: city, county, street, and the room in a community."""

    name = text(_("社工站名称"))
    operator = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="stations",
        verbose_name=_("承接组织"),
    )
    worker_count = models.PositiveSmallIntegerField(_("驻站社工人数"), null=True, blank=True)
    certified_count = models.PositiveSmallIntegerField(_("持证人数"), null=True, blank=True)
    opened_on = models.DateField(_("设立日期"))
    closed_on = models.DateField(_("撤销日期"), null=True, blank=True)

    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("社工站")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("social_work_station_once_in_a_place", "place", "name"),
            models.CheckConstraint(
                condition=Q(certified_count=None)
                | Q(worker_count__isnull=False, certified_count__lte=F("worker_count")),
                name="social_work_station_certified_within_workers",
                violation_error_message=_("持证人数不能多于驻站社工人数。"),
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gt=F("opened_on")),
                name="social_work_station_closes_after_it_opens",
                violation_error_message=_("撤销日期应晚于设立日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
