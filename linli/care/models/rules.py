"""How often whom: the rules of a place as they were installed, and the plans made from them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place

from ..rulebook import CarePack, parse

WHY, BASIS = "探访关爱特殊困难群体", "履行职责（社会救助、老年人和未成年人保护）"
STAY, CLOSED = "while registered", "2y after close"
CLEAR = [refuse_hidden_characters]


class CareRules(models.Model):
    """The rules that hold in an area for some time: one installed pack."""

    code = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    area = models.CharField(max_length=12)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    body = models.TextField()

    personal: dict = {}

    class Meta:
        verbose_name = _("探访关爱规则")
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="care_rules_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def rules(self) -> CarePack:
        return parse(self.body)


class VisitPlan(models.Model):
    """A community visits those on its care list, from a day on; persons are planned only under one."""

    community = models.ForeignKey(Place, models.PROTECT, related_name="visit_plans", verbose_name=_("社区"))
    rules = models.ForeignKey(CareRules, models.PROTECT, related_name="plans", verbose_name=_("规则"))
    since = models.DateField(_("开始"))
    ended_on = models.DateField(_("结束"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    personal = {"decided_by": Personal(1, "履职记录", BASIS, "while the account lives", mask="none")}

    class Meta:
        verbose_name = _("探访计划")
        constraints = [
            models.UniqueConstraint(
                fields=["community"], condition=Q(ended_on=None), name="visit_plan_stands_once_in_a_community"
            )
        ]
