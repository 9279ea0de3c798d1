"""What stands around requests: topics, bulk runs, watches of residents, originals of photos."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Attachment, Case
from linli.files.models import StoredFile
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.people.models import Person
from linli.places.models import Place, inside

DUTY, KEEP = "履行职责", "2y after close"
WATCHED = "告知关注的事项"


class Topic(models.Model):
    """未诉先办: a matter that comes up so often in a community that it is put right as a whole."""

    template = "requests/_topic.html"

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="topic")
    category = models.ForeignKey("requests.Category", models.PROTECT, related_name="topics")
    since = models.DateTimeField(_("统计起点"))
    count = models.PositiveIntegerField(_("立题时件数"))
    measure = models.TextField(_("治理办法"), blank=True, validators=[refuse_hidden_characters])
    outcome = models.TextField(_("治理结果"), blank=True, validators=[refuse_hidden_characters])

    personal: dict = {}  # what is done about a kind of matter, not about a person

    class Meta:
        verbose_name = _("未诉先办专题")

    def requests(self):
        """The requests it is about, those that came since it was opened too."""
        from .models import Request  # the request imports this module

        about = Request.objects.filter(inside(self.case.place, "case__place"), category=self.category)
        return about.filter(case__opened_at__gte=self.since)


class BulkRun(models.Model):
    """One step taken on many requests at once, with what became of each, and its undoing."""

    step = models.CharField(max_length=30)
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True, related_name="+")
    category = models.ForeignKey("requests.Category", models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True, validators=[refuse_hidden_characters])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    personal = {"by": Personal(1, "履职记录", DUTY, "while the account lives", mask="none")}

    class Meta:
        verbose_name = _("批量办理")


class BulkItem(models.Model):
    """What became of one request in a bulk run; `version` is the one the run left it at."""

    class Outcome(models.TextChoices):
        DONE = "done", _("已办")
        REFUSED = "refused", _("未办")
        UNDONE = "undone", _("已撤回")
        KEPT = "kept", _("不能撤回")

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=7, choices=Outcome.choices)
    sentence = models.CharField(max_length=300, blank=True)
    category_before = models.ForeignKey("requests.Category", models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(null=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("批量办理结果")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["run", "case"], name="bulk_item_once_in_a_run")]


class Watch(models.Model):
    """A resident hears of an area's new requests, or of how one public request goes on; nothing personal."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="request_watches")
    place = models.ForeignKey(Place, models.CASCADE, null=True, related_name="+", verbose_name=_("地区"))
    request = models.ForeignKey("requests.Request", models.CASCADE, null=True, related_name="watches")
    told_until = models.DateTimeField()
    told_state = models.CharField(max_length=30, blank=True)

    about = ("person",)
    personal = {"person": Personal(2, WATCHED, "同意", "while following", mask="name")}

    class Meta:
        verbose_name = _("关注诉求")
        constraints = [
            models.CheckConstraint(
                condition=Q(place=None, request__isnull=False) | Q(place__isnull=False, request=None),
                name="watch_is_of_an_area_or_of_a_request",
            ),
            models.UniqueConstraint(fields=["person", "place"], name="watch_an_area_once"),
            models.UniqueConstraint(fields=["person", "request"], name="watch_a_request_once"),
        ]


class Adopted(models.Model):
    """A resident's idea that was taken up, as staff tell everybody of it: the matter, never the person."""

    request = models.OneToOneField("requests.Request", models.CASCADE, related_name="adopted")
    text = models.CharField(_("采纳的建议"), max_length=500, validators=[refuse_hidden_characters])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    personal = {"by": Personal(1, "履职记录", DUTY, "while the account lives", mask="none")}

    class Meta:
        verbose_name = _("采纳的建议")
        indexes = [models.Index(fields=["-at"], name="adopted_newest_first")]


class OriginalQuerySet(models.QuerySet):
    def visible_to(self, actor):
        """Those whose post lets them see originals at the place of the case, and nobody else."""
        if not actor.is_authenticated:
            return self.none()
        return self.filter(actor.scope("requests.see_originals", "attachment__case__place"))


class Original(models.Model):
    """The photo as it came, kept behind the redacted one; each look at it is recorded."""

    attachment = models.OneToOneField(Attachment, models.CASCADE, related_name="original")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    reason = models.CharField(_("遮挡理由"), max_length=200, validators=[refuse_hidden_characters])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    objects = OriginalQuerySet.as_manager()
    about = ("attachment__case__reporter",)
    personal = {
        "file": Personal(2, "核对遮挡前的照片", DUTY, KEEP),
        "by": Personal(1, "履职记录", DUTY, KEEP, mask="none"),
    }
    kept_from = {"close": "attachment__case__closed_at"}

    class Meta:
        verbose_name = _("照片原件")
