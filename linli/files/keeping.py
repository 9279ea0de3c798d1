"""What the platform does with its files by itself: erase, sweep, scan again, verify."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from linli.kernel import clock

from . import disk, limits
from .models import StoredFile
from .scanning import scan


def erase_due() -> int:
    """Second step of deletion: the content goes once its waiting time is over; the row stays, nameless.

    The content goes first: a killed worker leaves a row that still waits, and the next run finishes it.
    """
    before = clock.now() - limits.WAIT_BEFORE_ERASING
    gone = 0
    for file in StoredFile.objects.filter(erased_at=None, deletion_asked_at__lte=before).iterator():
        file.path.unlink(missing_ok=True)
        gone += StoredFile.objects.filter(
            pk=file.pk, erased_at=None, deletion_asked_at=file.deletion_asked_at
        ).update(erased_at=clock.now(), name="已删除", facts={})
    return gone


def sweep_orphans() -> int:
    """Remove content that no row knows (its transaction was rolled back) and uploads that broke off."""
    gone = 0
    for path in [*disk.stored_paths(), *disk.unfinished_paths()]:
        if _age(path) > limits.ORPHANS_WAIT and not _is_known(path):
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _age(path: Path):
    return clock.now() - datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _is_known(path: Path) -> bool:
    try:
        return StoredFile.objects.filter(pk=UUID(hex=path.name), erased_at=None).exists()
    except ValueError:
        return False


def scan_held() -> int:
    """Ask the scanner about what still waits for it; return how many files it decided on."""
    decided = 0
    for file in StoredFile.objects.live().filter(state=StoredFile.State.HELD).iterator():
        state = scan(file.path, remade=False)
        if state != StoredFile.State.HELD:
            decided += StoredFile.objects.filter(pk=file.pk, state=StoredFile.State.HELD).update(state=state)
    return decided


def damaged_files() -> Iterator[tuple[UUID, str]]:
    """Every file whose content is missing or differs from its record (K7)."""
    for file in StoredFile.objects.filter(erased_at=None).iterator():
        if not file.path.exists():
            yield file.pk, "missing"
        elif disk.measure(file.path) != disk.Measured(file.size, file.sha256):
            yield file.pk, "changed"
