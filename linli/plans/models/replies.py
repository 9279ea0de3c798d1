"""What residents say to a scorecard, and what is answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place

from .plans import Plan


class Reply(models.Model):
    """Some words of somebody who read the public scorecard; nobody is asked who he is."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="replies", verbose_name=_("规划"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("区划"))
    words = models.TextField(_("意见"), max_length=1000, validators=[refuse_hidden_characters])
    at = models.DateTimeField(_("时间"), default=clock.now)
    answer = models.TextField(_("答复"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("答复人"),
    )

    about = ("answered_by__person",)
    personal = {
        "words": Personal(2, "听取对规划执行的意见", "履行职责", "while the plan stands", mask="none"),
        "answered_by": Personal(1, "答复责任可追溯", "履行职责", "while the account lives", mask="name"),
    }

    class Meta:
        verbose_name = _("规划意见")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="reply_is_answered_by_somebody",
            )
        ]
