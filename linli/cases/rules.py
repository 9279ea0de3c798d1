"""Predicates about the person, shared by the kinds. What the *thing* allows is the table's matter."""

from collections.abc import Callable

from .actors import Bearer, Through, Timer


def is_reporter(actor, case) -> bool:
    """The requester, whoever acts for him today, or who holds the secret of this case."""
    if isinstance(actor, Bearer):
        return actor.case_id == case.pk
    if case.reporter_id is None or actor.person_id is None:
        return False
    if actor.person_id == case.reporter_id:
        return True
    return case.reporter_id in actor.acts_for


def is_assignee(actor, case) -> bool:
    return case.assignee_id is not None and getattr(actor, "pk", None) == case.assignee_id


def is_timer(actor, case) -> bool:
    return isinstance(actor, Timer)


def comes_through(actor, case) -> bool:
    """The step follows from a step on a linked case; nobody takes it by hand."""
    return isinstance(actor, Through)


def in_unit(permission: str, actor, case) -> bool:
    """Does a post in the responsible unit grant `permission`?"""
    return case.unit_id is not None and any(
        grant.unit_id == case.unit_id and permission in grant.permissions for grant in actor.grants
    )


def may(permission: str) -> Callable:
    """The predicate that a post at or above the place of the case grants `permission`."""

    def allowed(actor, case) -> bool:
        return actor.may(permission, at=case.place)

    allowed.__name__ = permission
    return allowed


def for_unit(permission: str) -> Callable:
    """The predicate that the actor is the assignee or a post in the responsible unit grants `permission`."""

    def allowed(actor, case) -> bool:
        return is_assignee(actor, case) or in_unit(permission, actor, case)

    allowed.__name__ = f"assignee or own unit: {permission}"
    return allowed


def either(*rules: Callable) -> Callable:
    """The predicate that one of `rules` holds."""

    def allowed(actor, case) -> bool:
        return any(rule(actor, case) for rule in rules)

    allowed.__name__ = " or ".join(rule.__name__ for rule in rules)
    return allowed
