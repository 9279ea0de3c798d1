"""Accounts and what moved between them; a transfer is written once and booked by the database itself."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.kernel.truncation import never_truncated
from linli.people.models import Person

from .triggers import BOOK, FOLLOW, never

WHY, BASIS, KEEP = "互助时长与积分记账", "志愿服务条例", "while the ledger is kept"
CODE = r"^[a-z0-9][a-z0-9:/._-]*$"


class AccountQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def visible_to(self, user):
        """One's own and those of the people one acts for."""
        if not user.is_authenticated or user.person_id is None:
            return self.none()
        return self.filter(Q(holder=user.person_id) | Q(holder__in=user.principals()))


class Account(models.Model):
    """Where minutes or points stand. A pool, a shop, a community's bank has no holder, only its code as name.

    `floor` (0 or below) is how far the balance may fall; none: a bank that issues. Balances and `seq`, the
    number of the latest transfer, are written by the booking of transfers alone.
    """

    class Unit(models.TextChoices):
        MINUTE = "minute", _("分钟")
        POINT = "point", _("积分")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    holder = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="accounts", verbose_name=_("户主")
    )
    name = models.CharField(_("名称"), max_length=60)
    unit = models.CharField(_("单位"), max_length=6, choices=Unit.choices)
    credits = models.PositiveBigIntegerField(_("收入"), default=0)
    debits = models.PositiveBigIntegerField(_("支出"), default=0)
    debits_pending = models.PositiveBigIntegerField(_("冻结"), default=0)
    floor = models.BigIntegerField(_("下限"), null=True, default=0)
    seq = models.PositiveBigIntegerField(default=0)
    opened_at = models.DateTimeField(_("开户时间"), default=clock.now)
    closed_at = models.DateTimeField(_("销户时间"), null=True)
    signature = models.CharField(max_length=90)

    objects = AccountQuerySet.as_manager()
    about = ("holder",)
    personal = {"holder": Personal(2, WHY, BASIS, KEEP, mask="name")}

    class Meta:
        verbose_name = _("账户")
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "name", "unit"],
                condition=Q(closed_at=None),
                name="account_open_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(floor=None) | Q(credits__gte=F("debits") + F("debits_pending") + F("floor")),
                name="account_never_below_its_floor",
            ),
            models.CheckConstraint(
                condition=Q(floor=None) | Q(floor__lte=0), name="account_floor_is_zero_or_below"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(credits=F("debits"), debits_pending=0),
                name="account_closed_is_empty",
            ),
            models.CheckConstraint(condition=Q(unit__in=["minute", "point"]), name="account_unit_is_known"),
            models.CheckConstraint(condition=Q(name__regex=CODE), name="account_name_is_a_code"),
        ]
        triggers = [
            FOLLOW,
            never("account_is_never_deleted", pgtrigger.Delete),
            never_truncated("account_is_never_truncated"),
        ]

    def __str__(self) -> str:
        return f"{self.get_unit_display()} · {self.name}"

    @property
    def balance(self) -> int:
        """What has come in less what has gone out, in the account's unit."""
        return self.credits - self.debits

    @property
    def available(self) -> int:
        """The balance without what is reserved."""
        return self.balance - self.debits_pending


class TransferQuerySet(models.QuerySet):
    def of(self, account):
        return self.filter(Q(debit=account) | Q(credit=account))

    def reserved(self):
        """Reservations that nobody has posted or voided yet."""
        return self.filter(phase=Transfer.Phase.PENDING, resolved_by=None)

    def dated(self, since, until):
        """Those from `since` (None: from the beginning) to before `until`, in the order periods sign them."""
        rows = self.filter(at__lt=until) if since is None else self.filter(at__gte=since, at__lt=until)
        return rows.order_by("at", "pk")


class Transfer(models.Model):
    """An amount moved from the debit to the credit account, or reserved. Never changed, never deleted.

    The id comes from the caller's act (uuid5 of the thing credited), so that a repeated act moves once.
    """

    class Phase(models.TextChoices):
        POSTED = "posted", _("已入账")
        PENDING = "pending", _("冻结")
        POST = "post", _("冻结转入账")
        VOID = "void", _("解除冻结")

    id = models.UUIDField(primary_key=True, editable=False)
    debit = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    credit = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    amount = models.PositiveIntegerField(_("数额"))
    phase = models.CharField(_("阶段"), max_length=7, choices=Phase.choices)
    resolves = models.OneToOneField("self", models.PROTECT, null=True, related_name="resolved_by")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    reason = models.CharField(_("事由"), max_length=40)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # Given by the booking: the number of this transfer on either account, from 1 without gaps.
    debit_seq = models.BigIntegerField(db_default=0)
    credit_seq = models.BigIntegerField(db_default=0)
    signature = models.CharField(max_length=90)

    objects = TransferQuerySet.as_manager()
    about = ("debit__holder", "credit__holder")
    personal = {
        "debit": Personal(2, WHY, BASIS, KEEP, mask="none"),
        "credit": Personal(2, WHY, BASIS, KEEP, mask="none"),
        "by": Personal(1, "履职记录", BASIS, KEEP, mask="name"),
    }

    class Meta:
        verbose_name = _("转账")
        indexes = [models.Index(fields=["at", "id"], name="transfer_in_order_of_time")]
        constraints = [
            models.UniqueConstraint(fields=["debit", "debit_seq"], name="transfer_number_once_on_debit"),
            models.UniqueConstraint(fields=["credit", "credit_seq"], name="transfer_number_once_on_credit"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_amount_is_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_between_two_accounts"),
            models.CheckConstraint(
                condition=Q(phase__in=["post", "void"], resolves__isnull=False)
                | Q(phase__in=["posted", "pending"], resolves=None),
                name="transfer_resolves_iff_post_or_void",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) & ~Q(reason="correction")
                | Q(corrects__isnull=False, phase="posted", reason="correction"),
                name="transfer_correction_says_of_what",
            ),
            models.CheckConstraint(condition=Q(reason__regex=CODE), name="transfer_reason_is_a_code"),
        ]
        triggers = [
            BOOK,
            never("transfer_is_never_edited", pgtrigger.Update),
            never("transfer_is_never_deleted", pgtrigger.Delete),
            never_truncated("transfer_is_never_truncated"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.amount}"


class ClosedPeriod(models.Model):
    """A time that is closed: its transfers are signed together, and none may be dated into it any more."""

    since = models.DateTimeField(null=True)  # none: from the beginning
    until = models.DateTimeField(unique=True)  # the first moment that is not in it
    count = models.PositiveBigIntegerField(_("笔数"))
    closed_at = models.DateTimeField(_("结账时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signature = models.CharField(max_length=90)

    personal = {"by": Personal(1, "履职记录", BASIS, KEEP, mask="name")}

    class Meta:
        verbose_name = _("结账期间")
        constraints = [
            models.UniqueConstraint(fields=["since"], name="period_follows_another", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(since=None) | Q(since__lt=F("until")), name="period_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(until__lte=F("closed_at")), name="period_is_over_when_it_is_closed"
            ),
        ]
        triggers = [
            never("period_is_never_edited", pgtrigger.Update),
            never("period_is_never_deleted", pgtrigger.Delete),
            never_truncated("period_is_never_truncated"),
        ]

    def __str__(self) -> str:
        return f"{self.until:%Y-%m-%d}"
