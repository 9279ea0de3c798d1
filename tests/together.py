"""Two or more calls at once, each in a thread of its own with its own connection."""

import contextvars
import threading
from collections.abc import Callable

from django.db import connections


def together(*calls: Callable) -> list:
    """What each call gave, or the exception it raised, in the order of the calls."""
    results: list = [None] * len(calls)
    barrier = threading.Barrier(len(calls))

    def run(number: int, call: Callable) -> None:
        try:
            barrier.wait(timeout=60)
            results[number] = call()
        except Exception as raised:  # the race decides who fails, the test looks at how
            results[number] = raised
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=contextvars.copy_context().run, args=(run, number, call))
        for number, call in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=1_200)  # a loaded machine is slow, not wrong
        assert not thread.is_alive(), "a thread waits for ever"
    return results
