"""Files that are handed in: pictures of livelihood projects, and what an outside evaluator found."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.files.models import StoredFile
from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters

from .editions import Edition
from .evaluations import EvaluationRound
from .works import LivelihoodProject

CLEAR = [refuse_hidden_characters]
KEEP = "while the account lives"


class ProjectPhotoQuerySet(models.QuerySet):
    def shown(self):
        """Those nobody has taken down."""
        return self.filter(file__deletion_asked_at=None)

    def visible_to(self, user):
        """The list is public, and so are its pictures."""
        return self.shown()


class ProjectPhoto(models.Model):
    """A picture of how far a livelihood project is; everybody sees it."""

    project = models.ForeignKey(LivelihoodProject, models.CASCADE, related_name="photos")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("照片"))
    caption = models.CharField(_("说明"), max_length=60, validators=CLEAR)
    added_on = models.DateField(_("日期"), default=clock.today)

    objects = ProjectPhotoQuerySet.as_manager()
    personal: dict = {}

    class Meta:
        verbose_name = _("民生实事照片")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.caption


class EvaluatorReportQuerySet(models.QuerySet):
    def published(self):
        return self.exclude(published_on=None)

    def visible_to(self, user):
        """Published ones for everybody; before that, whoever sees plans of the place."""
        if not user.is_authenticated:
            return self.published()
        mine = user.scope("plans.view", "edition__place") | user.scope("plans.view", "round__place")
        return self.filter(Q(published_on__isnull=False) | mine)


class EvaluatorReport(models.Model):
    """What an outside evaluator says of a frozen edition or a round; published as it was handed in, or not at all."""

    edition = models.ForeignKey(
        Edition, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("定稿")
    )
    round = models.ForeignKey(
        EvaluationRound, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("评价")
    )
    title = models.CharField(_("报告名称"), max_length=100, validators=CLEAR)
    evaluator = models.CharField(_("评估机构"), max_length=100, validators=CLEAR)
    conclusion = models.TextField(_("主要结论"), max_length=2000, validators=CLEAR)
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("报告"))
    handed_in_on = models.DateField(_("提交日期"), default=clock.today)
    handed_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_on = models.DateField(_("公布日期"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = EvaluatorReportQuerySet.as_manager()
    about = ("handed_in_by__person", "published_by__person")
    personal = {
        "handed_in_by": Personal(1, "评估责任可追溯", "履行职责", KEEP, mask="name"),
        "published_by": Personal(1, "公布责任可追溯", "履行职责", KEEP, mask="name"),
    }

    class Meta:
        verbose_name = _("第三方评估报告")
        ordering = ["-handed_in_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(edition__isnull=False, round=None) | Q(edition=None, round__isnull=False),
                name="evaluator_report_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(published_on=None, published_by=None)
                | Q(published_on__gte=F("handed_in_on"), published_by__isnull=False),
                name="evaluator_report_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(published_by=None) | ~Q(published_by=F("handed_in_by")),
                name="evaluator_does_not_publish_himself",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def place(self):
        """Where what is reported on lies."""
        return (self.edition or self.round).place
