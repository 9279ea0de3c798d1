"""Model fields for class-3 values: sealed in the database, plain on the instance when asked for."""

from typing import Any

from django.core import checks
from django.db import models

from .cipher import Sealed, blinds, seal, unseal


class _Unsealing:
    """Attribute of a sealed field: opens the value at the first look, not when the row is read."""

    def __init__(self, field: "SealedField"):
        self.field = field

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, Sealed):
            value = unseal(value, bound_to=self.field.bound_to(instance))
            instance.__dict__[name] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(models.TextField):
    """Text encrypted in the field and bound to its table, column and row.

    The row's key must be known before it is stored, so the model needs a UUID primary key. `update()`
    and `bulk_update()` are refused, for they do not know the row; `save()` and `bulk_create()` work.
    """

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Unsealing(self))

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if not isinstance(self.model._meta.pk, models.UUIDField):
            found.append(checks.Error(f"{self}: a sealed field needs a UUID primary key", id="linli.E001"))
        return found

    def bound_to(self, instance: Any) -> str:
        return f"{self.model._meta.db_table}:{self.column}:{instance.pk}"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | None:
        return Sealed(value) if value else None

    def pre_save(self, model_instance: Any, add: bool) -> Sealed | None:
        value = model_instance.__dict__.get(self.attname)
        if value is None or value == "":
            return None
        return value if isinstance(value, Sealed) else seal(value, bound_to=self.bound_to(model_instance))

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Sealed):
            return value
        raise TypeError(f"{self}: a sealed field is written by save() alone and never searched")


class BlindIndexField(models.CharField):
    """Keyed digest of another field of the row, by which that field can be found: `filter(x__in=blinds(…))`.

    While the key changes two rows of one value could stand under two digests, and no constraint would see it. So where
    values must differ, whoever writes one first brings the rows that hold it under the current key.
    """

    def __init__(self, *args: Any, source: str = "", **kwargs: Any):
        self.source = source
        kwargs |= {"max_length": 64, "null": True, "blank": True, "editable": False, "db_index": True}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["source"] = self.source
        for given in ("max_length", "null", "blank", "editable", "db_index"):
            kwargs.pop(given, None)
        return name, path, args, kwargs

    def pre_save(self, model_instance: Any, add: bool) -> str | None:
        value = getattr(model_instance, self.source)
        found, *older = blinds(self.source, value) if value else (None,)
        if older and self._tells_apart() and found != getattr(model_instance, self.attname):
            self.model._base_manager.filter(**{f"{self.attname}__in": older}).update(**{self.attname: found})
        setattr(model_instance, self.attname, found)
        return found

    def _tells_apart(self) -> bool:
        constraints = self.model._meta.constraints
        return any(self.name in one.fields for one in constraints if isinstance(one, models.UniqueConstraint))
