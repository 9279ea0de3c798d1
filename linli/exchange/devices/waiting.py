"""What waits to be written, a short queue for each device: who sends too much loses his own, never another's (K9)."""

import threading
from collections import deque

from .taking_in import Message

OF_ONE = 200  # messages of one device between two batches
OF_ALL = 50_000  # topics that wait at once; more are strangers' inventions


class Waiting:
    """Messages by topic, each with the token that acknowledges it to the broker; safe between threads."""

    def __init__(self, of_one: int = OF_ONE):
        self.of_one = of_one
        self._lines: dict[str, deque] = {}
        self._crowded: dict[str, int] = {}
        self._lock = threading.Lock()

    def put(self, topic: str, payload: bytes, token: object) -> list[object]:
        """Keep a message; the tokens of what was thrown away for it: the oldest of the same device."""
        with self._lock:
            if topic not in self._lines and len(self._lines) >= OF_ALL:
                return [token]
            line = self._lines.setdefault(topic, deque())
            line.append((payload, token))
            if len(line) <= self.of_one:
                return []
            self._crowded[topic] = self._crowded.get(topic, 0) + 1
            return [line.popleft()[1]]

    def take(self, most: int) -> tuple[list[Message], list[object]]:
        """Up to `most` messages, one of each device in turn, and their tokens."""
        with self._lock:
            messages, tokens = [], []
            while self._lines and len(messages) < most:
                for topic in list(self._lines)[: most - len(messages)]:
                    payload, token = self._lines[topic].popleft()
                    messages.append(Message(topic, payload, self._crowded.pop(topic, 0)))
                    tokens.append(token)
                    self._turn(topic)
            return messages, tokens

    def _turn(self, topic: str) -> None:
        """The device goes to the end of the row, or out of it when nothing of it waits."""
        line = self._lines.pop(topic)
        if line:
            self._lines[topic] = line

    def __len__(self) -> int:
        with self._lock:
            return sum(len(line) for line in self._lines.values())
