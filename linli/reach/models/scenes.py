"""幸福社区应用场景: what a community that already lives well adds, how far it is and how much it is used."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place

from .studies import WORK_RECORD, author


class Scene(models.Model):
    """One scene of the chain of life (全生活链) in a community."""

    class State(models.TextChoices):
        PLANNED = "planned", _("计划中")
        BUILDING = "building", _("建设中")
        RUNNING = "running", _("在用")
        STOPPED = "stopped", _("已停用")

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("社区"))
    chain = models.SlugField(_("生活链环节"), max_length=40)  # a code of the pack's scenes
    title = models.CharField(_("场景名称"), max_length=80, validators=[refuse_hidden_characters])
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.PLANNED)
    uses = models.PositiveIntegerField(_("上个月使用人次"), null=True, blank=True)
    as_of = models.DateField(_("截至"))
    entered_at = models.DateTimeField(default=clock.now)
    entered_by = author()

    about = ("entered_by__person",)
    personal = {"entered_by": WORK_RECORD}

    class Meta:
        verbose_name = _("幸福社区应用场景")
        ordering = ["place__path", "chain", "title"]
        constraints = [
            models.UniqueConstraint(fields=["place", "title"], name="scene_has_one_title_in_its_community"),
            models.CheckConstraint(
                condition=Q(uses=None) | Q(state__in=["running", "stopped"]),
                name="scene_is_used_once_it_runs",
            ),
        ]

    def __str__(self) -> str:
        return self.title
