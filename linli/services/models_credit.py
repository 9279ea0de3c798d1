"""服务机构信用档案: who provides elder care, childcare, housework or property services, and what is known of it."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.kernel.text import refuse_hidden_characters
from linli.organisations.numbers import check_credit_code
from linli.people.models import Unit
from linli.registers.models import PlacedRecord, Record, RecordQuerySet, follows, once, said_when

CLEAR = [refuse_hidden_characters]


class Field(models.TextChoices):
    """The four fields whose providers have a file."""

    ELDER = "elder", _("养老服务")
    CHILDCARE = "childcare", _("托育服务")
    DOMESTIC = "domestic", _("家政服务")
    PROPERTY = "property", _("物业服务")


class ProviderQuerySet(RecordQuerySet):
    def visible_to(self, user):
        """Who provides what is public; a provider is a body, never a resident."""
        return self.filter(archived_on=None)


@tracked()
class Provider(PlacedRecord):
    """A body that serves residents in one of the four fields; `unit` is it where it is given cases."""

    name = models.CharField(_("机构名称"), max_length=100, validators=CLEAR)
    field = models.CharField(_("服务领域"), max_length=9, choices=Field.choices)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, validators=[check_credit_code])
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("承办单位")
    )
    since = models.DateField(_("开始服务日期"))
    until = models.DateField(_("停止服务日期"), null=True, blank=True)

    objects = ProviderQuerySet.as_manager()
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("服务机构")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("provider_once_in_a_field_and_place", "place", "field", "credit_code"),
            follows("provider_stops_after_it_starts", "since", "until"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class CreditEntry(Record):
    """One fact of a provider's file; what was bad and has been put right is repaired, never rubbed out."""

    class Kind(models.TextChoices):
        LICENCE = "licence", _("许可和备案")
        COMPLAINT = "complaint", _("核实的投诉")
        INSPECTION = "inspection", _("检查")
        RATING = "rating", _("评级")
        RECTIFICATION = "rectification", _("整改")

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="entries", verbose_name=_("服务机构"))
    kind = models.CharField(_("类别"), max_length=13, choices=Kind.choices)
    on = models.DateField(_("日期"))
    good = models.BooleanField(_("合格（有效、完成）"))
    what = models.CharField(_("事实"), max_length=200, validators=CLEAR)
    source = models.CharField(_("认定单位和文号"), max_length=100, validators=CLEAR)
    until = models.DateField(_("有效期至"), null=True, blank=True)
    repaired_on = models.DateField(_("修复日期"), null=True, blank=True)
    repaired_how = models.CharField(_("修复依据"), max_length=200, blank=True, validators=CLEAR)

    called = ("kind", "on")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("信用记录")
        constraints = [
            *Record.Meta.constraints,
            once("credit_entry_once_a_day", "provider", "kind", "on", "what"),
            follows("credit_entry_holds_until_later", "on", "until"),
            follows("credit_entry_is_repaired_later", "on", "repaired_on"),
            said_when("credit_entry_repaired_says_how", "repaired_on", "repaired_how"),
            models.CheckConstraint(
                condition=~Q(kind="complaint") | Q(good=False),
                name="credit_entry_complaint_is_one_upheld",
                violation_error_message=_("只登记核实的投诉，它不算“合格”。"),
            ),
            models.CheckConstraint(
                condition=Q(repaired_on=None) | Q(good=False),
                name="credit_entry_repaired_was_bad",
                violation_error_message=_("合格的记录不用修复。"),
            ),
        ]

    def check_change(self, before, *, by) -> None:
        """What was bad is repaired after a rectification that was done."""
        if self.repaired_on is None or (before is not None and before.repaired_on is not None):
            return
        done = CreditEntry.objects.standing().filter(
            provider=self.provider, kind=self.Kind.RECTIFICATION, good=True, on__gte=self.on,
            on__lte=self.repaired_on,
        )  # fmt: skip
        if not done.exists():
            raise ValidationError({"repaired_on": _("修复之前应当有已完成的整改记录。")})
