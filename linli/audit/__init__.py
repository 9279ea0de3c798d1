"""Who did what, when, where, why, with which result: written with the act, chained, verified (L8)."""


def record(act: str, *, by, **facts):
    """Write that `by` did `act`, inside the act's own transaction; see `actions.record`."""
    from .actions import record as write  # models exist only once Django has started

    return write(act, by=by, **facts)


def verify() -> list:
    """Every place where the audit was tampered with; empty when all is well; see `checking.verify`."""
    from .checking import verify as check

    return check()
