"""A pack kept as one row that is read when it is asked for: rules of an area for some time.

An app says `class GridRules(KeptPack): schema = GridPack` and registers `kind_of(GridRules)`.
"""

from functools import lru_cache
from typing import Any, ClassVar

from django.db import models, transaction

from linli.kernel import clock

from .schema import Installed, PackKind, nearest


@lru_cache(maxsize=256)
def _parse(schema: type, body: str) -> Any:
    return schema.model_validate_json(body)  # type: ignore[attr-defined]


class KeptPack(models.Model):
    """One installed pack; `rules` is its contents, typed."""

    schema: ClassVar[type]

    code = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    area = models.CharField(max_length=12)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    body = models.TextField()

    personal: dict = {}

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="%(class)s_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def rules(self) -> Any:
        return _parse(self.schema, self.body)

    @classmethod
    def at(cls, place: Any) -> Any:
        """The row of the nearest area that holds at the place today; LookupError when there is none."""
        found = nearest(cls._base_manager.defer("body"), place.ancestor_codes, clock.today())
        if found is None:
            raise LookupError(f"{cls._meta.verbose_name}: {place}")
        return found


def kind_of(model: type[KeptPack], **more: Any) -> PackKind:
    """The PackKind whose installation keeps the pack as a row of `model`; what was promised stays as promised."""

    def diff(pack: Any) -> Installed:
        kept = model._base_manager.filter(code=pack.code, valid_from=pack.valid_from).first()
        if kept is None:
            return Installed(added=(pack.code,))
        return Installed(changed=() if kept.body == pack.model_dump_json() else (pack.code,))

    @transaction.atomic
    def install(pack: Any, *, by: Any = None) -> Installed:
        done = diff(pack)
        told = {name: getattr(pack, name) for name in ("title", "source", "area", "valid_to")}
        model._base_manager.update_or_create(
            code=pack.code, valid_from=pack.valid_from, defaults={**told, "body": pack.model_dump_json()}
        )
        return done

    return PackKind(model.schema, install, diff, **more)  # type: ignore[arg-type]
