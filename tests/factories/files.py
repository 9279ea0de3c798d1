"""Uploads as a browser sends them."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from linli.files.actions import store
from linli.files.kinds import KINDS, declare_purpose, purposes

if "test" not in purposes:
    declare_purpose("test", "测试", frozenset(kind.media_type for kind in KINDS))
WORD = ("[Content_Types].xml", "word/document.xml")


def picture(kind="JPEG", size=(40, 30), **saved) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **saved)
    return out.getvalue()


def packed(*names, content=b"<x/>", **members) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, members.get(name, content))
    return out.getvalue()


def make_file(by=None, name="照片.jpg", content=None):
    return store(SimpleUploadedFile(name, content or picture()), by=by, purpose="test")


def body_of(answer) -> bytes:
    """What a download holds; read to its end, the client closes its file."""
    return b"".join(answer.streaming_content)
