"""What somebody on the care list received of the services his categories entitle him to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.kernel.personal import Personal

from .persons import CarePerson
from .rules import BASIS, CLEAR, STAY, WHY


class Delivery(models.Model):
    """A service was given to somebody on the list: which of the rules, when, by whom; entered by a worker.

    Services that are cases themselves (a visit) are not entered here: they are read from their cases.
    """

    care_person = models.ForeignKey(CarePerson, models.CASCADE, related_name="deliveries")
    service = models.SlugField(_("服务"), max_length=60)
    on = models.DateField(_("日期"))
    provider = models.CharField(_("谁提供的"), max_length=60, validators=CLEAR)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    about = ("care_person__person",)
    personal = {
        "service": Personal(3, WHY, BASIS, STAY, mask="none"),
        "on": Personal(2, WHY, BASIS, STAY, mask="none"),
        "provider": Personal(2, WHY, BASIS, STAY, mask="none"),
    }

    class Meta:
        verbose_name = _("服务提供记录")
        constraints = [
            models.UniqueConstraint(fields=["care_person", "service", "on"], name="delivery_once_a_day")
        ]
