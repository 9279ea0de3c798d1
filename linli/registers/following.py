"""Rows of registers follow when the place they stand on is merged away or split."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from linli.kernel import clock
from linli.places.following import followers
from linli.places.models import Place

from .actions import merge_known, store_moved
from .declaring import Register, registers
from .models import ChangeRequest, Proposal, Record, RowFile


def move_rows(place: Place, successor: Place, *, by, on: date, why: str) -> int:
    """Every row in use that names `place` names `successor` instead; who has it twice keeps one row.

    Moved rows want confirming again; their files, and what waits to be answered there, follow. Answers how many
    rows were touched.
    """
    for model in (ChangeRequest, Proposal, RowFile):
        model.objects.filter(place=place).update(place=successor)
    return sum(
        _move(register, name, row, successor, by=by, why=why)
        for register in registers.values()
        for name in _links(register)
        for row in register.model._default_manager.filter(**{name: place}, archived_on=None).order_by("pk")
    )


def _links(register: Register) -> list[str]:
    """The columns of a register that name a place."""
    return [
        name
        for name, field in register.columns.items()
        if isinstance(field, models.ForeignKey) and field.remote_field.model is Place
    ]


def _move(register: Register, name: str, row: Record, successor: Place, *, by, why: str) -> int:
    """One row: moved, or merged into the row that stands there already, or archived when neither can be."""
    before = getattr(row, f"{name}_id")
    setattr(row, name, successor)
    row.confirmed_on = row.confirmed_by = None
    try:
        with transaction.atomic():
            store_moved(register, row, by=by, why=why)
        return 1
    except IntegrityError:
        twin = _twin(register, row)
        setattr(row, f"{name}_id", before)
    try:
        if twin is not None:
            merge_known(register, row, into=twin, by=by, why=why)
            return 1
    except ValidationError:
        pass  # both have what only one may have: the row that ends is archived with all that hangs on it
    row.archived_on = clock.today()
    store_moved(register, row, by=by, why=why)
    return 1


def _twin(register: Register, row: Record) -> Record | None:
    key = {name: getattr(row, name) for name in register.key}
    return register.model._default_manager.filter(**key, archived_on=None).exclude(pk=row.pk).first()


followers["registers"] = move_rows
