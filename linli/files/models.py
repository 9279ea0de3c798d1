"""Files as rows: what each is, who brought it, its digest, and whether it may be served yet."""

import uuid
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.personal import Personal

from .limits import WAIT_BEFORE_ERASING

WITH_PARENT = "as long as what it belongs to"


class StoredFileQuerySet(models.QuerySet):
    def live(self):
        """Not on the way out."""
        return self.filter(deletion_asked_at=None)


class StoredFile(models.Model):
    """A file that came through the door; the content lies under FILES_DIR by its random id."""

    class State(models.TextChoices):
        READY = "ready", _("可用")
        HELD = "held", _("等待安全检查")
        INFECTED = "infected", _("未通过安全检查")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("文件名"), max_length=150)  # as given, made safe; shown, never used as a path
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("字节"))
    sha256 = models.CharField(max_length=64)
    facts = models.JSONField(default=dict, blank=True)  # width and height, or pages: what the workshop found
    purpose = models.CharField(_("用途"), max_length=60)
    state = models.CharField(max_length=10, choices=State.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    stored_at = models.DateTimeField(default=clock.now)
    deletion_asked_at = models.DateTimeField(null=True, blank=True)
    deletion_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = StoredFileQuerySet.as_manager()
    about = ("by__person",)
    personal = {
        "name": Personal(2, "认出文件", "合同", WITH_PARENT),
        "by": Personal(1, "知道谁上传", "网络安全法", WITH_PARENT, mask="name"),
        "deletion_asked_by": Personal(1, "知道谁删除", "网络安全法", WITH_PARENT, mask="name"),
    }

    class Meta:
        verbose_name = _("文件")
        indexes = [
            models.Index(fields=["by", "stored_at"], name="file_of_a_person"),
            models.Index(
                fields=["deletion_asked_at"],
                name="file_waiting_to_be_erased",
                condition=Q(erased_at=None, deletion_asked_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(deletion_asked_at__isnull=False, erased_at__gt=F("deletion_asked_at")),
                name="file_is_erased_only_after_it_was_asked_and_waited",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="file_holds_something"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Where the content lies; two letters of the id keep folders small."""
        return settings.FILES_DIR / self.id.hex[:2] / self.id.hex

    def is_due_to_be_erased(self, now: datetime) -> bool:
        """Whether the waiting time after its deletion is over: the content may be gone at any moment."""
        return self.deletion_asked_at is not None and self.deletion_asked_at <= now - WAIT_BEFORE_ERASING
