"""三项清单: what residents need, what is there to meet it, what is being built because nothing was."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from linli.cases.models import Case
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.packs.keeping import KeptPack
from linli.packs.schema import Code, Pack, Strict
from linli.people.models import Unit
from linli.places.models import Place

CLEAR = [refuse_hidden_characters]


class KindLine(Strict):
    code: Code
    name: str = Field(min_length=1, max_length=40)


class NeedsPack(Pack):
    kinds: tuple[KindLine, ...] = Field(min_length=1)


class NeedKinds(KeptPack):
    schema = NeedsPack

    class Meta(KeptPack.Meta):
        verbose_name = _("三项清单分类")


class Resource(models.Model):
    """服务资源: a service, room or team with so many places, offered where it lies and below."""

    title = models.CharField(_("资源名称"), max_length=100, validators=CLEAR)
    kind = models.SlugField(_("分类"), max_length=60)
    place = models.ForeignKey(
        Place, models.PROTECT, related_name="need_resources", verbose_name=_("服务范围")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("提供单位"))
    about = models.TextField(_("能做什么"), max_length=1000, validators=CLEAR)
    capacity = models.PositiveIntegerField(_("可对接需求数"))
    taken = models.PositiveIntegerField(default=0)
    ended_on = models.DateField(_("不再提供"), null=True, blank=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("服务资源")
        ordering = ["kind", "title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity")), name="resource_takes_no_more_than_it_can"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Project(models.Model):
    """民生项目: what is set up because needs stay unmet."""

    class State(models.TextChoices):
        PLANNED = "planned", _("已立项")
        RUNNING = "running", _("实施中")
        DONE = "done", _("已建成")
        STOPPED = "stopped", _("已停止")

    title = models.CharField(_("项目名称"), max_length=100, validators=CLEAR)
    kind = models.SlugField(_("分类"), max_length=60)
    place = models.ForeignKey(Place, models.PROTECT, related_name="need_projects", verbose_name=_("实施范围"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("责任单位"))
    about = models.TextField(_("做什么"), max_length=1000, validators=CLEAR)
    state = models.CharField(_("进展"), max_length=7, choices=State.choices, default=State.PLANNED)
    due_on = models.DateField(_("计划完成"))

    personal: dict = {}

    class Meta:
        verbose_name = _("民生项目")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.title


class Need(models.Model):
    """居民需求: what somebody is missing; it is matched, turned into a project, or stays in sight unmet."""

    template = "needs/_need.html"

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="need")
    kind = models.SlugField(_("分类"), max_length=60)
    text = models.TextField(_("需要什么"), validators=CLEAR)
    resource = models.ForeignKey(Resource, models.PROTECT, null=True, related_name="needs")
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="needs")

    about = ("case__reporter",)
    personal = {"text": Personal(2, "对接居民需求", "履行职责", "2y after close", mask="none")}

    class Meta:
        verbose_name = _("居民需求")
        constraints = [
            models.CheckConstraint(
                condition=Q(resource=None) | Q(project=None), name="need_has_a_resource_or_a_project"
            )
        ]
