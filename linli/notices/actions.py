"""Writing a notice, and what people and operators do with notices."""

from collections.abc import Collection

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock
from linli.kernel.together import write
from linli.people.models import Person
from linli.places.levels import Level
from linli.places.models import Place

from . import channels, rules
from .channels.letter.paper import Letter
from .models import Notice
from .rules import right_stands
from .texts import kinds
from .texts import write as text_of

LONGEST = 300  # characters of one text in the context
NO_WAY = "no way to reach this person"  # a dead letter from the start: somebody has to find an address


class NotANotice(ValueError):
    """The context of a notice holds something else than ids and short texts."""


def notify(
    to, kind: str, /, *, needs: str = "", at=None, among: Collection[str] | None = None, **context
) -> Notice | None:
    """Write a notice to a person (or the person of an account) in the caller's transaction; a job sends it.

    The context holds ids, numbers and short texts for the template; `path` becomes the link. With `needs`
    (a permission) and `at` (a place) it is sent, and shown, only while the receiver's posts still grant it.
    `among`: by these channels alone; where none of them reaches the person he is not told.
    Nobody to tell (None, an account without a person, somebody who died): None.
    LookupError: no app has written a text of this kind. NotANotice: a context that is no short text.
    """
    kinds()[kind]
    _check(kind, context)
    person = to if isinstance(to, Person) or to is None else to.person
    if person is None or person.died_on or person.purged_at:
        return None
    channel = channels.choose(person, among)
    if channel is None:
        return None
    now = clock.now()
    way = channels.known[channel]
    reaches = way.reaches(person)
    notice = Notice(
        to=person,
        kind=kind,
        context=context,
        needs=needs,
        place=at,
        channel=channel,
        created_at=now,
        next_try_at=now,
        sent_at=now if reaches and way.SENT == channels.AT_ONCE else None,
        failed_at=None if reaches else now,
        trouble="" if reaches else NO_WAY,
    )
    write(notice)
    return notice


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
    person.preferred_channel = channel
    notify(person, "channel-chosen", channel=str(channels.known[channel].TITLE), path=reverse("notice-list"))


@transaction.atomic
def try_again(notice: Notice, *, by) -> None:
    """Send a dead letter once more with all its tries, on the channel that reaches the person today.

    PermissionError: the operator has no `notices.operate` where the person lives.
    """
    notice = Notice.objects.dead().select_for_update().get(pk=notice.pk)
    if not rules.can_operate_on(by, notice):
        raise PermissionError(_("您没有处理这条消息的权限。"))
    notice.failed_at, notice.tries, notice.trouble = None, 0, ""
    notice.next_try_at, notice.channel = clock.now(), channels.choose(notice.to) or "letter"
    notice.save(update_fields=["failed_at", "tries", "trouble", "next_try_at", "channel"])
    audit.record("notices.try_again", by=by, thing=notice, place=notice.to.home)


@transaction.atomic
def print_letters(keys: list[int], *, by, page) -> bytes | None:
    """The chosen letters of those who live where `by` may print, made into a document by `page`.

    Those that waited count as sent; one that was printed before may be printed again. A letter whose right
    has ended meanwhile is withdrawn. None when nothing is left to print.
    """
    found = Notice.objects.letters_for(by).filter(pk__in=keys)
    chosen = found.filter(failed_at=None, withdrawn_at=None).select_for_update(of=("self",)).order_by("pk")
    notices = []
    for notice in chosen.select_related("to__home"):
        if right_stands(notice):
            notices.append(notice)
        else:
            Notice.objects.filter(pk=notice.pk, sent_at=None).update(withdrawn_at=clock.now())
    if not notices:
        return None
    document = page(sheets(notices))
    Notice.objects.filter(pk__in=[notice.pk for notice in notices], sent_at=None).update(sent_at=clock.now())
    audit.record("notices.letters_printed", by=by, detail={"count": len(notices)})
    return document


def sheets(notices: list[Notice]) -> list[Letter]:
    """What stands on the sheets of some notices: name, address from the street down, text."""
    codes = {code for notice in notices for code in notice.to.home.ancestor_codes}
    names = dict(
        Place.objects.filter(code__in=codes).exclude(level=Level.PROVINCE).values_list("code", "name")
    )
    return [_sheet(notice, names) for notice in notices]


def _sheet(notice: Notice, names: dict[str, str]) -> Letter:
    person, text = notice.to, text_of(notice.kind, notice.context)
    address = "".join(names.get(code, "") for code in person.home.ancestor_codes) + person.room
    community = next((names[code] for code in reversed(person.home.ancestor_codes) if code.isdigit()), "")
    day = clock.now().astimezone(clock.CHINA)
    return Letter(
        to=person.name,
        address=address,
        subject=text.subject,
        body=text.body,
        link=text.link,
        sender=community,
        day=f"{day.year}年{day.month}月{day.day}日",
    )
