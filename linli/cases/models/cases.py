"""What every kind of case shares: who must do what for whom, where, by when, and what happened."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.people.models import Person, Unit
from linli.places.models import Place, inside

from ..actors import Bearer
from ..steps import TermUnit, workflows

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
