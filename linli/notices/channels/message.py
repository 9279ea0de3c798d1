"""What a channel gets to deliver."""

from dataclasses import dataclass


class Undeliverable(Exception):
    """This message cannot reach this person by this channel, however often it is tried."""


@dataclass(frozen=True)
class Message:
    """One rendered message; `key` is the same at each try, and the receiver drops what it has seen."""

    key: str
    person: object
    kind: str
    subject: str
    body: str
    link: str
