"""What is thought of a case: the rating of who had it, and what somebody asks for and another decides."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters

from ..actors import Bearer
from ..steps import workflows
from .cases import BASIS, KEEP, Case


class RatingQuerySet(models.QuerySet):
    def visible_to(self, actor):
        """One's own at once; staff see a rating when its loop is closed, or by `<kind>.see_ratings` (§6)."""
        if isinstance(actor, Bearer):
            return self.filter(case=actor.case_id)
        if not actor.is_authenticated:
            return self.none()
        seen = Q(loop_closed_at__isnull=False, case__in=Case.objects.visible_to(actor))
        if actor.person_id is not None:
            seen |= Q(case__reporter=actor.person_id) | Q(case__reporter__in=actor.principals())
        for kind in workflows:
            seen |= Q(case__kind=kind) & actor.scope(f"{kind}.see_ratings", "case__place")
        return self.filter(seen)


class Rating(models.Model):
    """What the requester thinks of one act: five levels, given freely, never made up (好差评)."""

    GOOD_FROM = 3  # 满意率 counts 基本满意 and better (GB/T 39735)

    class Stars(models.IntegerChoices):
        VERY_GOOD = 5, _("非常满意")
        GOOD = 4, _("满意")
        FAIR = 3, _("基本满意")
        BAD = 2, _("不满意")
        VERY_BAD = 1, _("非常不满意")

    case = models.ForeignKey(Case, models.CASCADE, related_name="ratings")
    act = models.PositiveSmallIntegerField()  # the first answer is act 1; one after a reopening is act 2
    stars = models.PositiveSmallIntegerField(_("满意程度"), choices=Stars.choices)
    comment = models.TextField(_("意见"), blank=True, validators=[refuse_hidden_characters])
    at = models.DateTimeField()
    loop_closed_at = models.DateTimeField(null=True)  # nothing to put right, or it was put right
    set_aside_at = models.DateTimeField(
        _("异议成立"), null=True
    )  # false or mistaken: it stays, marked, uncounted

    objects = RatingQuerySet.as_manager()
    personal = {
        "stars": Personal(1, "改进服务", "自愿评价", KEEP, mask="none"),
        "comment": Personal(2, "改进服务", "自愿评价", KEEP, mask="text"),
    }

    class Meta:
        verbose_name = _("评价")
        constraints = [
            models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="rating_has_1_to_5_stars"),
            models.UniqueConstraint(fields=["case", "act"], name="rating_once_for_an_act"),
        ]


class Ask(models.Model):
    """What somebody asks for and another decides: more time, an exclusion, a second look at a rating."""

    class Kind(models.TextChoices):
        EXTENSION = "extension", _("延期")
        EXCLUSION = "exclusion", _("剔除考核")
        OBJECTION = "objection", _("评价异议")

    class Ground(models.TextChoices):
        FALSE = "false", _("恶意或虚假评价")
        MISTAKEN = "mistaken", _("误评（对象或事项不对）")

    case = models.ForeignKey(Case, models.CASCADE, related_name="asks")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    count = models.PositiveSmallIntegerField(default=0)  # units of the term
    rating = models.OneToOneField(Rating, models.PROTECT, null=True, related_name="objection")
    ground = models.CharField(_("异议理由"), max_length=8, choices=Ground.choices, blank=True)
    reason = models.CharField(max_length=500, validators=[refuse_hidden_characters])
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)

    personal = {  # a decision keeps its two accounts; who was behind them goes with the account
        "asked_by": Personal(1, "履职记录", BASIS, "while the account lives", mask="none"),
        "decided_by": Personal(1, "履职记录", BASIS, "while the account lives", mask="none"),
    }

    class Meta:
        verbose_name = _("申请")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(decided_at=None), name="ask_one_of_a_kind_waits"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="ask_is_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, approved=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, approved__isnull=False),
                name="ask_decided_wholly_or_not_at_all",
            ),
            models.CheckConstraint(
                condition=Q(kind="objection", rating__isnull=False, ground__in=["false", "mistaken"])
                | (~Q(kind="objection") & Q(rating=None, ground="")),
                name="ask_about_a_rating_is_an_objection_with_its_ground",
            ),
        ]
