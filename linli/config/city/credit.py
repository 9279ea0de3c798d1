"""Unified credit codes (GB 32100) of invented bodies: right by both check digits, region 99."""

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BODY_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

# first two characters: who registered the body and what it is
ASSOCIATION, SERVICE, FOUNDATION, COMMITTEE, COMPANY, SELF_EMPLOYED, COOPERATIVE = (
    "51", "52", "53", "54", "91", "92", "93",
)  # fmt: skip


def credit_code(kind, region, serial):
    """18 characters for the `serial`-th body of a kind in a six-digit region.

    >>> credit_code("54", "990101", 50000001)
    '54990101500000015W'
    """
    body = f"{serial:08d}"
    rest = 11 - sum(_BODY_ALPHABET.index(c) * w for c, w in zip(body, _BODY_WEIGHTS, strict=True)) % 11
    code = f"{kind}{region}{body}" + {10: "X", 11: "0"}.get(rest, str(rest))
    total = sum(_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(code))
    return code + _ALPHABET[-total % 31]
