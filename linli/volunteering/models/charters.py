"""The rules that hold in an area for some time: one installed pack."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..charter import VolunteeringPack, parse


class Charter(models.Model):
    """章程: how volunteering is recorded and how the time bank of an area works, from a day on."""

    code = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    area = models.CharField(max_length=12)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    body = models.TextField()

    personal: dict = {}

    class Meta:
        verbose_name = _("志愿服务章程")
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="charter_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def rules(self) -> VolunteeringPack:
        return parse(self.body)
