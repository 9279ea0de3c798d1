"""Who acts on a case besides signed-in users: the holder of its secret, the clock, another case.

Each answers the few questions a rule asks of a user, and none holds a permission.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.auth import get_user_model


class _Powerless:
    is_authenticated: ClassVar[bool] = False
    person_id: Any = None
    grants: ClassVar[tuple] = ()
    acts_for: ClassVar[frozenset] = frozenset()

    def may(self, permission: str, *, at: Any = None) -> bool:
        return False

    def principals(self) -> tuple:
        return ()


@dataclass(frozen=True)
class Bearer(_Powerless):
    """Somebody without an account who has shown the number and the secret of one case."""

    case_id: int
    person_id: Any = None


@dataclass(frozen=True)
class Timer(_Powerless):
    """The platform itself, when a time has come."""


TIMER = Timer()


@dataclass(frozen=True)
class Through(_Powerless):
    """A consequence for one case of what `by` did to another (`case_id`)."""

    by: Any
    case_id: int


def account_of(actor: Any) -> Any | None:
    """The account to write on the timeline; None for the clock and for people without an account."""
    if isinstance(actor, Through):
        return account_of(actor.by)
    return actor if isinstance(actor, get_user_model()) else None


def person_of(actor: Any) -> Any | None:
    """The key of the person who acts, if it is known."""
    return person_of(actor.by) if isinstance(actor, Through) else getattr(actor, "person_id", None)
