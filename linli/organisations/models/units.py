"""Units and firms in a community's area: what they bring, and how far the Party's work reaches. No persons."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.registers.models import PlacedRecord, once

from ..numbers import check_credit_code
from .parts import CONTACT_FIELDS, Contact, Coverage, reached_since, text


@tracked()
class ResidentUnit(Contact, PlacedRecord):
    """A public body or a firm that stands in a community; check-in is counted, never listed by name."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("机关")
        INSTITUTION = "institution", _("事业单位")
        STATE_FIRM = "state_firm", _("国有企业")
        FIRM = "firm", _("非公企业")
        SMALL_FIRM = "small_firm", _("小微企业")
        SHOP = "shop", _("商店")

    name = text(_("名称"))
    kind = models.CharField(_("类别"), max_length=11, choices=Kind.choices)
    credit_code = models.CharField(
        _("统一社会信用代码"), max_length=18, blank=True, validators=[check_credit_code]
    )
    party = models.CharField(_("党的工作覆盖"), max_length=10, choices=Coverage.choices, blank=True)
    party_on = models.DateField(_("党的工作覆盖日期"), null=True, blank=True)
    listed = models.BooleanField(_("列入报到名册"), default=False)
    checked_in_on = models.DateField(_("报到日期"), null=True, blank=True)
    checked_in_until = models.DateField(_("报到有效期至"), null=True, blank=True)
    members_listed = models.PositiveIntegerField(_("应报到党员数"), null=True, blank=True)
    members_checked_in = models.PositiveIntegerField(_("已报到党员数"), null=True, blank=True)
    can_share = text(_("可共享的资源"), blank=True)

    about = ()
    personal = CONTACT_FIELDS

    class Meta(PlacedRecord.Meta):
        verbose_name = _("驻区单位和企业")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("resident_unit_once_in_a_place", "place", "name"),
            reached_since("resident_unit_reached_since_a_day"),
            models.CheckConstraint(
                condition=Q(checked_in_on=None) | Q(listed=True),
                name="resident_unit_checks_in_from_the_list",
                violation_error_message=_("列入报到名册的单位才有报到日期。"),
            ),
            models.CheckConstraint(
                condition=Q(members_checked_in=None)
                | Q(members_listed__isnull=False, members_checked_in__lte=F("members_listed")),
                name="resident_unit_members_checked_in_within_listed",
                violation_error_message=_("已报到党员数不能多于应报到党员数。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
