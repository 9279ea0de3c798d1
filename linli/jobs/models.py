"""What jobs leave behind: receipts, failures, and the progress of long ones."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.personal import Personal


class Receipt(models.Model):
    """A job of one transaction is done; written with its effect, so that it is never done twice."""

    job = models.BigIntegerField(primary_key=True)  # of procrastinate's table, which cleans itself
    done_at = models.DateTimeField()

    personal: dict = {}


class Failure(models.Model):
    """A try of a job broke: the kind of error and where, never its message."""

    job = models.BigIntegerField(db_index=True)
    name = models.CharField(max_length=128)
    attempt = models.PositiveSmallIntegerField()
    error = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)

    personal: dict = {}


class LongJobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; operators see all."""
        if not user.is_authenticated:
            return self.none()
        return self if user.may("jobs.operate") else self.filter(started_by=user)

    def unfinished(self):
        return self.filter(state__in=[LongJob.State.WAITING, LongJob.State.RUNNING])


class LongJob(models.Model):
    """Work somebody waits for: how far it is, and how it ended."""

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未完成")

    kind = models.CharField(max_length=60)
    title = models.CharField(_("任务"), max_length=120)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    message = models.CharField(_("说明"), max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    moved_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = LongJobQuerySet.as_manager()
    personal = {"started_by": Personal(1, "告知任务进度", "履行职责", "90d", mask="name")}

    class Meta:
        verbose_name = _("长任务")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total=None) | Q(done__lte=F("total")), name="long_job_never_does_more_than_all"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed"], ended_at__isnull=False)
                | Q(state__in=["waiting", "running"], ended_at=None),
                name="long_job_ended_iff_it_is_done_or_failed",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def percent(self) -> int | None:
        """Share done in whole percent; None while the size is unknown."""
        return None if not self.total else self.done * 100 // self.total
