"""How often whom: the rules of a place as they were installed, and the plans made from them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.packs.keeping import KeptPack
from linli.places.models import Place

from ..rulebook import CarePack

WHY, BASIS = "探访关爱特殊困难群体", "履行职责（社会救助、老年人和未成年人保护）"
STAY, CLOSED = "while registered", "2y after close"
CLEAR = [refuse_hidden_characters]


class CareRules(KeptPack):
    """The rules that hold in an area for some time: one installed pack."""

    schema = CarePack

    class Meta(KeptPack.Meta):
        verbose_name = _("探访关爱规则")
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="care_rules_once")]


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
