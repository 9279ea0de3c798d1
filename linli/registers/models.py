"""What every row of a register carries: who confirmed and changed it, when, why; and the rules that are packs."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.files.models import StoredFile
from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.packs.schema import nearest
from linli.places.models import Place


def once(name: str, *fields: str, when: Q | None = None) -> models.UniqueConstraint:
    """A constraint that no two rows in use share these fields; archived ones may."""
    standing = Q(archived_on=None)
    return models.UniqueConstraint(
        fields=fields,
        condition=standing if when is None else standing & when,
        name=name,
        violation_error_message=_("已经登记过，不能重复登记。"),
    )


def follows(name: str, first: str, last: str, *, same_day: bool = False) -> models.CheckConstraint:
    """A constraint that `last` comes after `first`, where both are known."""
    later = Q(**{f"{last}__gte" if same_day else f"{last}__gt": F(first)})
    return models.CheckConstraint(
        condition=Q(**{first: None}) | Q(**{last: None}) | later,
        name=name,
        violation_error_message=_("日期先后不对：结束、完成的日期应晚于开始的日期。"),
    )


def part_of(name: str, part: str, whole: str) -> models.CheckConstraint:
    """A constraint that a number is a part of another: it is not given without the whole."""
    return models.CheckConstraint(
        condition=Q(**{part: None}) | Q(**{f"{whole}__isnull": False, f"{part}__lte": F(whole)}),
        name=name,
        violation_error_message=_("部分不能大于总数；填了部分也要填总数。"),
    )


def said_when(name: str, day: str, *said: str) -> models.CheckConstraint:
    """A constraint that what has its day is also told in words."""
    told = Q()
    for one in said:
        told &= ~Q(**{one: ""})
    return models.CheckConstraint(
        condition=Q(**{day: None}) | told,
        name=name,
        violation_error_message=_("填了日期的，要写明情况。"),
    )


def first_of_month(name: str, day: str) -> models.CheckConstraint:
    """A constraint that a month is written as its first day, so that there is one way to write it."""
    return models.CheckConstraint(
        condition=Q(**{f"{day}__day": 1}),
        name=name,
        violation_error_message=_("月份请填当月 1 日。"),
    )


class RecordQuerySet(models.QuerySet):
    def standing(self):
        """Rows in use: neither archived nor merged into another."""
        return self.filter(archived_on=None)


class Record(models.Model):
    """A row of a register. It is archived, never deleted; each version says who changed it, when and why."""

    note = models.CharField(_("备注"), max_length=200, blank=True, validators=[refuse_hidden_characters])
    confirmed_on = models.DateField(_("确认日期"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    archived_on = models.DateField(_("归档日期"), null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=clock.now)
    changed_why = models.CharField(_("事由"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = RecordQuerySet.as_manager()
    called: tuple[
        str, ...
    ] = ()  # the columns by which people call a row, where the model has no words of its own

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(archived_on__isnull=False),
                name="%(class)s_merged_is_archived",
            ),
        ]

    def __str__(self) -> str:
        return " · ".join(_told(self, name) for name in self.called)

    def settle(self) -> None:
        """Fill in what follows from the other columns, before the row is stored."""

    def check_change(self, before: "Record | None", *, by) -> None:
        """Refuse with ValidationError what the row may not become from what it was (None: it is new).

        `by` None is the installation, or a dry run that does not know who will apply it.
        """

    def check_stored(self) -> None:
        """Refuse with ValidationError what only shows once the row stands beside the others: a limit passed.

        Called in the transaction that stored it, after every other row of the same table.
        """


def _told(row: Record, name: str) -> str:
    label = getattr(row, f"get_{name}_display", None)
    return str(label() if label is not None else getattr(row, name))


class PlacedRecord(Record):
    """A row that belongs to a place of its own; others belong where the row they are part of belongs."""

    place = models.ForeignKey(
        Place, models.PROTECT, related_name="%(class)s_records", verbose_name=_("所在区划")
    )

    class Meta(Record.Meta):
        abstract = True


class NilReport(models.Model):
    """A place says that it has nothing to enter in a register: zero is said, silence is not."""

    register = models.SlugField(max_length=60)
    place = models.ForeignKey(Place, models.CASCADE, related_name="nil_reports")
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    personal: dict = {}

    class Meta:
        verbose_name = _("零登记")
        constraints = [
            models.UniqueConstraint(fields=["register", "place"], name="nil_report_once_for_a_register"),
        ]


class AskedOfAKeeper(models.Model):
    """What somebody asks of whoever keeps a register, who answers once; a refusal says why."""

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(null=True, blank=True)
    answer = models.CharField(_("答复"), max_length=200, blank=True, validators=[refuse_hidden_characters])

    class Meta:
        abstract = True
        ordering = ["pk"]


class ChangeRequest(AskedOfAKeeper):
    """Somebody who may not change a row says what of it is wrong; whoever keeps the row answers, once.

    `kind` and `row` name a row of whatever can be corrected (`linli.registers.changing`); `place` is where it
    lies, and follows when places merge.
    """

    kind = models.SlugField(max_length=60)
    row = models.BigIntegerField()
    place = models.ForeignKey(Place, models.CASCADE, related_name="change_requests")
    column = models.SlugField(_("哪一项"), max_length=60)
    stated = models.CharField(
        _("现在写的"), max_length=300, blank=True
    )  # as it could be read; "" when hidden
    proposed = models.CharField(_("应当是"), max_length=200, validators=[refuse_hidden_characters])

    about = ("asked_by__person",)
    personal = {
        "asked_by": Personal(1, "更正错误资料", "个人信息保护法", "2y after decision", mask="name"),
        "proposed": Personal(2, "更正错误资料", "个人信息保护法", "2y after decision"),  # may be a number
        "stated": Personal(1, "更正错误资料", "个人信息保护法", "2y after decision", mask="none"),
        "decided_by": Personal(1, "履职记录", "履行职责", "2y after decision", mask="name"),
    }
    kept_from = {"decision": "decided_at"}

    class Meta(AskedOfAKeeper.Meta):
        verbose_name = _("资料更正")
        indexes = [
            models.Index(fields=["kind", "row"], name="change_request_of_row"),
            models.Index(fields=["place"], name="change_request_waits_at", condition=Q(decided_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, accepted=None)
                | Q(decided_at__isnull=False, accepted__isnull=False),
                name="row_change_is_decided_wholly_or_not_at_all",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="row_change_is_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(accepted=False) | ~Q(answer=""), name="row_change_refused_says_why"
            ),
        ]


class Proposal(AskedOfAKeeper):
    """Somebody who does not keep a register asks for a row of it: an application, an offer, an interest.

    `cells` are the asked columns as text, {column: text}, read at the answer as the cells of a table are;
    `place` is where whoever keeps the register answers; `row` is the row that came of it.
    """

    register = models.SlugField(max_length=60)
    cells = models.JSONField()
    title = models.CharField(_("申报内容"), max_length=300)
    place = models.ForeignKey(Place, models.CASCADE, related_name="proposals")
    row = models.BigIntegerField(null=True, blank=True)

    about = ("asked_by__person",)
    personal = {
        "asked_by": Personal(1, "办理申报", "履行职责", "2y after decision", mask="name"),
        "cells": Personal(2, "办理申报", "履行职责", "2y after decision"),  # may name a worker or a contact
        "title": Personal(1, "办理申报", "履行职责", "2y after decision", mask="none"),
        "decided_by": Personal(1, "履职记录", "履行职责", "2y after decision", mask="name"),
    }
    kept_from = {"decision": "decided_at"}
    when_purged = {"cells": {}, "title": "已清除"}

    class Meta(AskedOfAKeeper.Meta):
        verbose_name = _("申报")
        indexes = [
            models.Index(fields=["place"], name="proposal_waits_at", condition=Q(decided_at=None)),
            models.Index(fields=["asked_by"], name="proposal_of_one"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, accepted=None, row=None)
                | Q(decided_at__isnull=False, accepted=True, row__isnull=False)
                | Q(decided_at__isnull=False, accepted=False, row=None),
                name="proposal_accepted_became_a_row",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="proposal_is_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(accepted=False) | ~Q(answer=""), name="proposal_refused_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.title


# How it is told whose files somebody reads: the registers are declared after the models (`attaching`).
file_readers: list[Callable[[Any], Q]] = []


class RowFileQuerySet(models.QuerySet):
    def shown(self):
        """Those nobody has taken away."""
        return self.filter(file__deletion_asked_at=None)

    def visible_to(self, user):
        """The files of the registers this person reads, where he reads them; and what apps open to more people."""
        seen = Q(pk__in=[])
        for readable in file_readers:
            seen |= readable(user)
        return self.filter(seen)


class RowFile(models.Model):
    """A paper or picture that belongs to a row: a scan, minutes, a form to fill in; who reads the row reads it.

    `register` and `row` name the row; `place` is where it lies, and follows when places merge.
    """

    register = models.SlugField(max_length=60)
    row = models.BigIntegerField()
    place = models.ForeignKey(Place, models.CASCADE, related_name="row_files")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("附件"))
    title = models.CharField(_("附件名称"), max_length=80, validators=[refuse_hidden_characters])
    added_at = models.DateTimeField(default=clock.now)

    objects = RowFileQuerySet.as_manager()
    about = ()
    personal: dict = {}  # who brought it, and how it was called, the file itself says

    class Meta:
        verbose_name = _("台账附件")
        ordering = ["pk"]
        indexes = [models.Index(fields=["register", "row"], name="row_file_of_row")]

    def __str__(self) -> str:
        return self.title


class Rulebook(models.Model):
    """The rules of one kind (registers, workforce, forms) that hold in an area for some time: a pack."""

    kind = models.SlugField(max_length=40)
    code = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    area = models.CharField(max_length=12)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    body = models.JSONField()

    personal: dict = {}

    class Meta:
        verbose_name = _("台账规则")
        ordering = ["kind", "code", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code", "valid_from"], name="rulebook_of_a_kind_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def nearest(cls, kind: str, place: Place | None, day=None) -> "Rulebook | None":
        """The rules of the nearest area that hold on the day (today); None when none are installed."""
        codes = place.ancestor_codes if place is not None else []
        return nearest(cls.objects.filter(kind=kind), codes, day or clock.today())
