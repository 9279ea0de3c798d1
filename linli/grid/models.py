"""网格事件: a hazard or a need somebody saw on the ground; nothing about how people live."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from linli.cases.models import Case
from linli.packs.keeping import KeptPack
from linli.packs.schema import Code, Pack, Strict


class KindLine(Strict):
    code: Code
    name: str = Field(min_length=1, max_length=40)
    hours: int = Field(ge=1, le=2000)


class GridPack(Pack):
    kinds: tuple[KindLine, ...] = Field(min_length=1)


class GridRules(KeptPack):
    schema = GridPack

    class Meta(KeptPack.Meta):
        verbose_name = _("网格事件目录")


class Event(models.Model):
    """What was seen, of which kind; who found it is the reporter of its case."""

    template = "grid/_event.html"

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="event")
    kind = models.SlugField(max_length=60)
    kind_name = models.CharField(_("类别"), max_length=40)  # as it was called then
    key = models.UUIDField(null=True, unique=True)  # of the sending: sent twice, kept once

    personal: dict = {}

    class Meta:
        verbose_name = _("网格事件")
