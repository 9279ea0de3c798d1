"""What the page of an evaluation computes from its values when it is shown."""

from django import template

from linli.plans.queries import evaluations, framing
from linli.plans.rules import VIEW

register = template.Library()


@register.simple_tag
def sees_round(page, evaluation) -> bool:
    """Whether the reader of this case page may open the whole round, that of its own place."""
    return page.actor.may(VIEW, at=evaluation.round.place)


@register.simple_tag
def evaluation_lines(evaluation):
    """Each must-have and item with its value and points."""
    return evaluations.lines_shown(evaluation)


@register.simple_tag
def evaluation_steps(evaluation):
    """At most three things that lead to the next grade."""
    return evaluations.things_to_do(evaluation)


@register.simple_tag
def evaluation_frames(evaluation):
    """The same lines sorted as the plan sorts them, with what each part has reached."""
    return framing.frames_of(evaluation)
