"""When a case is purged, messages to others that quote it keep its number and lose its words (security D8)."""

from typing import Any

from django.db import models

from linli.kernel.purging import removers
from linli.notices.models import Notice

from .models import Case


def empty_quotes(model: type[models.Model], keys: list[Any]) -> int:
    """Take the texts out of the messages about these cases, whoever received them; how many were emptied."""
    if model is not Case:
        return 0
    numbers = list(Case.objects.filter(pk__in=keys).values_list("number", flat=True))
    quoting = Notice.objects.filter(context__case__in=numbers)
    for notice in quoting:
        notice.context = {
            name: "" if isinstance(value, str) and name not in ("case", "path") else value
            for name, value in notice.context.items()
        }
        notice.save(update_fields=["context"])
    return len(quoting)


removers["cases"] = empty_quotes
