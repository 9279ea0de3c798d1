"""What the pages about notices read."""

from dataclasses import dataclass

from django.db.models import F, QuerySet

from .models import Notice
from .texts import Text, write


@dataclass(frozen=True)
class Read:
    """A notice with its text, as the page shows it."""

    notice: Notice
    text: Text


def my_notices(user) -> QuerySet:
    """The notices of a person, unread first, newest first."""
    return Notice.objects.visible_to(user).order_by(F("read_at").desc(nulls_first=True), "-created_at", "-pk")


def unread_count(user) -> int:
    """How many notices the person has not read."""
    return Notice.objects.visible_to(user).filter(read_at=None).count()


def with_texts(page) -> list[Read]:
    """The notices of one page with their texts."""
    return [Read(notice, write(notice.kind, notice.context)) for notice in page]


def waiting_letters(user) -> QuerySet:
    """Letters to print for those who live where the user may print, oldest first."""
    return Notice.objects.letters_for(user).waiting().select_related("to__home").order_by("created_at", "pk")


def printed_letters(user) -> QuerySet:
    """Letters that were printed, newest first."""
    printed = Notice.objects.letters_for(user).exclude(sent_at=None)
    return printed.select_related("to__home").order_by("-sent_at", "-pk")


def undelivered(user) -> QuerySet:
    """What could not be delivered, as far as the user sees to it; newest first."""
    return Notice.objects.undelivered_for(user).select_related("to").order_by("-failed_at", "-pk")
