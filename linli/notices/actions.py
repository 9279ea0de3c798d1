"""Writing a notice, and what people and operators do with notices."""

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.people.models import Person

from . import channels, rules
from .models import Notice
from .texts import kinds

LONGEST = 300  # characters of one text in the context


class NotANotice(ValueError):
    """The context of a notice holds something else than ids and short texts."""


def notify(to, kind: str, /, *, needs: str = "", at=None, **context) -> Notice | None:
    """Write a notice to a person (or the person of an account) in the caller's transaction; a job sends it.

    The context holds ids, numbers and short texts for the template; `path` becomes the link. With `needs`
    (a permission) and `at` (a place) it is sent, and shown, only while the receiver's posts still grant it.
    Nobody to tell (None, an account without a person, somebody who died): None.
    LookupError: no app has written a text of this kind. NotANotice: a context that is no short text.
    """
    kinds()[kind]
    _check(kind, context)
    person = to if isinstance(to, Person) or to is None else to.person
    if person is None or person.died_on or person.purged_at:
        return None
    channel = channels.choose(person)
    now = clock.now()
    at_once = channels.known[channel].SENT == channels.AT_ONCE
    return Notice.objects.create(
        to=person,
        kind=kind,
        context=context,
        needs=needs,
        place=at,
        channel=channel,
        created_at=now,
        next_try_at=now,
        sent_at=now if at_once else None,
    )


def _check(kind: str, context: dict) -> None:
    for key, value in context.items():
        short = isinstance(value, str) and len(value) <= LONGEST
        if not (short or value is None or isinstance(value, bool | int)):
            raise NotANotice(f"{kind}: {key} is neither an id nor a text of at most {LONGEST} characters")
    if not str(context.get("path", "/")).startswith("/"):
        raise NotANotice(f"{kind}: path begins with /, the host comes from the settings")


@transaction.atomic
def mark_read(notice: Notice, *, by) -> None:
    """The receiver has read it; the first time counts."""
    Notice.objects.visible_to(by).filter(pk=notice.pk, read_at=None).update(read_at=clock.now())


@transaction.atomic
def mark_all_read(*, by) -> int:
    """The receiver has read everything there is; how many were new."""
    return Notice.objects.visible_to(by).filter(read_at=None).update(read_at=clock.now())


@transaction.atomic
def choose_channel(person: Person, channel: str, *, by) -> None:
    """From now on the person is told by `channel`; LookupError when there is no such channel.

    ValueError: the channel cannot reach this person (no phone, no address).
    """
    if by.person_id != person.pk and not by.may("people.edit", at=person.home):
        raise PermissionError(_("只能修改本人的通知方式。"))
    if not channels.known[channel].reaches(person):
        raise ValueError(_("没有登记用这种方式联系您所需的资料。"))
    Person.objects.filter(pk=person.pk).update(preferred_channel=channel)


@transaction.atomic
def try_again(notice: Notice, *, by) -> None:
    """Send a dead letter once more with all its tries, on the channel that reaches the person today.

    PermissionError: the operator has no `notices.operate` where the person lives.
    """
    notice = Notice.objects.dead().select_for_update().get(pk=notice.pk)
    if not rules.can_operate_on(by, notice):
        raise PermissionError(_("您没有处理这条消息的权限。"))
    notice.failed_at, notice.tries, notice.trouble = None, 0, ""
    notice.next_try_at, notice.channel = clock.now(), channels.choose(notice.to)
    notice.save(update_fields=["failed_at", "tries", "trouble", "next_try_at", "channel"])
