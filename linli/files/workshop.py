"""Work on one uploaded file in a process of its own, with limits of memory and time (I8).

Run as a script: workshop.py WORK SOURCE TARGET SECONDS BYTES LIBRARY, the last being the folder that holds
Pillow. Knows nothing of Django or the platform.
Prints JSON: {"ok": …} or {"refused": sentence}. Whatever else happens, the parent refuses the file.
"""

import json
import re
import resource
import shutil
import sys
import zipfile
import zlib
from pathlib import Path

MOST_PIXELS = 50_000_000  # the largest phone cameras in ordinary use
LONGEST_SIDE = 4096  # readable on any screen and on A4 paper at 300 dpi
MOST_PAGES = 500
MOST_MEMBERS = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
STEEPEST = 200  # one packed byte may become this many; honest sheets stay below 50
NEEDED = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")
PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
OBJECT_STREAM = re.compile(rb"/ObjStm\b[^>]*(?:>>)?[^>]*>>\s*stream\r?\n")


class Refused(Exception):
    """A sentence for the person who sent the file."""


def picture(source: Path, target: Path, kind: str) -> dict:
    """Draw the picture anew: what is not picture (EXIF, place, comments, hidden payload) is gone."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(source, formats=[kind]) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Refused(f"图片太大（{image.width}×{image.height}），请缩小后再上传。")
        image = ImageOps.exif_transpose(image)
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        mode = "RGBA" if kind != "JPEG" and image.has_transparency_data else "RGB"
        clean = Image.new(mode, image.size)
        clean.paste(image.convert(mode))
    clean.save(target, kind, **({"quality": 88} if kind != "PNG" else {}))
    return {"width": clean.width, "height": clean.height}


def office(source: Path, target: Path, kind: str) -> dict:
    """A packed office file: members counted and measured before anything is unpacked."""
    with zipfile.ZipFile(source) as packed:
        members = packed.infolist()
        _measure(members)
        names = {member.filename for member in members}
        if not {"[Content_Types].xml", NEEDED[kind]} <= names:
            raise Refused(f"这不是有效的 .{kind} 文件。")
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise Refused("文件里带有宏，请另存为不带宏的文件后再上传。")
        if packed.testzip() is not None:
            raise Refused("文件已损坏，请重新保存后再上传。")
    shutil.copyfile(source, target)
    return {"members": len(members)}


def _measure(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Refused("文件解开后太大，没有保存。")
    for member in members:
        if member.file_size > STEEPEST * max(member.compress_size, 1) + 1024 * 1024:
            raise Refused("文件压缩得不正常，没有保存。")
        if member.flag_bits & 1:
            raise Refused("文件加了密码，请去掉密码后再上传。")
        if member.filename.startswith(("/", "\\")) or ".." in member.filename.replace("\\", "/").split("/"):
            raise Refused("文件结构不正常，没有保存。")


def pdf(source: Path, target: Path, kind: str) -> dict:
    """A PDF without programs or files in it; packed objects are opened within a limit to see."""
    raw = source.read_bytes()
    if b"%%EOF" not in raw[-2048:]:
        raise Refused("PDF 文件不完整，请重新保存后再上传。")
    if b"/Encrypt" in raw:
        raise Refused("PDF 加了密码或限制，请去掉后再上传。")
    text = _unescape(raw) + _packed_objects(raw)
    if ACTIVE.search(text):
        raise Refused("PDF 里带有程序或附件，请打印成普通 PDF 后再上传。")
    pages = len(PAGE.findall(text))
    if pages > MOST_PAGES:
        raise Refused(f"PDF 有 {pages} 页，超过 {MOST_PAGES} 页，请分开上传。")
    shutil.copyfile(source, target)
    return {"pages": pages}


def _packed_objects(raw: bytes) -> bytes:
    """What the object streams hold; Refused when they unpack beyond the limit."""
    parts, left = [], MOST_UNPACKED // 4
    for opening in OBJECT_STREAM.finditer(raw):
        unpacking = zlib.decompressobj()
        try:
            part = unpacking.decompress(raw[opening.end() :], left)
        except zlib.error:
            continue
        left -= len(part)
        if left <= 0:
            raise Refused("PDF 解开后太大，没有保存。")
        parts.append(_unescape(part))
    return b"\n".join(parts)


def _unescape(raw: bytes) -> bytes:
    """Names may hide letters as #4A."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), raw)


def text(source: Path, target: Path, kind: str) -> dict:
    """Plain text in one of the two encodings in use."""
    raw = source.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            found = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in found:
            break
        shutil.copyfile(source, target)
        return {"encoding": encoding}
    raise Refused("不是文本文件，或者编码不是 UTF-8 / GB18030。")


WORKS = {"pdf": pdf, "docx": office, "xlsx": office, "text": text}


def examine(work: str, source: Path, target: Path) -> dict:
    """{"ok": facts} when the cleaned file lies at `target`, else {"refused": sentence}."""
    try:
        return {"ok": WORKS.get(work, picture)(source, target, work)}
    except Refused as refused:
        return {"refused": str(refused)}
    except Exception:
        return {"refused": "文件已损坏或格式不正确，没有保存。"}


def main(work: str, source: str, target: str, seconds: str, most_bytes: str, library: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    resource.setrlimit(resource.RLIMIT_AS, (int(most_bytes), int(most_bytes)))
    sys.path.append(library)
    sys.stdout.write(json.dumps(examine(work, Path(source), Path(target))))


if __name__ == "__main__":
    main(*sys.argv[1:])
