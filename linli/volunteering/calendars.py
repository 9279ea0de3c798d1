"""The calendar feed (iCalendar, RFC 5545) of what a volunteer has joined; opened by a signed address."""

from datetime import UTC

from django.conf import settings
from django.core import signing
from django.urls import reverse

from linli.kernel import clock

from .models import Joining, Volunteer

SALT = "volunteering.calendar"


def feed_address(volunteer) -> str:
    """The address a calendar subscribes to; it names the number, not the person, and dies when it is renewed."""
    token = signing.dumps([volunteer.number, volunteer.feed_turn], salt=SALT)
    return reverse("volunteering-calendar", args=[token])


def volunteer_behind(token: str) -> Volunteer | None:
    """Whose feed an address opens; None when it was altered or renewed, or he has left."""
    try:
        told = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    number, turn = (told, 0) if isinstance(told, str) else told  # the first addresses named the number alone
    return Volunteer.objects.active().filter(number=number, feed_turn=turn).first()


def feed(volunteer) -> str:
    """The joined shifts from a month ago on, as an iCalendar text."""
    rows = (
        Joining.objects.filter(volunteer=volunteer, state=Joining.State.JOINED)
        .filter(during__endswith__gt=clock.now())
        .select_related("shift__activity__place")
        .order_by("during")
    )
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Linli//volunteering//ZH", "METHOD:PUBLISH"]
    for row in rows:
        lines += _event(row)
    return "".join(fold(line) for line in [*lines, "END:VCALENDAR"])


def _event(row) -> list[str]:
    activity = row.shift.activity
    where = f"{activity.place.name} {activity.address}"
    return [
        "BEGIN:VEVENT",
        f"UID:joining-{row.pk}@linli",
        f"DTSTAMP:{_stamp(row.at)}",
        f"DTSTART:{_stamp(row.during.lower)}",
        f"DTEND:{_stamp(row.during.upper)}",
        f"SUMMARY:{_text(activity.title)}",
        f"LOCATION:{_text(where)}",
        f"URL:{settings.PUBLIC_URL}{reverse('activity-detail', args=[activity.number])}",
        "END:VEVENT",
    ]


def _stamp(moment) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    for character, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        words = words.replace(character, escaped)
    return words.replace("\r", "")


def fold(line: str) -> str:
    """A content line of at most 75 bytes each, continued by a space, never inside a character."""
    parts, part = [], ""
    for character in line:
        if len((part + character).encode()) > 74:
            parts.append(part)
            part = ""
        part += character
    return "\r\n ".join([*parts, part]) + "\r\n"
