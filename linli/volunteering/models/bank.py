"""The time bank: what stands where in the ledger, who issued it, what it can be redeemed for."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.ledger.models import Account, Transfer
from linli.people.models import Person, Unit
from linli.places.models import Place

WHY, BASIS, KEEP = "时间银行记账", "志愿服务条例", "while the ledger is kept"


class Bank(models.Model):
    """The bank of a community or of a district: it issues, holds the public pool, and clears with others."""

    place = models.OneToOneField(Place, models.PROTECT, related_name="time_bank", verbose_name=_("区划"))
    issuing = models.OneToOneField(Account, models.PROTECT, related_name="+")  # below zero: what it issued
    pool = models.OneToOneField(Account, models.PROTECT, related_name="+")
    clearing = models.OneToOneField(Account, models.PROTECT, related_name="+")  # above zero: it owes others

    personal: dict = {}

    class Meta:
        verbose_name = _("时间银行")

    def __str__(self) -> str:
        return self.place.name


class Purse(models.Model):
    """Which bank keeps the account of a person."""

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, related_name="purse")
    bank = models.ForeignKey(Bank, models.PROTECT, related_name="purses")
    warned_for = models.DateField(null=True)  # the day of expiry its holder was last told of

    personal: dict = {}

    class Meta:
        verbose_name = _("时间币账户")


class Issue(models.Model):
    """发放: minutes made by an office, asked for by one person with evidence and granted by another (L2)."""

    class State(models.TextChoices):
        ASKED = "asked", _("待复核")
        GRANTED = "granted", _("已发放")
        REFUSED = "refused", _("不同意")

    bank = models.ForeignKey(Bank, models.PROTECT, related_name="issues")
    to_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")  # none: the pool
    minutes = models.PositiveIntegerField(_("分钟"))
    reason = models.CharField(_("事由"), max_length=200, validators=[refuse_hidden_characters])
    evidence = models.CharField(_("佐证"), max_length=200, validators=[refuse_hidden_characters])
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.ASKED)
    transfer = models.ForeignKey(Transfer, models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(null=True, unique=True)

    about = ("to_person",)
    personal = {
        "to_person": Personal(2, WHY, BASIS, KEEP, mask="name"),
        "reason": Personal(2, WHY, BASIS, KEEP, mask="none"),
        "evidence": Personal(2, WHY, BASIS, KEEP, mask="none"),
        "asked_by": Personal(1, "履职记录", BASIS, KEEP, mask="none"),
        "decided_by": Personal(1, "履职记录", BASIS, KEEP, mask="none"),
    }

    when_purged = {"evidence": "已清除"}  # issue_has_evidence: that there was some stays told

    class Meta:
        verbose_name = _("时间币发放")
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="issue_granted_by_another_person",
            ),
            models.CheckConstraint(condition=~Q(evidence=""), name="issue_has_evidence"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="issue_is_of_something"),
            models.CheckConstraint(
                condition=~Q(state="granted") | Q(decided_by__isnull=False, transfer__isnull=False),
                name="issue_granted_has_its_transfer",
            ),
        ]


class Look(models.Model):
    """复看: another person looked at what an office entered on somebody's account, and says what he found (L2)."""

    transfer = models.OneToOneField(Transfer, models.PROTECT, primary_key=True, related_name="look")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    in_order = models.BooleanField(_("属实"))
    words = models.CharField(_("复看意见"), max_length=200, validators=[refuse_hidden_characters])

    about = ("transfer__debit__holder",)
    personal = {
        "words": Personal(2, WHY, BASIS, KEEP, mask="none"),
        "entered_by": Personal(1, "履职记录", BASIS, KEEP, mask="none"),
        "by": Personal(1, "履职记录", BASIS, KEEP, mask="none"),
    }

    class Meta:
        verbose_name = _("记账复看")
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("entered_by")), name="look_by_another_person"),
        ]


class Shop(models.Model):
    """A partner who gives something for coins; what it took in stands on its account."""

    name = models.CharField(_("名称"), max_length=80, validators=[refuse_hidden_characters])
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("单位"))
    account = models.OneToOneField(Account, models.PROTECT, related_name="+")
    closed_on = models.DateField(null=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("兑换点")
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"], condition=Q(closed_on=None), name="shop_name_once_in_a_place"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Reward(models.Model):
    """A good or service of a shop, for so many minutes, so many left."""

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="rewards", verbose_name=_("兑换点"))
    title = models.CharField(_("名称"), max_length=80, validators=[refuse_hidden_characters])
    minutes = models.PositiveIntegerField(_("所需分钟"))
    left = models.PositiveIntegerField(_("剩余"))
    during = DateRangeField(_("有效期"))

    personal: dict = {}

    class Meta:
        verbose_name = _("兑换品")
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gt=0), name="reward_costs_something"),
            models.CheckConstraint(condition=Q(left__gte=0), name="reward_never_given_beyond_its_stock"),
            models.UniqueConstraint(fields=["shop", "title", "during"], name="reward_once_in_a_shop"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def last_day(self):
        """The last day on which it is given; None where it has no end."""
        return self.during.upper and self.during.upper - timedelta(days=1)


class Redemption(models.Model):
    """兑换: minutes are set aside, and move when the shop hands the thing over."""

    class State(models.TextChoices):
        RESERVED = "reserved", _("待领取")
        HANDED = "handed", _("已领取")
        CANCELLED = "cancelled", _("已取消")

    key = models.UUIDField(primary_key=True)
    reward = models.ForeignKey(Reward, models.PROTECT, related_name="redemptions")
    purse = models.ForeignKey(Purse, models.PROTECT, related_name="redemptions")
    code = models.CharField(_("领取码"), max_length=12, unique=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.RESERVED)
    reservation = models.OneToOneField(Transfer, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    about = ("purse__account__holder",)
    personal = {"purse": Personal(2, WHY, BASIS, KEEP, mask="none")}

    class Meta:
        verbose_name = _("兑换")


class Settlement(models.Model):
    """Two banks netted what one owed the other."""

    debtor = models.ForeignKey(Bank, models.PROTECT, related_name="+")
    creditor = models.ForeignKey(Bank, models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField()
    transfer = models.OneToOneField(Transfer, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    personal = {"by": Personal(1, "履职记录", BASIS, KEEP, mask="none")}

    class Meta:
        verbose_name = _("行间结算")
        constraints = [
            models.CheckConstraint(
                condition=~Q(debtor=F("creditor")), name="settlement_is_between_two_banks"
            ),
        ]
