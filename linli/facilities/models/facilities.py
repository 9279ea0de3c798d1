"""The facility itself: a place with a roof or a fence where residents are served."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.text import refuse_hidden_characters
from linli.people.models import Unit
from linli.places.models import Place, inside

from ..states import State
from .catalogue import Kind


class Tenure(models.TextChoices):
    OWNED = "owned", _("自有")
    ALLOTTED = "allotted", _("划拨")
    RENTED = "rented", _("租赁")
    LENT = "lent", _("借用")
    SHARED = "shared", _("共享")


class Level(models.TextChoices):
    """The level that keeps the facility; the four-level network of villages has 组 and 片 too (PD-005)."""

    GROUP = "group", _("组级")
    COMMUNITY = "community", _("社区（村）级")
    DISTRICT = "district", _("片区级")
    STREET = "street", _("街道（镇）级")
    COUNTY = "county", _("区县级")


class Condition(models.TextChoices):
    GOOD = "good", _("完好")
    WORN = "worn", _("需维护")
    BROKEN = "broken", _("需大修")
    UNSAFE = "unsafe", _("有安全隐患")


class Origin(models.TextChoices):
    """In which coordinates the point was given; it is stored in WGS 84."""

    WGS84 = "wgs84", "WGS 84"
    CGCS2000 = "cgcs2000", "CGCS 2000"
    GCJ02 = "gcj02", "GCJ-02"
    BD09 = "bd09", "BD-09"


class FacilityQuerySet(models.QuerySet):
    def standing(self):
        """In the register: neither merged away nor archived."""
        return self.filter(archived_at=None)

    def in_use(self):
        return self.standing().filter(state=State.OPEN)

    def in_use_on(self, day):
        """What was open on a day, by its dates and suspensions (not by what is written today)."""
        on_that_day = Q(opened_on__lte=day) & (Q(closed_on=None) | Q(closed_on__gt=day))
        shut = self.model.objects.filter(closures__suspends=True, closures__during__contains=day)
        return self.standing().filter(on_that_day).exclude(pk__in=shut.values("pk"))

    def within(self, place):
        return self.filter(inside(place, "place"))

    def stale(self, day):
        """What nobody has confirmed for longer than its kind allows."""
        return self.standing().filter(Q(stale_on=None) | Q(stale_on__lte=day))

    def visible_to(self, user):
        """What is open to the public is public; the rest is for those who keep the register."""
        public = self.standing().filter(state__in=[State.OPEN, State.SUSPENDED, State.CLOSED])
        if not user.is_authenticated:
            return public
        return self.filter(Q(pk__in=public.values("pk")) | user.scope("facilities.view", "place"))


class Facility(models.Model):
    """设施: a service facility or an outlet (便民网点) of a community."""

    code = models.CharField(_("设施编号"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=120, validators=[refuse_hidden_characters])
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="facilities", verbose_name=_("类别"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="facilities", verbose_name=_("所在社区"))
    level = models.CharField(_("级别"), max_length=10, choices=Level.choices, default=Level.COMMUNITY)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices)
    address = models.CharField(_("地址"), max_length=200, blank=True, validators=[refuse_hidden_characters])
    lon = models.FloatField(_("经度"), null=True, blank=True)  # WGS 84 degrees
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    point_origin = models.CharField(_("坐标来源"), max_length=8, choices=Origin.choices, blank=True)
    area_m2 = models.DecimalField(_("建筑面积"), max_digits=10, decimal_places=2, null=True, blank=True)
    tenure = models.CharField(_("用房性质"), max_length=10, choices=Tenure.choices, blank=True)
    rent_yuan = models.DecimalField(_("年租金"), max_digits=12, decimal_places=2, null=True, blank=True)
    agreement_from = models.DateField(_("协议开始"), null=True, blank=True)
    agreement_until = models.DateField(_("协议到期"), null=True, blank=True)
    functions = ArrayField(models.SlugField(max_length=60), default=list, blank=True)
    marks = ArrayField(models.SlugField(max_length=60), default=list, blank=True)
    condition = models.CharField(_("设施状况"), max_length=8, choices=Condition.choices, blank=True)
    step_free = models.BooleanField(_("无障碍进出"), null=True, blank=True)
    surveyed_on = models.DateField(_("无障碍查看日期"), null=True, blank=True)
    access_note = models.CharField(
        _("无障碍说明"), max_length=200, blank=True, validators=[refuse_hidden_characters]
    )
    # The number on the sign, made known by whoever runs the place; nobody's private number belongs here.
    phone = models.CharField(_("服务电话"), max_length=40, blank=True)
    operator = models.ForeignKey(
        Unit, models.SET_NULL, null=True, blank=True, related_name="facilities", verbose_name=_("运营单位")
    )
    capacity = models.PositiveIntegerField(_("可容纳人数"), null=True, blank=True)
    opened_on = models.DateField(_("启用日期"), null=True, blank=True)
    closed_on = models.DateField(_("关停日期"), null=True, blank=True)  # the first day it is no more
    state_note = models.CharField(
        _("状态说明"), max_length=200, blank=True, validators=[refuse_hidden_characters]
    )
    hours_stated_on = models.DateField(_("开放时间公示日期"), null=True, blank=True)
    confirmed_on = models.DateField(_("资料确认日期"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    stale_on = models.DateField(null=True, blank=True)  # from this day the facts want confirming again
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = FacilityQuerySet.as_manager()
    personal: dict = {}

    class Meta:
        verbose_name = _("设施")
        ordering = ["place__path", "code"]
        indexes = [
            models.Index(fields=["place", "kind"], name="facility_by_place_and_kind"),
            models.Index(fields=["lon", "lat"], name="facility_by_point"),
            models.Index(
                fields=["stale_on"], name="facility_wants_confirming", condition=Q(archived_at=None)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="facility_state_is_known"),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None, point_origin="")
                | Q(lon__range=(73, 136), lat__range=(3, 54)) & ~Q(point_origin=""),
                name="facility_point_lies_in_china_and_says_where_from",
            ),
            models.CheckConstraint(
                condition=Q(area_m2=None) | Q(area_m2__gt=0), name="facility_area_is_positive_or_unknown"
            ),
            models.CheckConstraint(
                condition=Q(agreement_from=None)
                | Q(agreement_until=None)
                | Q(agreement_until__gte=F("agreement_from")),
                name="facility_agreement_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.OPEN, State.SUSPENDED]) | Q(opened_on__isnull=False),
                name="facility_in_use_has_an_opening_day",
            ),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, closed_on__isnull=False)
                | ~Q(state=State.CLOSED) & Q(closed_on=None),
                name="facility_closed_iff_it_has_a_closing_day",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(opened_on=None) | Q(closed_on__gte=F("opened_on")),
                name="facility_closes_after_it_opened",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SUSPENDED) | ~Q(state_note=""),
                name="facility_suspended_says_why",
            ),
            models.CheckConstraint(
                condition=Q(step_free=None) | Q(surveyed_on__isnull=False),
                name="facility_step_free_is_known_by_a_survey",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | (Q(archived_at__isnull=False) & ~Q(merged_into=F("pk"))),
                name="facility_merged_is_archived",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on=None, stale_on=None)
                | Q(confirmed_on__isnull=False, stale_on__isnull=False, stale_on__gt=F("confirmed_on")),
                name="facility_stale_after_it_was_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def tone(self) -> str:
        """How a list shows the state."""
        return {State.OPEN: "done", State.SUSPENDED: "soon", State.CLOSED: "late"}.get(self.state, "active")

    def is_stale(self, day) -> bool:
        return self.stale_on is None or self.stale_on <= day
