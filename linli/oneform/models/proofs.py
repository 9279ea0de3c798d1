"""The desk where a community gives out proofs: what was issued, what was refused; and how its street serves it."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.kernel.personal import Personal
from linli.registers.models import PlacedRecord, follows, once

from .admission import AdmissionItem, text

WHY, LAW, KEEP = "出具证明", "居民委员会组织法", "3y after archived"


@tracked()
class ProofIssued(PlacedRecord):
    """A proof a community gave out: by the list, numbered, to whom and for what."""

    number = text(_("编号"), 40)
    item = models.ForeignKey(
        AdmissionItem, models.PROTECT, related_name="proofs", verbose_name=_("证明事项（清单编号）")
    )
    holder = text(_("申请人"), 50)
    purpose = text(_("用途"))
    handed_to = text(_("使用单位"))
    issued_on = models.DateField(_("出具日期"))
    signed_by = text(_("经办人"), 50)

    called = ("number", "item")
    about = ()
    personal = {
        "holder": Personal(1, WHY, LAW, KEEP, mask="name"),
        "purpose": Personal(1, WHY, LAW, KEEP, mask="none"),
        "signed_by": Personal(1, WHY, LAW, KEEP, mask="name"),
    }

    class Meta(PlacedRecord.Meta):
        verbose_name = _("证明出具登记")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("proof_issued_once_by_its_number", "place", "number"),
        ]

    def check_change(self, before, *, by) -> None:
        """Only what stands on the list of the area, in force on the day."""
        item = self.item
        if item.list != AdmissionItem.List.PROOF:
            raise ValidationError({"item": _("“%s”不是清单里可出具的证明。") % item.title})
        if not self.place.path.startswith(item.place.path):
            raise ValidationError({"item": _("清单不是本区划的。")})
        if self.issued_on < item.published_on or (item.until is not None and self.issued_on > item.until):
            raise ValidationError({"issued_on": _("出具日期清单不在有效期内。")})


@tracked()
class ProofRefused(PlacedRecord):
    """A body asked for a proof no law or decision of the State Council demands: refused, with a standard reply."""

    number = text(_("编号"), 40)
    asked_by = text(_("索要证明的单位"))
    title = text(_("索要的证明"))
    asked_on = models.DateField(_("索要日期"))
    stated_basis = text(_("对方说的依据"), 200, blank=True)
    refused_on = models.DateField(_("答复日期"))
    told_on = models.DateField(_("向区县减证办反映"), null=True, blank=True)
    outcome = text(_("处理结果"), 200, blank=True)

    called = ("title", "asked_by")
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("不予出具登记")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("proof_refused_once_by_its_number", "place", "number"),
            follows("proof_refused_after_it_was_asked", "asked_on", "refused_on", same_day=True),
            follows("proof_refused_told_after_it", "refused_on", "told_on", same_day=True),
        ]

    def check_change(self, before, *, by) -> None:
        """What stands on the list is not refused: it is issued."""
        listed = AdmissionItem.objects.standing().filter(
            list=AdmissionItem.List.PROOF, title=self.title, published_on__lte=self.asked_on
        )
        listed = listed.filter(Q(until=None) | Q(until__gte=self.asked_on)).select_related("place")
        if any(self.place.path.startswith(one.place.path) for one in listed):
            raise ValidationError({"title": _("“%s”在可出具的清单里，应当出具。") % self.title})


@tracked()
class StreetServiceRating(PlacedRecord):
    """How a community found a service its street owes it: in time or not, and how good."""

    item = models.ForeignKey(
        AdmissionItem, models.PROTECT, related_name="ratings", verbose_name=_("街道服务事项（清单编号）")
    )
    rated_on = models.DateField(_("评价日期"))
    in_time = models.BooleanField(_("在承诺时限内办结"))
    score = models.PositiveSmallIntegerField(
        _("评分（1—5 分）"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    remark = text(_("意见"), 200, blank=True)

    called = ("item", "score")
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("社区对街道服务的评价")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("street_service_rating_once_a_day", "place", "item", "rated_on"),
            models.CheckConstraint(
                condition=Q(score__range=(1, 5)), name="street_service_rating_from_one_to_five",
                violation_error_message=_("评分为 1 至 5 分。"),
            ),
            models.CheckConstraint(
                condition=Q(score__gte=3) | ~Q(remark=""),
                name="street_service_rating_low_says_why",
                violation_error_message=_("评 1、2 分的要写明意见。"),
            ),
        ]  # fmt: skip

    def check_change(self, before, *, by) -> None:
        if self.item.list != AdmissionItem.List.STREET:
            raise ValidationError({"item": _("“%s”不是街道服务社区的事项。") % self.item.title})
        if not self.place.path.startswith(self.item.place.path):
            raise ValidationError({"item": _("清单不是本区划的。")})
