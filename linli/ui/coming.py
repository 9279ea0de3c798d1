"""What is still being worked out behind the pages: said above the figures, so that nobody takes them for final."""

from collections.abc import Callable

tellers: list[Callable[[], str]] = []


def tells_what_is_coming(teller: Callable[[], str]) -> Callable[[], str]:
    """Let the function say one sentence while something is being worked out, "" when nothing is."""
    tellers.append(teller)
    return teller


def sentences() -> list[str]:
    return [said for said in (teller() for teller in tellers) if said]
