"""The one door for files, and the two steps by which they leave."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock
from linli.kernel.text import refuse_hidden_characters

from . import disk, limits
from .kinds import KINDS, KNOWN_BUT_REFUSED, FileKind, purposes
from .models import StoredFile
from .rules import can_see
from .scanning import scan

WORKSHOP = Path(__file__).with_name("workshop.py")
PILLOW = Path(find_spec("PIL").origin).parents[1]


class FileRefused(ValidationError):
    """The file was not stored; the message is for the person who sent it."""


def store(upload: UploadedFile, *, by, purpose: str) -> StoredFile:
    """Check, clean and keep an uploaded file; FileRefused says why not.

    `by` is the account that brings it (its quota counts); None is the platform itself. The file belongs to
    nobody until a row points to it.
    """
    name = _safe_name(upload.name or "")
    kind = _kind_of(name, purposes[purpose].takes)
    raw, clean = disk.incoming(), disk.incoming("-clean")
    try:
        _receive(upload, raw, kind)
        facts = _work_on(raw, clean, kind)
        state = scan(clean, remade=kind.remade)
        if state == StoredFile.State.INFECTED:
            raise FileRefused(_("文件没有通过安全检查，没有保存。"))
        measured = disk.measure(clean)
        file = StoredFile(
            name=name,
            media_type=kind.media_type,
            size=measured.size,
            sha256=measured.sha256,
            facts=facts,
            purpose=purpose,
            state=state,
            by=by,
            stored_at=clock.now(),
        )
        return _keep(file, clean)
    finally:
        raw.unlink(missing_ok=True)
        clean.unlink(missing_ok=True)


def _safe_name(given: str) -> str:
    """The name as shown: no folders, nothing invisible, not endless."""
    name = PurePosixPath(given.replace("\\", "/")).name.strip()
    try:
        refuse_hidden_characters(name)
    except ValidationError as refused:
        raise FileRefused(refused.messages) from None
    stem, dot, extension = name.rpartition(".")
    if not stem or not dot:
        raise FileRefused(_("文件名没有扩展名，请用带 .jpg、.pdf 等扩展名的文件。"))
    return f"{stem[: 149 - len(extension)]}.{extension}"


def _kind_of(name: str, takes: frozenset[str]) -> FileKind:
    extension = PurePosixPath(name).suffix.lower()
    if extension in KNOWN_BUT_REFUSED:
        raise FileRefused(str(KNOWN_BUT_REFUSED[extension]))
    for kind in KINDS:
        if extension in kind.extensions and kind.media_type in takes:
            return kind
    taken = "、".join(k.extensions[0] for k in KINDS if k.media_type in takes)
    raise FileRefused(_("这里不接受这种文件，可以上传：%s。") % taken)


def _receive(upload: UploadedFile, raw: Path, kind: FileKind) -> None:
    """Write what comes to the disk, counting; the size the browser claims is not believed."""
    try:
        size = disk.write(upload.chunks(), raw, most_bytes=kind.most_bytes)
    except disk.TooLarge:
        limit_mb = kind.most_bytes // limits.MB
        raise FileRefused(_("文件超过 %d MB，请压缩或分开后再上传。") % limit_mb) from None
    if size == 0:
        raise FileRefused(_("文件是空的。"))
    with raw.open("rb") as file:
        head = file.read(4096)
    if head[4:8] == b"ftyp":
        raise FileRefused(str(KNOWN_BUT_REFUSED[".heic"]))
    if not kind.recognise(head):
        raise FileRefused(_("文件内容与扩展名不符，没有保存。"))


def _work_on(raw: Path, clean: Path, kind: FileKind) -> dict:
    """Check and clean in a process of its own; what takes too long or too much is refused."""
    command = [sys.executable, "-I", "-S", str(WORKSHOP), kind.work, str(raw), str(clean)]
    bounds = [str(limits.WORK_SECONDS), str(limits.WORK_MEMORY), str(PILLOW)]
    try:
        done = subprocess.run(
            command + bounds, capture_output=True, timeout=2 * limits.WORK_SECONDS, check=False, env={}
        )
        said = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise FileRefused(_("文件太复杂，检查没有完成，没有保存。")) from None
    if "refused" in said:
        raise FileRefused(said["refused"])
    return said["ok"]


@transaction.atomic
def _keep(file: StoredFile, clean: Path) -> StoredFile:
    """Record the file and give it its place; a failure in between leaves at most a file the sweep removes."""
    if file.by_id is not None:
        _check_quota(file)
    disk.settle(clean, file.path)
    file.full_clean(validate_unique=False)
    file.save(force_insert=True)
    return file


def _check_quota(file: StoredFile) -> None:
    """Under the lock of the account's row, so that uploads at once are counted one after the other."""
    get_user_model().objects.select_for_update().get(pk=file.by_id)
    mine = StoredFile.objects.filter(by=file.by_id, erased_at=None)
    if (mine.aggregate(all=Sum("size"))["all"] or 0) + file.size > limits.BYTES_OF_A_PERSON:
        raise FileRefused(_("您的存储空间已满，请删除不用的文件，或联系管理员。"))
    day = clock.now().astimezone(clock.CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    if mine.filter(stored_at__gte=day).count() >= limits.FILES_A_DAY:
        raise FileRefused(_("今天上传的文件已达 %d 个，请明天再传。") % limits.FILES_A_DAY)


@transaction.atomic
def ask_deletion(file: StoredFile, *, by) -> StoredFile:
    """First step: the file is gone for everybody at once, and can be taken back for a week."""
    if by is not None and not can_see(by, file):
        raise PermissionDenied
    StoredFile.objects.live().filter(pk=file.pk).update(deletion_asked_at=clock.now(), deletion_asked_by=by)
    file.refresh_from_db()
    return file


@transaction.atomic
def take_back_deletion(file: StoredFile, *, by) -> bool:
    """Undo the first step; False when the file is erased already."""
    if by is not None and file.deletion_asked_by_id != by.pk:
        raise PermissionDenied
    waiting = StoredFile.objects.filter(pk=file.pk, erased_at=None)
    return bool(waiting.update(deletion_asked_at=None, deletion_asked_by=None))


@transaction.atomic
def record_reading(file: StoredFile, *, by) -> None:
    """Somebody opens a file that may hold class 3: no row, no look (L8)."""
    audit.record("files.read", by=by, thing=file, detail={"purpose": file.purpose})
