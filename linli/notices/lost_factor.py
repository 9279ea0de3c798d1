"""Somebody lost the device of his second factor: an administrator takes the factor off, with a reason (A4, A5).

What stays is the password: whoever signs in with it sets up a new factor before anything else where the staff
profile asks for one (middleware.SecondFactor). The person is told in the same transaction.
"""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from linli import audit
from linli.audit.models import Entry
from linli.kernel import clock
from linli.people.models import User
from linli.people.privacy.revealing import without

from . import rules
from .actions import notify

RESET = "account.factor_reset"


@transaction.atomic
def reset_second_factor(account, *, by, reason: str, checked: str) -> int:
    """Take every second factor off the account and end its sessions; how many factors went.

    `checked` says how the person proved who he is, as at the beginning. PermissionDenied: oneself, somebody
    elsewhere. ValidationError: nothing to take off, nothing written, or too many today.
    """
    User.objects.select_for_update().get(pk=by.pk)  # the resets of one administrator queue up here
    account = User.objects.select_for_update(of=("self",)).select_related("person__home").get(pk=account.pk)
    if not rules.can_reset_factor(by, account):
        raise PermissionDenied
    _refuse(by, reason, checked)
    factors = Authenticator.objects.filter(user=account).delete()[0]
    if not factors:
        raise ValidationError(_("这个账号没有设置二次验证，不需要重置。"))
    ended = _end_sessions(account)
    audit.record(
        RESET,
        by=by,
        thing=account,
        place=account.person.home,
        purpose=without(account.person, reason.strip()),
        detail={"checked": checked, "factors": factors, "sessions": ended},
    )
    notify(account, "factor-reset", path=reverse("mfa_index"))
    return factors


def _refuse(by, reason: str, checked: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("请写明重置的原因。")})
    if not checked:
        raise ValidationError({"checked": _("请说明是怎样核对本人的。")})
    midnight = clock.now().astimezone(clock.CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    done = Entry.objects.filter(act=RESET, by=by, at__range=(midnight, midnight + timedelta(days=1))).count()
    if done >= settings.ENVIRONMENT.factor_resets_per_day:
        raise ValidationError(_("您今天重置的次数已达上限，请由另一位管理员办理。"))


def _end_sessions(account) -> int:
    keys = list(account.usersession_set.values_list("session_key", flat=True))
    return Session.objects.filter(session_key__in=keys).delete()[0]
