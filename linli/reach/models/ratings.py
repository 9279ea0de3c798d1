"""居民评分: how residents of a community rate its circle; what stands counts in the grade of the community."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.places.models import Place

from .studies import author


class CircleRating(models.Model):
    """One resident's stars in one quarter; rated again in the quarter, the newer word replaces the older."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("社区"))
    quarter = models.DateField(_("季度"))  # its first day
    stars = models.PositiveSmallIntegerField(
        _("评分"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    rated_on = models.DateField(default=clock.today)
    rated_by = author()

    about = ("rated_by__person",)
    personal = {
        "rated_by": Personal(1, "一人一季一次评分", "履行职责", "while the account lives", mask="name"),
    }

    class Meta:
        verbose_name = _("生活圈评分")
        ordering = ["-rated_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "quarter", "rated_by"], name="circle_is_rated_once_a_quarter_by_each"
            ),
            models.CheckConstraint(
                condition=Q(stars__range=(1, 5)), name="circle_rating_has_one_to_five_stars"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.quarter} {self.stars}"
