"""Log lines: JSON in UTC on standard error, with nothing in them that names or lets in a person (D10, W7).

Of an exception the kind and the lines of code are told, never its message: that may hold what somebody typed.
"""

import json
import logging.config
import re
import sys
import traceback
from typing import Any

import structlog

from .forwarding import Forwarder

LONG_NUMBER = re.compile(r"\d(?:[\s-]?\d){6,}[xX]?")  # a phone, an identity number, whoever wrote it
SECRET = re.compile(r"linli_[\w-]{8,}|(?i:bearer)\s+\S+")
SECRET_NAMES = frozenset(
    {"password", "code", "token", "key", "secret", "authorization", "cookie", "sessionid"}
)
DROPPED = frozenset({"request", "server_time"})  # Django adds the whole request
LONGEST = 500


def configure(said: dict[str, Any]) -> None:
    """Set up standard logging and structlog alike (LOGGING_CONFIG); `said`: the level, and where else lines go."""
    before = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        tell_exception,
        strike_out,
    ]
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": before,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, as_json],
    }
    quiet = {"handlers": [], "propagate": True, "level": "NOTSET"}  # Django has set INFO: the setting decides
    handlers = _handlers(said)
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": formatter},
            "handlers": handlers,
            "root": {"level": said["level"], "handlers": list(handlers)},
            "loggers": {
                "django": quiet,
                "django.server": quiet,
                "procrastinate": {"level": "WARNING"},  # tells each recurring job at each start
            },
        }
    )


def _handlers(said: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Lines go to standard error, and to a log server where one is set."""
    lines = {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}
    if not said.get("to"):
        return {"lines": lines}
    away = {"()": Forwarder, "to": said["to"], "ca": said.get("ca"), "formatter": "json"}
    return {"lines": lines, "away": away}


def as_json(_logger: Any, _method: str, event: dict[str, Any]) -> str:
    """One line: what somebody typed cannot break out of it, for JSON escapes line ends."""
    return json.dumps(event, ensure_ascii=False, default=lambda value: type(value).__name__)


def tell_exception(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """`error`: the kind; `where`: the last lines of code, innermost last."""
    said = event.pop("exc_info", None)
    trouble = sys.exc_info()[1] if said is True else said[1] if isinstance(said, tuple) else said
    if isinstance(trouble, BaseException):
        event["error"] = type(trouble).__name__
        frames = traceback.extract_tb(trouble.__traceback__)[-8:]
        event["where"] = [f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno}" for frame in frames]
    return event


def strike_out(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Every text without long numbers and secrets; fields that are secrets by name are emptied."""
    return {
        name: "…" if name.lower() in SECRET_NAMES else _plain(name, value)
        for name, value in event.items()
        if name not in DROPPED
    }


def _plain(name: str, value: Any) -> Any:
    if name in ("timestamp", "_record", "_from_structlog") or isinstance(value, bool | int | float | None):
        return value
    if isinstance(value, list | tuple):
        return [_plain(name, item) for item in value]
    if isinstance(value, str):
        return SECRET.sub("…", LONG_NUMBER.sub("…", value))[:LONGEST]
    return type(value).__name__  # an object may print whatever it holds
