"""Units whoever works belongs to, roles, and the posts people hold."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.kernel.personal import Personal
from linli.places.models import Place

from .persons import LAW, Person


@tracked()
class Unit(models.Model):
    """Whoever can be given work as a body: an office, a department, a committee, an organisation."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("部门")
        STREET_OFFICE = "street_office", _("街道办事处（乡镇政府）")
        COMMITTEE = "committee", _("居（村）委会")
        ORGANISATION = "organisation", _("社会组织")
        ENTERPRISE = "enterprise", _("企业")
        INSTITUTION = "institution", _("事业单位")
        TEAM = "team", _("队伍")

    class Side(models.TextChoices):
        """The three that provide services in a community: 政府、市场、社会."""

        GOVERNMENT = "government", _("政府")
        MARKET = "market", _("市场")
        SOCIETY = "society", _("社会")

    code = models.SlugField(_("代码"), max_length=60, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("类别"), max_length=14, choices=Kind.choices)
    place = models.ForeignKey(Place, models.PROTECT, related_name="units", verbose_name=_("所在区划"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    phone = models.CharField(_("公开电话"), max_length=40, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("单位")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def side(self) -> "Unit.Side":
        """Self-government of residents, their organisations and teams are society; 事业单位 serve for government."""
        if self.kind == self.Kind.ENTERPRISE:
            return self.Side.MARKET
        if self.kind in (self.Kind.COMMITTEE, self.Kind.ORGANISATION, self.Kind.TEAM):
            return self.Side.SOCIETY
        return self.Side.GOVERNMENT


@tracked()
class Role(models.Model):
    """A kind of post and what it grants; installed from packs/roles."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("角色"), max_length=60)
    permissions = models.JSONField(default=list)
    apart_from = models.CharField(max_length=20, blank=True)  # roles of one such group never meet in a person
    retired_on = models.DateField(null=True, blank=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("角色")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


@tracked()
class Post(models.Model):
    """A role held by a person at a place for some time; it reaches every place within."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts", verbose_name=_("人员"))
    role = models.ForeignKey(Role, models.PROTECT, related_name="posts", verbose_name=_("角色"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="posts", verbose_name=_("区划"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("单位")
    )
    during = DateRangeField(_("任期"))
    apart_from = models.CharField(max_length=20, blank=True, editable=False)  # copied from the role
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(_("依据"), max_length=200, blank=True)

    personal = {
        "person": Personal(1, "岗位公示与履职", LAW, "3y after end", mask="name"),
        "granted_by": Personal(1, "权限审计", "网络安全法", "3y after end", mask="name"),
        "reason": Personal(1, "权限审计", "网络安全法", "3y after end", mask="none"),
    }

    class Meta:
        verbose_name = _("岗位")
        constraints = [
            ExclusionConstraint(
                name="post_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(  # A7: system, security and audit administrators are three persons
                name="post_administrator_roles_never_meet_in_one_person",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("apart_from", RangeOperators.EQUAL),
                    ("role", RangeOperators.NOT_EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=~Q(apart_from=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} · {self.place}"
