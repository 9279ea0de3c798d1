"""Papers and pictures that belong to rows of registers: brought by whoever keeps the row, read by whoever reads it."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linli import audit
from linli.files.actions import ask_deletion
from linli.files.kinds import PAPERS, declare_purpose
from linli.files.models import StoredFile

from . import rules
from .declaring import Register, registers
from .models import Record, RowFile, Rulebook, file_readers

FILE = declare_purpose("register-file", "台账附件", PAPERS)
MOST_FILES = 10  # of one row, where no pack is installed

# Register → which of its files somebody reads beside those who read the register: courseware, forms to fill in.
readers: dict[str, Callable[[object], Q]] = {}


def readable(user) -> Q:
    """The files of registers this person reads, where he reads them, and what is open to more people."""
    if not user.is_authenticated:
        return Q(pk__in=[])
    names: dict[str, list[str]] = {}
    for register in registers.values():
        for permission in {register.view, register.edit}:
            names.setdefault(permission, []).append(register.name)
    seen = Q(pk__in=[])
    for permission, kept in names.items():
        if user.may(permission):
            seen |= Q(register__in=kept) & user.scope(permission, "place")
    for name, more in readers.items():
        seen |= Q(register=name) & more(user)
    return seen


file_readers.append(readable)


@transaction.atomic
def attach(register: Register, record: Record, /, *, by, file: StoredFile, title: str) -> RowFile:
    """Add a file to a row in use; ValidationError when it has as many as the rules allow."""
    record = register.model._default_manager.select_for_update(of=("self",)).get(pk=record.pk)
    if record.archived_on is not None or not rules.can_change(by, register, record):
        raise PermissionDenied
    place = register.place_of(record)
    most = _most(place)
    if len(files_of(register, record)) >= most:
        raise ValidationError(_("最多 %d 个附件，请先删去旧的。") % most)
    added = RowFile(register=register.name, row=record.pk, place=place, file=file, title=title.strip())
    added.full_clean(exclude=["place", "file"])
    added.save()
    audit.record(f"{register.name}.attach", by=by, thing=added, place=place)
    return added


@transaction.atomic
def detach(added: RowFile, *, by) -> None:
    """Take a file away; it goes after its waiting time."""
    register = registers[added.register]
    if not by.may(register.edit, at=added.place):
        raise PermissionDenied
    ask_deletion(added.file, by=by)
    audit.record(f"{register.name}.detach", by=by, thing=added, place=added.place)


def files_of(register: Register, record: Record) -> list[RowFile]:
    """The files of a row, oldest first."""
    found = RowFile.objects.shown().filter(register=register.name, row=record.pk)
    return list(found.select_related("file"))


def _most(place) -> int:
    book = Rulebook.nearest("registers", place)
    return (book.body.get("row_files") if book else None) or MOST_FILES
