"""Log lines to another system (ASVS 16.4.3): syslog over TLS, RFC 5424 in the frames of RFC 5425.

The lines stay on standard error as well. A thread sends them; what does not fit its queue while the log server is away
is counted and dropped, never waited for: a log must not stop a city (W1). The server shows a certificate for its name.
"""

import contextlib
import logging
import queue
import socket
import ssl
import threading
from datetime import UTC, datetime
from pathlib import Path

QUEUE = 10_000  # lines; about ten megabytes
PATIENCE_S = 5.0
PAUSE_S = 10.0  # before another try
FACILITY = 13  # "log audit"
SEVERITY = {logging.CRITICAL: 2, logging.ERROR: 3, logging.WARNING: 4, logging.INFO: 6, logging.DEBUG: 7}


class Forwarder(logging.Handler):
    """Hands each line to the thread that sends; the thread starts with the first line (after a server forks)."""

    def __init__(self, to: str, ca: Path | None = None):
        super().__init__()
        host, _colon, port = to.removeprefix("tls://").rpartition(":")
        self.place, self.ca = (host, int(port)), ca
        self.lines: queue.Queue[bytes] = queue.Queue(QUEUE)
        self.dropped = 0
        self._thread: threading.Thread | None = None
        self._line: ssl.SSLSocket | None = None

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self.lines.put_nowait(self._frame(record))
        except queue.Full:
            self.dropped += 1
        except Exception:
            self.handleError(record)
        with self.lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._send_for_ever, name="log-forwarder", daemon=True)
                self._thread.start()

    def _frame(self, record: logging.LogRecord) -> bytes:
        at = datetime.fromtimestamp(record.created, UTC).isoformat()
        told = FACILITY * 8 + SEVERITY.get(record.levelno, 5)
        line = (
            f"<{told}>1 {at} {socket.gethostname()} linli {record.process} - - {self.format(record)}".encode()
        )
        return b"%d %s" % (len(line), line)

    def _send_for_ever(self) -> None:
        while True:
            frame = self.lines.get()
            while not self._sent(frame):
                threading.Event().wait(PAUSE_S)

    def _sent(self, frame: bytes) -> bool:
        """Whether the frame is with the log server's machine; a broken line is opened anew at the next try."""
        try:
            if self._line is None:
                self._line = self._open()
            self._line.sendall(frame)
        except OSError:
            with contextlib.suppress(OSError, AttributeError):
                self._line.close()
            self._line = None
            return False
        return True

    def _open(self) -> ssl.SSLSocket:
        trust = ssl.create_default_context(cafile=self.ca)
        trust.minimum_version = ssl.TLSVersion.TLSv1_2
        plain = socket.create_connection(self.place, timeout=PATIENCE_S)
        return trust.wrap_socket(plain, server_hostname=self.place[0])
