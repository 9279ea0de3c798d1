"""An objection to a rating: a unit says it is false or mistaken, somebody else looks; the rating itself stays.

The case is the rectification that the rating opened, whatever kind of case was rated.
"""

from linli.cases.asking import object_to, refuse, uphold


def object_to_rating(case, *, by, ground, reason, files=()) -> None:
    """Effect: why the rating is no fair one, with evidence for staff."""
    object_to(case.rectification.rating, case=case, by=by, ground=ground, reason=reason, files=files)


def uphold_objection(case, *, by) -> None:
    """Effect: the rating is marked and no rate counts it; nothing is left to put right."""
    uphold(case.rectification.rating, by=by)


def refuse_objection(case, *, by) -> None:
    """Effect: the rating counts as it was given."""
    refuse(case.rectification.rating, by=by)
