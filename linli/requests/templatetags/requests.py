"""What the template of a request asks about its reader."""

from django import template

from linli.cases.models import Case

from ..rules import REDACT, may_see_rater

register = template.Library()


@register.simple_tag
def just_sent(number):
    """The case of a request its sender has just been given the number of: with its unit and deadline."""
    return Case.objects.filter(number=number).select_related("unit").first()


@register.simple_tag
def may_redact(page) -> bool:
    """Whether the reader of this case page moderates its photos."""
    return bool(page.files) and page.actor.may(REDACT, at=page.case.place)


@register.simple_tag
def rating_to_call_about(page):
    """What was rated badly, for who calls the rater back: no call without knowing what it is about; else None."""
    return page.subject.rating if may_see_rater(page.actor, page.case) else None
