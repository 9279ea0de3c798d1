"""What the template of a request asks about its reader."""

from django import template

from ..rules import REDACT

register = template.Library()


@register.simple_tag
def may_redact(page) -> bool:
    """Whether the reader of this case page moderates its photos."""
    return bool(page.files) and page.actor.may(REDACT, at=page.case.place)
