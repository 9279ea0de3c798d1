"""What a token may be made for: named doors of the API, declared beside the operations that ask for them."""

from linli.kernel.registry import Registry

scopes: Registry[str] = Registry("scope")  # "noun:read" → what it opens, in Chinese


def declare_scope(name: str, title: str) -> str:
    """Declare a scope and return its name."""
    scopes[name] = title
    return name
