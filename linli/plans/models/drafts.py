"""A plan somebody is still writing: the document of a pack, kept until it is exported or thrown away."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.places.models import Place


class PlanDraft(models.Model):
    """The next plan of an area, as its pack would say it; it may be wrong and incomplete, the linter tells."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("区划"))
    code = models.SlugField(_("代码"), max_length=60)
    document = models.JSONField(_("内容"))
    based_on = models.CharField(_("沿用"), max_length=60, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("最后修改人")
    )
    changed_at = models.DateTimeField(_("修改时间"), default=clock.now)

    about = ("changed_by__person",)
    personal = {
        "changed_by": Personal(1, "编制责任可追溯", "履行职责", "while the draft stands", mask="name")
    }

    class Meta:
        verbose_name = _("规划草稿")
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["place", "code"], name="plan_drafted_once_for_an_area"),
            models.CheckConstraint(condition=Q(version__gte=1), name="plandraft_version_counts_up"),
        ]

    def __str__(self) -> str:
        return str(self.document.get("title", self.code))
