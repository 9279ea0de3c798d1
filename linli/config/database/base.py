"""A kept connection is asked with a statement whether it still answers only where it might not.

`CONN_HEALTH_CHECKS` sends `SELECT 1` before the first statement of every request (W3), a tenth of what a short one
costs. A server that stops, restarts or ends a session closes the socket or says so on it: then there is something to
read where nothing was asked. As long as there is nothing, and the connection answered a moment ago, it is usable.
"""

import select
import time

from django.db.backends.postgresql import base

LATELY_S = 1.0  # longer ago a network in between may have forgotten the connection without a word


class DatabaseWrapper(base.DatabaseWrapper):
    """Remembers when the connection last answered; asks it where that was long ago or its socket has news."""

    answered_at = 0.0  # monotonic, s
    watched = None  # the connection, and what watches its socket

    def close_if_unusable_or_obsolete(self) -> None:
        """At the begin and the end of a request: what was used in between without an error has answered."""
        if self.health_check_done and not self.errors_occurred:
            self.answered_at = time.monotonic()
        super().close_if_unusable_or_obsolete()

    def close_if_health_check_failed(self) -> None:
        if self.health_check_done or self.connection is None:
            return
        if self.health_check_enabled and self._answered_lately():
            self.health_check_done = True
        else:
            super().close_if_health_check_failed()

    def _answered_lately(self) -> bool:
        return time.monotonic() - self.answered_at < LATELY_S and not self._has_news()

    def _has_news(self) -> bool:
        """Whether the socket is closed, or something came on it that nobody asked for."""
        if self.connection.closed:
            return True
        if self.watched is None or self.watched[0] is not self.connection:
            socket = select.poll()
            socket.register(self.connection.fileno(), select.POLLIN)
            self.watched = (self.connection, socket)
        return bool(self.watched[1].poll(0))
