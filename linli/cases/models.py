"""What every kind of case shares: who must do what for whom, where, by when, and what happened."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.files.models import StoredFile
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.people.models import Person, Unit
from linli.places.models import Place, inside

from .actors import Bearer
from .steps import TermUnit, workflows

WHY, BASIS, KEEP = "办理事项并答复", "履行职责", "2y after close"
ON_TIME = Q(due_at=None) | Q(clock_stopped_at__lte=F("due_at"))  # of a closed one


class CaseQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def within(self, place):
        return self.filter(inside(place, "place"))

    def visible_to(self, actor):
        """One's own, those one must do, and those of the kinds one's posts cover: by place or by unit."""
        if isinstance(actor, Bearer):
            return self.filter(pk=actor.case_id)
        if not actor.is_authenticated:
            return self.none()
        seen = Q(assignee=actor.pk)
        if actor.person_id is not None:
            seen |= Q(reporter=actor.person_id) | Q(reporter__in=actor.principals())
        for grant in actor.grants:
            kinds = [kind for kind in workflows if f"{kind}.view" in grant.permissions]
            if not kinds:
                continue
            covered = inside(grant.place, "place")
            if grant.unit_id is not None:
                covered |= Q(unit=grant.unit_id)
            seen |= Q(kind__in=kinds) & covered
        return self.filter(seen)

    def overdue(self, now):
        """Those whose time has run out and which nobody has marked yet."""
        return self.open().filter(due_at__lt=now, overdue_at=None, clock_stopped_at=None)

    def late(self, now):
        """Those whose time has run out, marked or not: the clock stopped after the deadline or runs on."""
        return self.filter(Q(clock_stopped_at__gt=F("due_at")) | Q(clock_stopped_at=None, due_at__lt=now))

    def on_time(self):
        """Closed ones whose clock was stopped before the deadline; one without a deadline is never late."""
        return self.exclude(closed_at=None).filter(ON_TIME)


class Case(models.Model):
    """Something someone must do for someone, somewhere, by some time.

    What the case is about lives in the domain's own model (a Request, a Visit...), which points back here
    one to one.
    """

    kind = models.CharField(_("类别"), max_length=30)
    number = models.CharField(_("编号"), max_length=30, unique=True)
    title = models.CharField(_("标题"), max_length=200, validators=[refuse_hidden_characters])
    state = models.CharField(_("状态"), max_length=30)
    place = models.ForeignKey(Place, models.PROTECT, related_name="cases", verbose_name=_("地点"))
    reporter = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="cases", verbose_name=_("诉求人")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="cases", verbose_name=_("责任单位")
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="cases", verbose_name=_("经办人")
    )
    opened_at = models.DateTimeField(_("登记时间"))
    term = models.PositiveSmallIntegerField(_("时限"), null=True)
    term_unit = models.CharField(
        max_length=8, choices=TermUnit.choices, default=TermUnit.WORKDAYS
    )  # as promised: what a pause moves the deadline by depends on it
    due_at = models.DateTimeField(_("截止时间"), null=True)
    clock_stopped_at = models.DateTimeField(_("停表时间"), null=True)
    overdue_at = models.DateTimeField(_("记为逾期"), null=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True)
    version = models.PositiveIntegerField(default=1)

    objects = CaseQuerySet.as_manager()
    personal = {
        "title": Personal(2, WHY, BASIS, KEEP, mask="none"),
        "place": Personal(2, WHY, BASIS, KEEP, mask="address"),
        "reporter": Personal(2, WHY, BASIS, KEEP, mask="name"),
        "assignee": Personal(1, "履职记录", BASIS, KEEP, mask="none"),
    }

    class Meta:
        verbose_name = _("事项")
        indexes = [
            # What the clock asks every minute: open, due, and not yet marked late.
            models.Index(
                "due_at",
                name="case_clock",
                condition=Q(closed_at=None, overdue_at=None, clock_stopped_at=None),
            ),
            # What inboxes ask: the open cases of a unit, of a person, of a kind in a state.
            models.Index(fields=["unit", "due_at"], name="case_open_of_unit", condition=Q(closed_at=None)),
            models.Index(
                fields=["assignee", "due_at"], name="case_open_of_assignee", condition=Q(closed_at=None)
            ),
            models.Index(
                fields=["kind", "state", "due_at"], name="case_open_by_state", condition=Q(closed_at=None)
            ),
            models.Index(fields=["kind", "-opened_at"], name="case_newest_first"),
            models.Index(fields=["kind", "closed_at"], name="case_by_closing"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False) | Q(unit__isnull=False) | Q(assignee__isnull=False),
                name="case_open_has_a_responsible_unit_or_assignee",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(clock_stopped_at__isnull=False),
                name="case_closed_has_its_clock_stopped",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")),
                name="case_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(clock_stopped_at=None) | Q(clock_stopped_at__gte=F("opened_at")),
                name="case_clock_stops_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(overdue_at=None) | Q(due_at__isnull=False), name="case_overdue_has_a_deadline"
            ),
            models.CheckConstraint(
                condition=Q(due_at=None, term=None) | Q(due_at__isnull=False, term__isnull=False),
                name="case_deadline_comes_from_a_term",
            ),
            models.CheckConstraint(
                condition=Q(term_unit__in=TermUnit.values), name="case_term_unit_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def subject(self):
        """The domain's own row: the Request, the Visit."""
        return getattr(self, self.kind)

    @property
    def workflow(self):
        return workflows[self.kind]

    @property
    def state_label(self) -> str:
        return self.workflow.state_label(self.state)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class CaseEvent(models.Model):
    """One line of a case's timeline, with what held after it. Written once, never changed.

    `by` entered it; `on_behalf_of` (phone, window, paper) is the person it is for. The retention purge alone
    may blank these two, the assignee and `note`.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    step = models.CharField(max_length=30)
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    public = models.BooleanField(default=True)  # the requester sees the line; else staff alone
    clock_runs = models.BooleanField()  # after this line; the time used is replayed from it
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)

    about = ("case__reporter", "on_behalf_of")
    personal = {
        "by": Personal(1, "履职记录", BASIS, KEEP, mask="name"),
        "on_behalf_of": Personal(2, WHY, BASIS, KEEP, mask="name"),
        "note": Personal(2, WHY, BASIS, KEEP, mask="none"),
        "assignee": Personal(1, "履职记录", BASIS, KEEP, mask="none"),
    }

    class Meta:
        verbose_name = _("办理记录")
        ordering = ["pk"]
        indexes = [models.Index(fields=["case", "id"], name="event_of_a_case")]
        triggers = [
            pgtrigger.Trigger(
                name="case_event_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                declare=[("kept", "cases_caseevent%ROWTYPE")],
                func="""
                    IF TG_OP = 'UPDATE' AND current_setting('linli.purge', true) = 'on' THEN
                        kept := NEW;
                        kept.by_id := OLD.by_id;
                        kept.on_behalf_of_id := OLD.on_behalf_of_id;
                        kept.assignee_id := OLD.assignee_id;
                        kept.note := OLD.note;
                        IF kept IS NOT DISTINCT FROM OLD
                           AND (NEW.by_id IS NULL OR NEW.by_id = OLD.by_id)
                           AND (NEW.on_behalf_of_id IS NULL OR NEW.on_behalf_of_id = OLD.on_behalf_of_id)
                           AND (NEW.assignee_id IS NULL OR NEW.assignee_id = OLD.assignee_id)
                           AND NEW.note IN ('', OLD.note) THEN
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'case_event_is_append_only';
                """,
            )
        ]

    @property
    def label(self) -> str:
        return self.case.workflow.step_label(self.step)


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


class CaseLink(models.Model):
    """One case gave rise to another, is helped by it, or has taken it in."""

    class Kind(models.TextChoices):
        REFERRAL = "referral", _("转办")
        HELPER = "helper", _("协办")
        MERGE = "merge", _("并案")
        RECTIFICATION = "rectification", _("整改")

    origin = models.ForeignKey(Case, models.CASCADE, related_name="led_to")
    result = models.ForeignKey(Case, models.CASCADE, related_name="came_from")
    kind = models.CharField(max_length=13, choices=Kind.choices)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("事项关联")
        constraints = [
            models.CheckConstraint(condition=~Q(origin=F("result")), name="link_joins_two_cases"),
            models.UniqueConstraint(
                fields=["result", "kind"],
                condition=Q(ended_at=None),
                name="link_of_a_kind_has_one_origin_at_a_time",
            ),
        ]


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, actor):
        """Through the case (P4); what staff keep for themselves is for those who see the case as staff."""
        cases = Case.objects.visible_to(actor)
        own = Q(pk__in=[])
        if actor.is_authenticated and actor.person_id is not None:
            own = Q(case__reporter=actor.person_id)
        elif isinstance(actor, Bearer):
            own = Q(case=actor.case_id)
        return self.filter(case__in=cases).exclude(own & Q(public=False))


class Attachment(models.Model):
    """A file that belongs to a case: a photo of the matter, evidence of the answer, a paper."""

    class Kind(models.TextChoices):
        REPORT = "report", _("反映材料")
        EVIDENCE = "evidence", _("办理佐证")
        PAPER = "paper", _("文书")

    case = models.ForeignKey(Case, models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    public = models.BooleanField(default=True)  # the requester sees it; else staff alone
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()
    personal = {
        "file": Personal(2, WHY, BASIS, KEEP),
        "by": Personal(1, "履职记录", BASIS, KEEP, mask="none"),
    }

    class Meta:
        verbose_name = _("附件")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["case", "file"], name="attachment_once")]


class Follow(models.Model):
    """Somebody who wants to hear of a case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="follows")
    person = models.ForeignKey(Person, models.CASCADE, related_name="follows")
    since = models.DateTimeField()

    about = ("person",)
    personal = {"person": Personal(2, "告知关注的事项", "同意", "while following", mask="name")}

    class Meta:
        verbose_name = _("关注")
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="follow_once")]


class NumberSeries(models.Model):
    """The last number given out for a prefix and year; its row lock keeps numbers unique and without gaps."""

    prefix = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    personal: dict = {}
