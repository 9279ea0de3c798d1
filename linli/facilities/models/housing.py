"""Housing projects and the four gates their service premises pass together with them (同步规划、建设、验收、交付)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place

from .facilities import Facility


class GateName(models.TextChoices):
    PLAN = "plan", _("规划")
    BUILD = "build", _("建设")
    ACCEPT = "accept", _("验收")
    HAND_OVER = "hand_over", _("交付")


class HousingProject(models.Model):
    """A new or resettlement housing project, with the service area that was required of it when it was entered."""

    class Kind(models.TextChoices):
        NEW = "new", _("新建住宅")
        RESETTLEMENT = "resettlement", _("拆迁安置")

    code = models.SlugField(_("项目编号"), max_length=60, unique=True)
    name = models.CharField(_("项目名称"), max_length=120, validators=[refuse_hidden_characters])
    kind = models.CharField(_("性质"), max_length=12, choices=Kind.choices)
    place = models.ForeignKey(
        Place, models.PROTECT, related_name="housing_projects", verbose_name=_("所在社区")
    )
    new_community = models.BooleanField(
        _("新建社区"), default=False
    )  # the project makes a community of its own
    households = models.PositiveIntegerField(_("规划户数"))
    floor_area_m2 = models.DecimalField(_("总建筑面积"), max_digits=12, decimal_places=2)
    required_m2 = models.DecimalField(_("应配建面积"), max_digits=10, decimal_places=2)  # as promised then
    required_by = models.CharField(_("依据"), max_length=120)
    delivered_m2 = models.DecimalField(
        _("交付的综合服务设施面积"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    commerce_m2 = models.DecimalField(
        _("交付的商业面积"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    facility = models.ForeignKey(
        Facility, models.SET_NULL, null=True, blank=True, related_name="housing_projects"
    )

    personal: dict = {}

    class Meta:
        verbose_name = _("住宅项目")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(households__gt=0, floor_area_m2__gt=0, required_m2__gt=0),
                name="housing_project_has_households_floor_area_and_a_duty",
            ),
            models.CheckConstraint(
                condition=Q(delivered_m2=None) | Q(delivered_m2__gte=0),
                name="housing_project_delivers_no_negative_area",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_short(self) -> bool:
        """Whether less was delivered than was required; not known before the delivery."""
        return self.delivered_m2 is not None and self.delivered_m2 < self.required_m2


class Gate(models.Model):
    """A gate: the day the housing passed it, and the day its service premises did (None: not yet)."""

    project = models.ForeignKey(HousingProject, models.CASCADE, related_name="gates")
    name = models.CharField(_("节点"), max_length=10, choices=GateName.choices)
    housing_on = models.DateField(_("住宅"))
    premises_on = models.DateField(_("配套用房"), null=True, blank=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("四同步节点")
        ordering = ["housing_on"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="gate_passed_once_by_a_project"),
            models.CheckConstraint(condition=Q(name__in=GateName.values), name="gate_is_one_of_the_four"),
        ]

    @property
    def is_together(self) -> bool:
        """Whether the premises passed the gate no later than the housing."""
        return self.premises_on is not None and self.premises_on <= self.housing_on
