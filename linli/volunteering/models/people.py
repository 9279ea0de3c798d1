"""Who serves: volunteers, the teams they belong to, the stations where they are found."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Case
from linli.facilities.models import Facility
from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.people.models import Consent, Person, Unit
from linli.places.models import Place

from .charters import Charter

WHY, BASIS, KEEP = "组织和记录志愿服务", "志愿服务条例", "while registered"
DAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
PARTS = {"am": _("上午"), "pm": _("下午"), "ev": _("晚上")}
SLOTS = tuple(
    (f"{day}{part}", f"{name}{words}") for day, name in enumerate(DAYS, 1) for part, words in PARTS.items()
)


class VolunteerQuerySet(models.QuerySet):
    def active(self):
        """Those who serve today: registered, and where they are under age their guardian still agrees (D5)."""
        agreed = Q(minor=False) | Q(consent__isnull=False, consent__withdrawn_at=None)
        return self.filter(agreed, state=Volunteer.State.ACTIVE)

    def awaiting_consent(self):
        """Children whose guardian has not agreed, or agrees no more."""
        withdrawn = Q(state=Volunteer.State.ACTIVE, minor=True, consent__withdrawn_at__isnull=False)
        return self.filter(Q(state=Volunteer.State.WAITING) | withdrawn)

    def visible_to(self, user):
        """Oneself, those one acts for, and those of the places where a post organises volunteering."""
        if not user.is_authenticated:
            return self.none()
        own = Q(pk=user.person_id) | Q(pk__in=user.principals())
        return self.filter(own | user.scope("volunteering.organise", "place"))


class Volunteer(models.Model):
    """志愿者: a person who serves unpaid. The number is what others see; a child serves with consent."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待监护人同意")
        ACTIVE = "active", _("已注册")
        LEFT = "left", _("已退出")

    person = models.OneToOneField(
        Person, models.PROTECT, primary_key=True, related_name="volunteer", verbose_name=_("人员")
    )
    number = models.CharField(_("志愿者编号"), max_length=30, unique=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在社区"))
    skills = ArrayField(models.SlugField(max_length=60), default=list, verbose_name=_("特长"))
    free = ArrayField(models.CharField(max_length=3), default=list, verbose_name=_("空闲时间"))
    reach_m = models.PositiveIntegerField(_("愿意走多远（米）"), default=3000)
    state = models.CharField(_("状态"), max_length=7, choices=State.choices)
    minor = models.BooleanField(default=False)  # when registered: consent of a guardian is needed
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, related_name="+")
    feed_turn = models.PositiveIntegerField(default=0)  # how often the address of the calendar was renewed
    registered_at = models.DateTimeField(_("注册时间"), default=clock.now)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    left_at = models.DateTimeField(null=True)

    objects = VolunteerQuerySet.as_manager()
    about = ("person",)
    personal = {
        "number": Personal(1, WHY, BASIS, KEEP, mask="none"),
        "place": Personal(2, WHY, BASIS, KEEP, mask="address"),
        "skills": Personal(2, "匹配服务", "同意", KEEP, mask="none"),
        "free": Personal(2, "匹配服务", "同意", KEEP, mask="none"),
        "registered_by": Personal(1, "履职记录", BASIS, KEEP, mask="none"),
    }

    class Meta:
        verbose_name = _("志愿者")
        constraints = [
            models.CheckConstraint(
                condition=Q(minor=False) | ~Q(state="active") | Q(consent__isnull=False),
                name="volunteer_under_age_has_a_guardians_consent",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def awaits_consent(self) -> bool:
        """A child whose guardian has not agreed, or agrees no more: nothing is asked of him (D5, D6)."""
        withdrawn = self.minor and self.consent is not None and self.consent.withdrawn_at is not None
        return self.state == self.State.WAITING or (self.state == self.State.ACTIVE and withdrawn)

    @property
    def is_serving(self) -> bool:
        return self.state == self.State.ACTIVE and not self.awaits_consent


class Team(models.Model):
    """志愿服务队: of a unit or of neighbours, at home in a community."""

    number = models.CharField(_("编号"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=80, validators=[refuse_hidden_characters])
    place = models.ForeignKey(Place, models.PROTECT, related_name="volunteer_teams", verbose_name=_("社区"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("所属单位"))
    leader = models.ForeignKey(
        Volunteer, models.PROTECT, null=True, related_name="leads", verbose_name=_("队长")
    )
    speciality = models.CharField(_("专长"), max_length=60, blank=True)
    founded_on = models.DateField(_("成立日期"))
    disbanded_on = models.DateField(_("解散日期"), null=True)

    about = ("leader__person",)
    personal = {"leader": Personal(1, "队伍联系人", BASIS, "while registered", mask="name")}

    class Meta:
        verbose_name = _("志愿服务队")
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"], condition=Q(disbanded_on=None), name="team_name_once_in_a_place"
            ),
            models.CheckConstraint(
                condition=Q(disbanded_on=None) | Q(disbanded_on__gte=F("founded_on")),
                name="team_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A volunteer belongs to a team, for some time."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="memberships")
    since = models.DateField()
    until = models.DateField(null=True)

    about = ("volunteer__person",)
    personal = {"volunteer": Personal(1, WHY, BASIS, KEEP, mask="name")}

    class Meta:
        verbose_name = _("队员")
        constraints = [
            models.UniqueConstraint(
                fields=["team", "volunteer"], condition=Q(until=None), name="membership_once_at_a_time"
            )
        ]


class Station(models.Model):
    """志愿服务站（点）, whatever its label (新时代文明实践站 …): one type, one calendar."""

    name = models.CharField(_("名称"), max_length=80, validators=[refuse_hidden_characters])
    label = models.CharField(_("挂牌"), max_length=60, blank=True)
    place = models.ForeignKey(
        Place, models.PROTECT, related_name="volunteer_stations", verbose_name=_("社区")
    )
    facility = models.ForeignKey(
        Facility, models.PROTECT, null=True, related_name="stations", verbose_name=_("所在设施")
    )
    keeper = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("管理单位"))
    hours = models.CharField(_("开放时间"), max_length=120)
    services = models.CharField(_("服务内容"), max_length=200, blank=True)
    lon = models.FloatField(null=True)  # WGS 84 degrees
    lat = models.FloatField(null=True)
    opened_on = models.DateField(_("设立日期"))
    closed_on = models.DateField(_("撤销日期"), null=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("志愿服务站")
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"], condition=Q(closed_on=None), name="station_name_once_in_a_place"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Duty(models.Model):
    """任职: what a volunteer does for the community beyond tasks: leads talks, asks around, finds resources.

    `case`: the project or matter in which he has a seat, where it is one.
    """

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="duties")
    code = models.SlugField(_("角色"), max_length=60)
    charter = models.ForeignKey(Charter, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("社区"))
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, related_name="+", verbose_name=_("参与的项目或事项")
    )
    since = models.DateField(_("从哪天起"))
    until = models.DateField(_("到哪天止"), null=True)
    appointed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    about = ("volunteer__person",)
    personal = {
        "volunteer": Personal(1, WHY, BASIS, KEEP, mask="name"),
        "appointed_by": Personal(1, "履职记录", BASIS, KEEP, mask="none"),
    }

    class Meta:
        verbose_name = _("志愿者任职")
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "code", "place", "case"],
                condition=Q(until=None),
                nulls_distinct=False,
                name="duty_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="duty_ends_after_it_begins"
            ),
        ]

    @property
    def title(self) -> str:
        return self.charter.rules.duty(self.code).name
