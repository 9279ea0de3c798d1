"""The names of all permissions, declared beside the predicates that ask for them; roles grant them."""

from .registry import Registry

permissions: Registry[str] = Registry("permission")  # "app.verb" → what it lets one do, in Chinese


def declare(name: str, title: str) -> str:
    """Declare a permission and return its name, so that a rule reads `may(user, DISPATCH, at=place)`."""
    permissions[name] = title
    return name
