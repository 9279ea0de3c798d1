"""What may stand in the way of `make run`, each told in one sentence and never as a traceback."""

import errno


class Trouble(Exception):
    """Something a person can mend; the text is the one sentence to show."""


def sentence_of(trouble: Exception) -> str | None:
    """The sentence for an error that a person can mend; None for what is a fault of ours."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import InterfaceError, OperationalError

    from linli.config.embedded import DatabaseTrouble
    from linli.kernel.keys import KeyTrouble

    if (isinstance(trouble, OSError) and trouble.errno == errno.ENOSPC) or "No space left" in str(trouble):
        return "The disk is full; free some space and start again."
    if isinstance(trouble, Trouble | DatabaseTrouble | ImproperlyConfigured):
        return str(trouble)
    if isinstance(trouble, KeyTrouble):
        return f"The state folder is broken: {trouble}."
    if isinstance(trouble, OperationalError | InterfaceError):
        return f"The database does not answer: {' '.join(str(trouble).split())[:300]}"
    if isinstance(trouble, OSError):
        return f"{trouble.strerror or trouble}: {trouble.filename or 'while starting'}."
    return None
