"""Taking a person out: text, files, index entries, queued messages, versions; a pseudonym stays (D8).

What is part of the person (its link cascades) is deleted. What others rely on – cases, hours, posts – stays
with its personal fields emptied and leads to the person's row, which holds nothing but its key. The audit
and the ledger name people by that key alone.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pgtrigger
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.db.models import ProtectedError, Q, RestrictedError

from linli import audit
from linli.files.actions import ask_deletion
from linli.files.models import StoredFile
from linli.kernel import clock
from linli.kernel.purging import obstacles, remove_copies

from .. import rules
from ..models import Person, User
from . import blanking
from .schema import Holding, holdings, links


class StillNeeded(Exception):
    """The person cannot be purged yet; says why, one sentence for each reason."""


@transaction.atomic
def purge(person, *, by=None) -> int:
    """Take everything personal about somebody out of the platform; the number of rows changed or deleted.

    Done twice it does nothing the second time. StillNeeded: an app holds the person (an open case).
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.purged_at is not None:
        return 0
    if by is not None and not rules.can_edit(by, person):
        raise PermissionDenied
    if reasons := [said for ask in obstacles.values() if (said := ask(person))]:
        raise StillNeeded("；".join(reasons))
    place, known = person.home, _known_by(person)
    _end_sessions(person)
    # What is deleted first may be the way to what follows: find all keys before anything changes.
    found = [(holding, _keys(holding, person), _versions(holding, person)) for holding in holdings()]
    with writing_protected_rows(holding.model for holding, *_keys_of in found):
        touched = sum(_clear(holding, rows, person) for holding, rows, _versions_of in found)
    _cancel_jobs(known)
    Person.objects.filter(pk=person.pk).update(purged_at=clock.now())
    for holding, rows, versions in found:
        clear_versions(holding, rows, versions)
    audit.record("people.purge", by=by, thing=person, place=place, detail={"rows": touched})
    transaction.on_commit(lambda: _remember(person.pk))
    return touched


def _keys(holding: Holding, person) -> list:
    rows = list(holding.rows_of(person).values_list("pk", flat=True))
    if not holding.is_shared():
        return rows
    shared = {
        key
        for path in holding.about
        for key, other in holding.model._base_manager.filter(
            **{"pk__in": rows, f"{path}__isnull": False, f"{path}__purged_at": None}
        ).values_list("pk", path)
        if other != person.pk
    }
    return [key for key in rows if key not in shared]


def _clear(holding: Holding, rows: list, person) -> int:
    """Delete the rows that are part of the person, empty the others."""
    if not rows:
        return 0
    remove_copies(holding.model, rows)
    ask_file_deletion(holding.model, rows)
    must_go = holding.is_part_of_person() or not blanking.is_blankable(holding.model, holding.personal)
    if must_go and delete_rows(holding.model, rows):
        return len(rows)
    values = blanking.blanks(holding.model, holding.personal)
    if holding.model is User:
        values |= {"is_active": False, "password": "!", "is_staff": False, "is_superuser": False}
    return holding.model._base_manager.filter(pk__in=rows).update(**values) if values else 0


def ask_file_deletion(model: type[models.Model], rows: list) -> None:
    """The files that the rows point to go by the two steps of the files app (K5)."""
    for name in links(model, StoredFile):
        wanted = model._base_manager.filter(pk__in=rows).values(name)
        for file in StoredFile.objects.live().filter(pk__in=wanted):
            ask_deletion(file, by=None)


def delete_rows(model: type[models.Model], rows: list) -> bool:
    """Whether the rows could be deleted; they stay when others lean on them."""
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=rows).delete()
    except (ProtectedError, RestrictedError):
        return False
    return True


def _versions(holding: Holding, person) -> list:
    """The keys of versions about the person, those of rows deleted long ago too.

    Asked before anything goes: a version leads to the person through a row that may be deleted with him.
    """
    history, keys = holding.history, set()
    if history is None:
        return []
    kept = {field.name for field in history._meta.concrete_fields}
    for path in holding.about:
        if path.split("__")[0] in kept:
            keys.update(history._base_manager.filter(**{path: person.pk}).values_list("pk", flat=True))
    return sorted(keys)


def clear_versions(holding: Holding, rows: list, versions: Sequence = ()) -> None:
    """Delete the versions of these rows, those written meanwhile too, and the versions that are named."""
    history = holding.history
    if history is None:
        return
    with pgtrigger.ignore(f"{history._meta.label}:append_only"):
        history._base_manager.filter(Q(pgh_obj_id__in=rows) | Q(pk__in=list(versions))).delete()


def empty_versions(holding: Holding, rows: list, values: dict) -> None:
    """Empty the same fields in the versions of these rows; the other fields keep their past."""
    history = holding.history
    kept = {field.name for field in history._meta.concrete_fields} if history else set()
    if emptied := {name: value for name, value in values.items() if name in kept}:
        with pgtrigger.ignore(f"{history._meta.label}:append_only"):
            history._base_manager.filter(pgh_obj_id__in=rows).update(**emptied)


@contextmanager
def writing_protected_rows(changed) -> Iterator[None]:
    """Inside, the purge may empty rows that nobody else may edit (a timeline).

    A trigger of our own that lets the purge through asks for the setting `linli.purge`.
    """
    uris = [
        f"{model._meta.label}:{trigger.name}"
        for model in changed
        for trigger in getattr(model._meta, "triggers", [])
        if isinstance(trigger, pgtrigger.Protect) and model._meta.app_label != "audit"
    ]
    with connection.cursor() as cursor, pgtrigger.ignore(*uris) if uris else nullcontext():
        cursor.execute("select set_config('linli.purge', 'on', true)")
        yield
        cursor.execute("select set_config('linli.purge', 'off', true)")


def _end_sessions(person) -> None:
    keys = (
        User.objects.filter(person=person)
        .exclude(usersession__session_key=None)
        .values_list("usersession__session_key", flat=True)
    )
    Session.objects.filter(session_key__in=list(keys)).delete()


def _known_by(person) -> list[str]:
    """What a queued job may name the person by: his keys, and what must never have stood in one (D10)."""
    account = User.objects.filter(person=person).first()
    known = [str(person.pk), person.phone, person.id_number]
    return [text for text in (*known, account and account.email) if text]


def _cancel_jobs(known: list[str]) -> None:
    """Remove jobs, waiting or done, that name the person: what they would send or index is gone.

    One that runs right now belongs to its worker; it finds nothing any more, and the queue drops it.
    """
    with connection.cursor() as cursor:
        for text in known:
            cursor.execute(
                "delete from procrastinate_jobs where status <> 'doing' and position(%s in args::text) > 0",
                [text],
            )


def purged_path() -> Path:
    """The list of purged persons' keys, outside the database, so that a restored backup can catch up."""
    return settings.STATE_DIR / "purged.jsonl"


def _remember(key) -> None:
    path = purged_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"person": str(key), "at": clock.now().isoformat()}) + "\n")
        file.flush()
        os.fsync(file.fileno())


def purge_again() -> int:
    """Purge who was purged before but stands in a restored backup; run before a restored database serves."""
    path = purged_path()
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    back = Person.objects.filter(pk__in={json.loads(line)["person"] for line in lines}, purged_at=None)
    return sum(1 for person in back if purge(person))
