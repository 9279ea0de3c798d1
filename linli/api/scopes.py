"""What a token may be made for: named doors of the API, declared beside the operations that ask for them."""

from linli.kernel.registry import Registry

scopes: Registry[str] = Registry("scope")  # "noun:read" → what it opens, in Chinese
_carried: dict[str, set[str]] = {}  # scope → the permissions of its holder that come along


def carry(scope: str, permission: str) -> None:
    """A token with `scope` brings `permission` along, if its holder has it."""
    _carried.setdefault(scope, set()).add(permission)


def permissions_of(chosen: list[str]) -> frozenset[str]:
    """All that a token made for these scopes may bring along; everything else its holder may stays behind (P5)."""
    return frozenset().union(*(_carried.get(scope, ()) for scope in chosen))


def declare_scope(name: str, title: str, *permissions: str) -> str:
    """Declare a scope and return its name; `permissions` are those that its operations ask for inside."""
    scopes[name] = title
    for permission in permissions:
        carry(name, permission)
    return name
