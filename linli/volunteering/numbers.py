"""Numbers as pages send them."""


def whole(text: str | None) -> int:
    """The whole number a page sent; 0, which is nobody's, for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
