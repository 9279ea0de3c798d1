"""The rules that hold in an area for some time: one installed pack."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.packs.keeping import KeptPack

from ..charter import VolunteeringPack


class Charter(KeptPack):
    """章程: how volunteering is recorded and how the time bank of an area works, from a day on."""

    schema = VolunteeringPack

    class Meta(KeptPack.Meta):
        verbose_name = _("志愿服务章程")
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="charter_once")]
