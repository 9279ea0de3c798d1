"""What packs install: kinds of facilities, uses of rooms, functions of a hub, marks, standards."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.packs.keeping import KeptPack

from ..catalogue import FacilityStandardsPack


class Line(models.Model):
    """What every line of the catalogue has; `book` is the pack it came from."""

    code = models.SlugField(_("代码"), max_length=60, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    order = models.PositiveSmallIntegerField(default=0)
    book = models.SlugField(max_length=60)
    retired_on = models.DateField(null=True, blank=True)

    personal: dict = {}

    class Meta:
        abstract = True
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Kind(Line):
    """A kind of facility or outlet."""

    group = models.SlugField(max_length=60)
    group_name = models.CharField(_("大类"), max_length=60)
    outlet = models.BooleanField(_("便民网点"), default=False)
    basic = models.BooleanField(default=False)
    shareable = models.BooleanField(default=False)
    confirm_months = models.PositiveSmallIntegerField()
    also = ArrayField(models.CharField(max_length=60), default=list)
    counts = ArrayField(models.CharField(max_length=60), default=list)
    functions = ArrayField(models.CharField(max_length=20), default=list)

    personal: dict = {}

    class Meta(Line.Meta):
        verbose_name = _("设施类别")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirm_months__gt=0), name="facility_kind_is_confirmed_for_some_months"
            )
        ]


class RoomUse(Line):
    """What rooms are used for."""

    also = ArrayField(models.CharField(max_length=60), default=list)
    activity = models.BooleanField(_("居民活动"), default=False)
    elder = models.BooleanField(_("养老用房"), default=False)

    personal: dict = {}

    class Meta(Line.Meta):
        verbose_name = _("房间用途")


class Function(Line):
    """One of the functions of a hub: 一部三室三站一场."""

    personal: dict = {}

    class Meta(Line.Meta):
        verbose_name = _("功能")


class Mark(Line):
    """What may be said of a facility beside its kind."""

    counts = ArrayField(models.CharField(max_length=60), default=list)

    personal: dict = {}

    class Meta(Line.Meta):
        verbose_name = _("标记")


class StandardBook(KeptPack):
    """The standards that hold in an area for some time: one installed pack."""

    schema = FacilityStandardsPack

    class Meta(KeptPack.Meta):
        verbose_name = _("设施标准")
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="facility_standards_once")]
