"""Messages as rows: to whom, of which kind, by which channel, and what became of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.people.models import Person
from linli.places.models import Place

WHY, BASIS, KEEP = "告知与本人有关的事项", "履行职责或合同", "2y after sent"


class NoticeQuerySet(models.QuerySet):
    def waiting(self):
        """Neither sent, given up nor withdrawn."""
        return self.filter(sent_at=None, failed_at=None, withdrawn_at=None)

    def due(self, moment):
        return self.waiting().filter(next_try_at__lte=moment)

    def dead(self):
        return self.exclude(failed_at=None)

    def visible_to(self, user):
        """One's own delivered notices whose right still stands (P6): hidden there, hidden here."""
        if not user.is_authenticated or not user.is_active or user.person_id is None:
            return self.none()
        allowed = Q(needs="")
        for needs in {permission for grant in user.grants for permission in grant.permissions}:
            allowed |= Q(needs=needs) & (Q(place=None) | user.scope(needs, "place"))
        return self.filter(to=user.person_id).exclude(sent_at=None).filter(allowed)

    def letters_for(self, user):
        """Letters to those who live where the user may print them."""
        return self.filter(user.scope("notices.print", "to__home"), channel="letter")

    def undelivered_for(self, user):
        """What could not be delivered to those who live where the user operates.

        Somebody without a known home is shown to whoever operates anywhere, else nobody would see to it.
        """
        scope = user.scope("notices.operate", "to__home")
        if user.may("notices.operate"):
            scope |= Q(to__home=None)
        return self.dead().filter(scope)


class Notice(models.Model):
    """One message to one person: written with the change it tells of, sent afterwards, once.

    `next_try_at` is also the lease of whoever sends it now: a sender that dies lets it run out.
    """

    to = models.ForeignKey(Person, models.CASCADE, related_name="notices", verbose_name=_("收件人"))
    kind = models.CharField(_("类别"), max_length=80)
    context = models.JSONField(default=dict)
    needs = models.CharField(
        max_length=80, blank=True
    )  # the permission that must still stand when it is sent
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(_("渠道"), max_length=10)
    created_at = models.DateTimeField(_("时间"), default=clock.now)
    next_try_at = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(_("原因"), max_length=80, blank=True)

    objects = NoticeQuerySet.as_manager()
    personal = {
        "to": Personal(1, WHY, BASIS, KEEP, mask="name"),
        "kind": Personal(1, WHY, BASIS, KEEP, mask="none"),
        "context": Personal(2, WHY, BASIS, KEEP),
        "channel": Personal(1, WHY, BASIS, KEEP, mask="none"),
        "read_at": Personal(1, WHY, BASIS, KEEP, mask="none"),
    }

    class Meta:
        verbose_name = _("消息")
        indexes = [
            models.Index(
                fields=["channel", "next_try_at"],
                name="notice_waiting_by_channel",
                condition=Q(sent_at=None, failed_at=None, withdrawn_at=None),
            ),
            models.Index(fields=["to", "-created_at"], name="notice_of_a_person"),
            models.Index(
                fields=["failed_at"], name="notice_dead_letters", condition=Q(failed_at__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None, failed_at=None)
                | Q(sent_at=None, withdrawn_at=None)
                | Q(failed_at=None, withdrawn_at=None),
                name="notice_ends_in_one_way",
            ),
            models.CheckConstraint(
                condition=Q(read_at=None) | Q(sent_at__isnull=False), name="notice_is_read_after_it_is_sent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class PastPassword(models.Model):
    """A password an account had, as its digest: under djbh3 staff do not choose it again, and change it in time."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="past_passwords")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField(default=clock.now)

    about = ("user__person",)
    personal = {
        "user": Personal(1, "不重复使用旧口令", "网络安全法", "while the account lives", mask="name"),
        "password": Personal(2, "不重复使用旧口令（仅存摘要）", "网络安全法", "while the account lives"),
    }

    class Meta:
        verbose_name = _("用过的密码")
        indexes = [models.Index(fields=["user", "-set_at"], name="past_password_latest_first")]
