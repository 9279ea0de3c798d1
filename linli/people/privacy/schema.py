"""Which rows are about a person, found by a walk over the schema and its register of personal fields.

A model says it with `about`: the lookups that lead from its rows to the persons they tell of. Most need
not say: one link to a person among the personal fields, one row it is part of (one-to-one or cascading), or
the account a row belongs to. Where two readings are possible the model must choose, for the wrong one
would show somebody another person's data (P9). `about = ()` says that nobody can be named, and that the
rows go by their term alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.db.models import Q

from linli.kernel.personal import Personal

from ..models import Person, User
from .foreign import FOREIGN


class NotSaid(Exception):
    """A model holds personal fields, and nobody can tell whose."""


@dataclass(frozen=True)
class Holding:
    """A model whose rows tell of persons: by which lookups, and which fields are personal."""

    model: type[models.Model]
    about: tuple[str, ...]
    personal: dict[str, Personal]

    def of(self, person) -> Q:
        """The condition that a row tells of the person."""
        condition = Q(pk__in=[])
        for path in self.about:
            condition |= Q(**{path: person.pk})
        return condition

    def rows_of(self, person) -> models.QuerySet:
        return self.model._base_manager.filter(
            pk__in=self.model._base_manager.filter(self.of(person)).values("pk")
        )

    @property
    def label(self) -> str:
        return self.model._meta.label

    @property
    def history(self) -> type[models.Model] | None:
        """The model of its versions, if they are kept."""
        return next(iter(getattr(self.model, "pgh_event_models", {}).values()), None)

    def is_part_of_person(self) -> bool:
        """Whether the rows go when the person goes: every link to him cascades."""
        return (
            self.model not in (Person, User)
            and bool(self.about)
            and all(
                _last_link(self.model, path).remote_field.on_delete is models.CASCADE for path in self.about
            )
        )

    def is_shared(self) -> bool:
        """Whether a row may tell of several persons at once (a household)."""
        return any(_is_many(self.model, path) for path in self.about)


def is_ours(model: type[models.Model]) -> bool:
    return model.__module__.startswith("linli.")


def is_version(model: type[models.Model]) -> bool:
    """Whether a model keeps versions of another model's rows."""
    return hasattr(model, "pgh_tracked_model")


def links(model: type[models.Model], *targets) -> list[str]:
    """The names of the foreign keys of a model to one of the targets."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.is_relation and field.remote_field.model in targets
    ]


def about(model: type[models.Model], _seen: tuple = ()) -> tuple[str, ...]:
    """The lookups from a model's rows to the persons they tell of; empty when nobody can be found.

    NotSaid: several links are possible and the model does not choose.
    """
    said = model.__dict__.get("about")
    if said is not None or model in _seen:
        return tuple(said or ())
    persons = [name for name in links(model, Person) if name in model.personal]
    parents = [
        (f"{name}__{path}" if path != "pk" else name)
        for name in _parents(model)
        for path in about(_target(model, name), (*_seen, model))
    ]
    if persons or parents:
        return _only(model, [*persons, *parents])
    accounts = [name for name in links(model, User) if name in model.personal]
    return _only(model, [f"{name}__person" for name in accounts]) if accounts else ()


def holdings() -> Iterator[Holding]:
    """Every table that tells of persons, ours and those of libraries, parts before what they are part of."""
    ours = [
        Holding(model, about(model), model.personal)
        for model in apps.get_models()
        if is_ours(model) and not is_version(model) and model.personal
    ]
    joins = [
        Holding(model, tuple(_join_paths(model)), {})
        for model in apps.get_models(include_auto_created=True)
        if model._meta.auto_created and _join_paths(model)
    ]
    theirs = [
        Holding(apps.get_model(label), said.about, said.personal)
        for label, said in FOREIGN.items()
        if said.about
    ]
    yield from (*theirs, *joins, *reversed(ours))


def _only(model, paths: list[str]) -> tuple[str, ...]:
    if len(paths) > 1:
        raise NotSaid(f"{model._meta.label}: say `about = (…)`; it may be {' or '.join(paths)}")
    return tuple(paths)


def _parents(model) -> list[str]:
    """Links to rows that this row is a part of: one-to-one as its key, else cascading."""
    own = [field for field in model._meta.concrete_fields if field.is_relation and _is_told(field)]
    keyed = [field.name for field in own if field.primary_key]
    return keyed or [field.name for field in own if field.remote_field.on_delete is models.CASCADE]


def _is_told(field) -> bool:
    target = field.remote_field.model
    return target not in (Person, User) and is_ours(target) and bool(target.personal)


def _target(model, name: str):
    return model._meta.get_field(name).remote_field.model


def _join_paths(model) -> list[str]:
    return [*links(model, Person), *(f"{name}__person" for name in links(model, User))]


def _last_link(model, path: str):
    """The foreign key nearest to the person on a path: its on_delete says whether the row outlives him."""
    field = None
    for part in path.split("__"):
        found = model._meta.get_field(part)
        field = found if found.concrete else found.field
        model = found.related_model
        if model is User:
            break
    return field


def _is_many(model, path: str) -> bool:
    for part in path.split("__"):
        if part == "pk":
            return False
        found = model._meta.get_field(part)
        if found.one_to_many or found.many_to_many:
            return True
        model = found.related_model
    return False
