"""Row history by trigger (django-pghistory) that follows the register of personal fields.

`@tracked` above a model keeps every version of its rows, who changed them and why, and leaves out what
must not be kept twice: class 3, sealed values and their blind indexes. History is append-only; the
purge of a person, and nothing else, clears it (D8).
"""

from collections.abc import Callable, Collection
from functools import cache
from typing import TypeVar

import pghistory
import pghistory.models
from django.apps import apps
from django.db import models

from .fields import BlindIndexField, SealedField
from .personal import Sensitivity

M = TypeVar("M", bound=type[models.Model])


def is_secret(model: type[models.Model], field: models.Field) -> bool:
    """Whether a field of the model may stand in no second place: class 3, sealed, or an index of such."""
    said = getattr(model, "personal", {}).get(field.name)
    if isinstance(field, SealedField | BlindIndexField):
        return True
    return said is not None and said.sensitivity == Sensitivity.SENSITIVE


def tracked_fields(model: type[models.Model], leave_out: Collection[str] = ()) -> list[str]:
    """The names of the fields whose versions are kept, in the model's order."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.name not in leave_out and not is_secret(model, field)
    ]


def tracked(*, leave_out: Collection[str] = ()) -> Callable[[M], M]:
    """Decorator: keep the versions of the rows of a model as `<Model>Event`, without secret fields.

    `leave_out` names further fields that say nothing when kept (a password digest, a counter).
    """

    def track(model: M) -> M:
        kept = tracked_fields(model, leave_out)
        declared: dict = model.personal  # type: ignore[attr-defined]
        pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            fields=kept,
            model_name=f"{model.__name__}Event",
            obj_field=pghistory.ObjForeignKey(related_name="history"),
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,  # type: ignore[arg-type]  # the JSON context needs no key
            append_only=True,
            attrs={"personal": {name: said for name, said in declared.items() if name in kept}},
            meta={"verbose_name": f"{model._meta.verbose_name}（历史）"},
        )(model)
        return model

    return track


@cache
def versions_of(model: type[models.Model]) -> type[models.Model] | None:
    """The model that keeps the versions of this one; None when it is not tracked."""
    found = apps.all_models[model._meta.app_label].get(f"{model.__name__}Event".lower())
    return found if found is not None and issubclass(found, pghistory.models.Event) else None
