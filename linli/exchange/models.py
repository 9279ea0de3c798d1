"""The register of exchange: what comes and goes, on which basis, who used it, what was found to be wrong."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.files.models import StoredFile
from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters

from .models_devices import Device, DeviceReading, SetAside
from .models_uses import DailyUse

LAW = "政务数据共享条例"
__all__ = ["Correction", "DailyUse", "Device", "DeviceReading", "Entry", "ImportRun", "SetAside", "Use"]


class EntryQuerySet(models.QuerySet):
    def current(self):
        today = clock.today()
        return self.filter(valid_from__lte=today).filter(Q(valid_to=None) | Q(valid_to__gte=today))


class Entry(models.Model):
    """One way data comes in or goes out: what for, by which law, which fields, with whom, how long."""

    class Kind(models.TextChoices):
        IMPORT = "import", _("导入")
        EXPORT = "export", _("导出")
        FEED = "feed", _("数据接口")
        WEBHOOK = "webhook", _("推送")
        DEVICE = "device", _("设备")

    code = models.SlugField(_("代码"), max_length=60, unique=True)
    kind = models.CharField(_("方式"), max_length=8, choices=Kind.choices)
    title = models.CharField(_("名称"), max_length=120)
    purpose = models.CharField(_("用途"), max_length=300)
    basis = models.CharField(_("依据"), max_length=300)
    fields = models.JSONField(_("字段"))
    partner = models.CharField(_("对方"), max_length=120)
    owner = models.CharField(
        _("数据提供部门"), max_length=120
    )  # who answers for the facts; corrections go there
    owner_path = (
        models.CharField(  # path of the place the owner works for; "" is every place (as in the audit)
            _("数据提供部门所在区划"), max_length=180, blank=True
        )
    )
    frequency = models.CharField(_("频次"), max_length=60, blank=True)
    valid_from = models.DateField(_("起"))
    valid_to = models.DateField(_("止"), null=True, blank=True)
    pack = models.CharField(max_length=60, blank=True)  # which pack stated it; "" was entered by hand

    objects = EntryQuerySet.as_manager()
    personal: dict = {}

    class Meta:
        verbose_name = _("交换登记")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(purpose="") & ~Q(basis="") & ~Q(partner="") & ~Q(fields=[]),
                name="entry_states_purpose_basis_partner_and_fields",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="entry_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_current(self) -> bool:
        """Whether it may be used today."""
        today = clock.today()
        return self.valid_from <= today and (self.valid_to is None or today <= self.valid_to)


class Use(models.Model):
    """One use of an entry; written with the act, kept three years, never changed (政务数据共享条例)."""

    class Act(models.TextChoices):
        IMPORTED = "imported", _("导入")
        EXPORTED = "exported", _("导出")
        ANSWERED = "answered", _("查询")
        SENT = "sent", _("推送")
        RECEIVED = "received", _("接收")
        REFUSED = "refused", _("拒绝")

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="uses")
    act = models.CharField(_("动作"), max_length=10, choices=Act.choices)
    row_count = models.PositiveIntegerField(_("条数"))
    purpose = models.CharField(_("事由"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("时间"), default=clock.now)

    about = ()  # the log of uses is kept its three years whoever goes; then who and why are emptied
    personal = {
        "by": Personal(1, "数据使用留痕", LAW, "3y", mask="name"),
        "purpose": Personal(1, "数据使用留痕", LAW, "3y", mask="none"),
    }

    class Meta:
        verbose_name = _("使用日志")
        indexes = [models.Index(fields=["entry", "-at"], name="use_of_an_entry")]
        triggers = [
            pgtrigger.Trigger(
                name="use_is_kept_three_years",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func="IF OLD.at > now() - interval '3 years' THEN "
                "RAISE EXCEPTION 'a use is kept for three years'; END IF; RETURN OLD;",
            ),
            pgtrigger.Trigger(
                name="use_is_never_changed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                # an account that ends may leave the row; nothing else of it changes
                func="IF (NEW.entry_id, NEW.act, NEW.row_count, NEW.purpose, NEW.at) IS DISTINCT FROM "
                "(OLD.entry_id, OLD.act, OLD.row_count, OLD.purpose, OLD.at) OR NEW.by_id IS NOT NULL THEN "
                # after three years the purge empties who and why; the count of uses stays
                "IF current_setting('linli.purge', true) = 'on' AND NEW.purpose = '' AND NEW.by_id IS NULL AND "
                "(NEW.entry_id, NEW.act, NEW.row_count, NEW.at) IS NOT DISTINCT FROM "
                "(OLD.entry_id, OLD.act, OLD.row_count, OLD.at) THEN RETURN NEW; END IF; "
                "RAISE EXCEPTION 'a use is never changed'; END IF; RETURN NEW;",
            ),
        ]


class ImportRunQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; imports may hold anything, so nobody else's."""
        return self.filter(by=user) if user.is_authenticated else self.none()


class ImportRun(models.Model):
    """One table that somebody imports: checked first, then applied once or not at all."""

    class State(models.TextChoices):
        CHECKED = "checked", _("已检查")
        APPLIED = "applied", _("已导入")

    kind = models.CharField(_("内容"), max_length=60)  # name of the import spec
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("原表"))
    returned = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("退回表")
    )
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.CHECKED)
    row_count = models.PositiveIntegerField(_("行数"))
    problem_count = models.PositiveIntegerField(_("问题数"))
    applied_count = models.PositiveIntegerField(_("导入行数"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    checked_at = models.DateTimeField(default=clock.now)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()
    personal = {"by": Personal(1, "导入留痕", LAW, "3y", mask="name")}
    kept_from = {"": "checked_at"}

    class Meta:
        verbose_name = _("导入")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="checked", applied_at=None, applied_count=None)
                | Q(state="applied", applied_at__isnull=False, applied_count__isnull=False),
                name="import_counts_what_it_applied",
            ),
        ]


class CorrectionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(answered_at=None)

    def overdue(self, moment):
        return self.open().filter(due_at__lt=moment)

    def visible_to(self, user):
        """What one reported, and what one may answer."""
        return (self.filter(by=user) | self.to_answer_by(user)) if user.is_authenticated else self.none()

    def to_answer_by(self, user):
        """Reports about facts whose owner works inside the places of a post that may answer."""
        condition = Q(pk__in=[])
        for grant in user.grants:
            if "exchange.correct" in grant.permissions:
                condition |= Q(entry__owner_path="") | Q(entry__owner_path__startswith=grant.place.path)
        return self.filter(condition)

    def to_hand_over(self):
        """Passed on, and not yet in a list that went to the owner of the fact."""
        return self.filter(outcome=Correction.Outcome.PASSED_ON, handed_over_at=None)


class Correction(models.Model):
    """Somebody says that a fact is wrong; its owner answers within the working days that were promised."""

    class Outcome(models.TextChoices):
        CORRECTED = "corrected", _("已更正")
        KEPT = "kept", _("核实无误")
        PASSED_ON = "passed_on", _("已转数据提供部门")

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="corrections", verbose_name=_("数据"))
    subject = models.CharField(_("哪一条"), max_length=120, validators=[refuse_hidden_characters])
    field = models.CharField(_("哪一项"), max_length=60, validators=[refuse_hidden_characters])
    stated = models.CharField(_("现在的内容"), max_length=300, validators=[refuse_hidden_characters])
    proposed = models.CharField(_("应当的内容"), max_length=300, validators=[refuse_hidden_characters])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    term_workdays = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField(_("答复期限"))
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices, blank=True)
    answer = models.CharField(_("答复"), max_length=300, blank=True, validators=[refuse_hidden_characters])
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(_("交给数据提供部门"), null=True, blank=True)

    objects = CorrectionQuerySet.as_manager()
    about = ("by__person",)  # who reported; whoever answered did his work
    personal = {
        "subject": Personal(2, "更正错误数据", LAW, "3y after answer"),
        "stated": Personal(2, "更正错误数据", LAW, "3y after answer"),
        "proposed": Personal(2, "更正错误数据", LAW, "3y after answer"),
        "by": Personal(1, "更正错误数据", LAW, "3y after answer", mask="name"),
        "answer": Personal(2, "更正错误数据", LAW, "3y after answer"),
        "answered_by": Personal(1, "更正错误数据", LAW, "3y after answer", mask="name"),
    }

    class Meta:
        verbose_name = _("数据更正")
        ordering = ["pk"]
        indexes = [models.Index(fields=["due_at"], name="correction_waiting", condition=Q(answered_at=None))]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, outcome="") | (Q(answered_at__isnull=False) & ~Q(outcome="")),
                name="correction_is_answered_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(handed_over_at=None) | Q(outcome="passed_on"),
                name="correction_is_handed_over_when_passed_on",
            ),
        ]
