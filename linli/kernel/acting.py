"""Telling the audit of an act from an app that stands beside it and cannot import it."""

from collections.abc import Callable
from typing import Any

from .registry import Registry

recorders: Registry[Callable[..., Any]] = Registry("recorder of acts")


def tell_act(act: str, *, by: Any, detail: dict[str, Any] | None = None) -> None:
    """Record that `by` did `act`, in the caller's transaction, wherever acts are recorded (the app `audit`)."""
    for record in recorders.values():
        record(act, by=by, detail=detail)
