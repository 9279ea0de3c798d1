"""Definitions of forms, the fillings of communities, and their cells with where each comes from."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Case
from linli.kernel import clock
from linli.kernel.text import refuse_hidden_characters

from .admission import AdmissionItem, AdmissionRequest, Sign
from .proofs import ProofIssued, ProofRefused, StreetServiceRating

__all__ = [
    "AdmissionItem",
    "AdmissionRequest",
    "Cell",
    "Filling",
    "FormDefinition",
    "FormDefinitionQuerySet",
    "ProofIssued",
    "ProofRefused",
    "Sign",
    "StreetServiceRating",
]


class FormDefinitionQuerySet(models.QuerySet):
    def standing(self):
        """Definitions of the packs as they are now; refused ones too, for people ask why."""
        return self.filter(retired_on=None)

    def asked_of(self, place):
        """Definitions whose area holds the place."""
        return self.filter(area__in=["000000000000", *place.ancestor_codes])


class FormDefinition(models.Model):
    """A form somebody asks of communities: who, by which basis and approval, how often, until when."""

    class Frequency(models.TextChoices):
        ONCE = "once", _("一次")
        YEAR = "year", _("每年")
        HALF = "half", _("每半年")
        QUARTER = "quarter", _("每季度")
        MONTH = "month", _("每月")

    TIMES_A_YEAR = {"once": 1, "year": 1, "half": 2, "quarter": 4, "month": 12}

    code = models.SlugField(_("代码"), max_length=60, unique=True)
    title = models.CharField(_("报表"), max_length=120)
    issuer = models.CharField(_("下发单位"), max_length=120)
    basis = models.CharField(_("依据"), max_length=300)
    approval = models.CharField(_("批准文号"), max_length=120, blank=True)
    refusal_rule = models.CharField(_("拒填依据"), max_length=300)
    frequency = models.CharField(_("频次"), max_length=7, choices=Frequency.choices)
    area = models.CharField(max_length=12)
    valid_from = models.DateField(_("起"))
    expires_on = models.DateField(_("有效期至"), null=True)
    term_workdays = models.PositiveSmallIntegerField(_("时限（工作日）"))
    minutes = models.PositiveSmallIntegerField(_("每次用时（分钟）"))
    rows = models.SlugField(
        max_length=60, blank=True
    )  # a register: a line for each of its rows; "": one line
    columns = models.JSONField()
    source = models.CharField(max_length=300)
    retired_on = models.DateField(null=True, blank=True)

    objects = FormDefinitionQuerySet.as_manager()
    personal: dict = {}

    class Meta:
        verbose_name = _("报表")
        ordering = ["issuer", "code"]

    def __str__(self) -> str:
        return self.title

    @property
    def refused(self) -> str:
        """Why nobody needs to fill this form today, with the rule; "" for one in force."""
        today = clock.today()
        why = ""
        if not self.approval:
            why = _("没有批准文号")
        elif self.expires_on is not None and self.expires_on < today:
            why = _("已于 %s 过期") % self.expires_on.isoformat()
        elif self.valid_from > today:
            why = _("%s 起才生效") % self.valid_from.isoformat()
        return (
            _("《%(title)s》%(why)s，可以不填。依据：%(rule)s")
            % {
                "title": self.title,
                "why": why,
                "rule": self.refusal_rule,
            }
            if why
            else ""
        )

    @property
    def gaps(self) -> list[dict]:
        return [column for column in self.columns if column["gap"]]

    @property
    def hours_a_year(self) -> float:
        """Hours one community gives to this form in a year."""
        return self.minutes * self.TIMES_A_YEAR[self.frequency] / 60


class Filling(models.Model):
    """One community fills a form for one period."""

    template = "oneform/_filling.html"

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="form")
    definition = models.ForeignKey(FormDefinition, models.PROTECT, related_name="fillings")
    period = models.CharField(_("期间"), max_length=20)
    as_of = models.DateField(_("截至"))

    personal: dict = {}

    class Meta:
        verbose_name = _("填报")

    def __str__(self) -> str:
        return self.case.number

    @property
    def lines(self) -> list[list["Cell"]]:
        """The cells by line and column."""
        made: dict[int, list[Cell]] = {}
        for cell in self.cells.order_by("line", "column"):
            made.setdefault(cell.line, []).append(cell)
        return list(made.values())

    @property
    def open_gaps(self) -> int:
        return self.cells.filter(asked=True, value="").count()


class Cell(models.Model):
    """One cell: known from a register, a measure or an earlier answer, or asked. Forms take no personal columns."""

    filling = models.ForeignKey(Filling, models.CASCADE, related_name="cells")
    line = models.PositiveIntegerField()
    column = models.PositiveSmallIntegerField()
    record = models.PositiveBigIntegerField(null=True)  # key of the row of the register the line is about
    value = models.CharField(max_length=200, blank=True, validators=[refuse_hidden_characters])
    source = models.CharField(max_length=200, blank=True)
    asked = models.BooleanField(default=False)
    proposed = models.CharField(max_length=200, blank=True, validators=[refuse_hidden_characters])

    personal: dict = {}

    class Meta:
        verbose_name = _("单元格")
        ordering = ["line", "column"]
        constraints = [
            models.UniqueConstraint(fields=["filling", "line", "column"], name="cell_once_in_a_filling"),
            models.CheckConstraint(
                condition=Q(proposed="") | Q(asked=False, record__isnull=False),
                name="cell_correction_is_of_a_known_row",
            ),
        ]

    @property
    def title(self) -> str:
        return self.filling.definition.columns[self.column]["title"]

    @property
    def shown(self) -> str:
        """What the form says: the correction where there is one."""
        return self.proposed or self.value
