"""Which files are taken: by what they hold and by what they are called, both (I8)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from linli.kernel.registry import Registry

MB = 1024 * 1024
OOXML = "application/vnd.openxmlformats-officedocument"


def _opens(*openings: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(openings)


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_text(head: bytes) -> bool:
    return b"\0" not in head and not head.startswith((b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff"))


@dataclass(frozen=True)
class FileKind:
    """One kind of file: how it is called, recognised, worked over and served.

    `work` names the check in workshop.py; `remade` kinds are drawn anew, so nothing of what was sent is
    kept but the picture.
    """

    media_type: str
    extensions: tuple[str, ...]
    recognise: Callable[[bytes], bool]
    work: str
    most_bytes: int
    remade: bool = False
    inline: bool = False


# Sizes: a phone's photo is 3 to 12 MB, a scanned paper of 20 pages 10 MB, a street's register 5 MB.
KINDS = (
    FileKind("image/jpeg", (".jpg", ".jpeg"), _opens(b"\xff\xd8\xff"), "JPEG", 20 * MB, True, True),
    FileKind("image/png", (".png",), _opens(b"\x89PNG\r\n\x1a\n"), "PNG", 20 * MB, True, True),
    FileKind("image/webp", (".webp",), _is_webp, "WEBP", 20 * MB, True, True),
    FileKind("application/pdf", (".pdf",), _opens(b"%PDF-1.", b"%PDF-2."), "pdf", 30 * MB),
    FileKind(f"{OOXML}.wordprocessingml.document", (".docx",), _opens(b"PK\x03\x04"), "docx", 20 * MB),
    FileKind(f"{OOXML}.spreadsheetml.sheet", (".xlsx",), _opens(b"PK\x03\x04"), "xlsx", 20 * MB),
    FileKind("text/csv", (".csv",), _is_text, "text", 20 * MB),
    FileKind("text/plain", (".txt",), _is_text, "text", 2 * MB),
)
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
PAPERS = frozenset(kind.media_type for kind in KINDS) - {"text/csv"}
TABLES = frozenset({f"{OOXML}.spreadsheetml.sheet", "text/csv"})

# Refused with a sentence that says what to do instead.
KNOWN_BUT_REFUSED = {
    ".heic": _("苹果手机的 HEIC 照片暂不支持：请在“设置—相机—格式”里选“兼容性最佳”，或发送截图。"),
    ".heif": _("HEIF 照片暂不支持：请改存为 JPEG 后再上传。"),
    ".doc": _("请用 Word 或 WPS 另存为 .docx 后再上传。"),
    ".xls": _("请用 Excel 或 WPS 另存为 .xlsx 后再上传。"),
    ".zip": _("不接受压缩包，请逐个上传里面的文件。"),
    ".rar": _("不接受压缩包，请逐个上传里面的文件。"),
}


@dataclass(frozen=True)
class Purpose:
    """What files are stored for, and which kinds it takes."""

    title: str
    takes: frozenset[str]
    sensitivity: int = 2  # 3: what such a file holds may be sealed elsewhere; each look at one is recorded


purposes: Registry[Purpose] = Registry("file purpose")


def declare_purpose(name: str, title: str, takes: frozenset[str], *, sensitivity: int = 2) -> str:
    """Declare what an app stores files for and return the name to give to `store(…, purpose=…)`."""
    purposes[name] = Purpose(title, takes, sensitivity)
    return name
