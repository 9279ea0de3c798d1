"""What several kinds of bodies share: a credit code, a contact, how the Party's work reaches them."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters

CONTACT = "联系组织、协调服务"
LAW = "社会组织登记管理条例 / 履行职责"
KEEP = "1y after archived"
CONTACT_FIELDS = {
    "contact_name": Personal(2, CONTACT, LAW, KEEP, mask="name"),
    "contact_phone": Personal(2, CONTACT, LAW, KEEP, mask="phone"),
}


class Coverage(models.TextChoices):
    """How the Party's work reaches a compound, a property firm or a firm: coverage alone, no persons."""

    OWN = "own", _("单独组建")
    JOINT = "joint", _("联合组建")
    INSTRUCTOR = "instructor", _("派驻指导员")
    NONE = "none", _("未覆盖")


COVERED = (Coverage.OWN, Coverage.JOINT, Coverage.INSTRUCTOR)


class Contact(models.Model):
    """Whom one calls; masked until somebody says why he needs it."""

    contact_name = models.CharField(
        _("联系人"), max_length=50, blank=True, validators=[refuse_hidden_characters]
    )
    contact_phone = models.CharField(
        _("联系电话"), max_length=40, blank=True, validators=[refuse_hidden_characters]
    )

    class Meta:
        abstract = True


def text(label, length: int = 120, **more) -> models.CharField:
    """A line of text without hidden characters."""
    return models.CharField(label, max_length=length, validators=[refuse_hidden_characters], **more)


def money(label, **more) -> models.DecimalField:
    """An amount of yuan that is not negative."""
    checks = [MinValueValidator(0)]
    return models.DecimalField(label, max_digits=12, decimal_places=2, validators=checks, **more)


def met_again(row: models.Model, whom: str, met: str) -> None:
    """Earlier talks with the same one that promised another are answered by this one; the newest stays due."""
    day, who = getattr(row, met), {whom: getattr(row, whom)}
    earlier = type(row)._default_manager.filter(**who, archived_on=None, **{f"{met}__lt": day})
    earlier.filter(next_on__isnull=False, met_again_on=None).update(met_again_on=day)
    if row.archived_on is None and row.next_on is not None and row.met_again_on is None:
        later = type(row)._default_manager.filter(**who, archived_on=None, **{f"{met}__gt": day})
        if first := later.order_by(met).values_list(met, flat=True).first():
            type(row)._default_manager.filter(pk=row.pk).update(met_again_on=first)
            row.met_again_on = first


def reached_since(name: str) -> models.CheckConstraint:
    """A constraint that the day since when the Party's work reaches something stands only where it does."""
    return models.CheckConstraint(
        condition=Q(party_on=None) | ~Q(party__in=["", "none"]),
        name=name,
        violation_error_message=_("党的工作覆盖了的，才有覆盖日期。"),
    )
