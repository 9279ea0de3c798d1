"""Photos of requests: what must not be seen is covered, and the original goes behind one role."""

from io import BytesIO

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from linli import audit
from linli.cases.actions import WrongState
from linli.cases.models import Attachment
from linli.files.actions import store
from linli.files.kinds import PICTURES, declare_purpose
from linli.files.models import StoredFile
from linli.kernel import clock

from ..models import Original
from ..rules import REDACT

PHOTOS = "requests.photos"
ORIGINALS = declare_purpose("requests.originals", "遮挡前的照片原件", PICTURES, sensitivity=3)
INK = (40, 40, 40)


def covered(file: StoredFile, boxes) -> bytes:
    """The picture as PNG with each box (left, top, right, bottom in percent) painted over."""
    with Image.open(file.path) as picture:
        copy = picture.convert("RGB")
    brush = ImageDraw.Draw(copy)
    for left, top, right, bottom in boxes:
        wide, high = copy.width / 100, copy.height / 100
        brush.rectangle((left * wide, top * high, right * wide, bottom * high), fill=INK)
    written = BytesIO()
    copy.save(written, "PNG")
    return written.getvalue()


def check_boxes(boxes) -> None:
    """ValueError when a box is none: percent from 0 to 100, left before right, top before bottom."""
    for left, top, right, bottom in boxes:
        if not (0 <= left < right <= 100 and 0 <= top < bottom <= 100):
            raise ValueError(_("每个遮挡框写四个 0 到 100 的数：左 上 右 下。"))


def redact(attachment: Attachment, *, boxes, reason: str, by) -> Original:
    """From now on everybody sees the covered picture; the first original is kept for those who may see it."""
    case = attachment.case
    if not by.may(REDACT, at=case.place):
        raise PermissionDenied
    if attachment.file.media_type not in PICTURES:
        raise WrongState(_("只有照片可以遮挡。"))
    if not boxes:
        raise WrongState(_("请至少画一个遮挡框。"))
    check_boxes(boxes)
    name = f"{attachment.file.name.rpartition('.')[0]}.png"
    clean = store(SimpleUploadedFile(name, covered(attachment.file, boxes)), by=None, purpose=PHOTOS)
    return _put_behind(attachment, clean, reason=reason, by=by)


@transaction.atomic
def _put_behind(attachment, clean, *, reason, by) -> Original:
    attachment = (
        Attachment.objects.select_for_update(of=("self",))
        .select_related("file", "case")
        .get(pk=attachment.pk)
    )
    before, attachment.file = attachment.file, clean
    attachment.save(update_fields=["file"])
    kept = Original.objects.filter(attachment=attachment).first()
    if kept is None:
        StoredFile.objects.filter(pk=before.pk).update(purpose=ORIGINALS)
        kept = Original.objects.create(
            attachment=attachment, file=before, reason=reason, by=by, at=clock.now()
        )
    audit.record("requests.redact", by=by, thing=attachment.case, place=attachment.case.place)
    return kept
