"""The one door for files (I8, I13, K5)."""

import io
import tempfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from linli.files import limits
from linli.files.actions import FileRefused, store
from linli.files.keeping import damaged_files
from linli.files.models import StoredFile
from linli.files.workshop import examine
from linli.kernel import clock
from tests.conftest import TEST_DAY
from tests.factories.files import WORD, make_file, packed, picture
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


def left_on_disk(settings):
    return [path for path in settings.FILES_DIR.rglob("*") if path.is_file()]


def test_a_picture_is_drawn_anew_without_its_place_and_stored_with_its_digest():
    exif = Image.Exif()
    exif[0x010E] = "张三家门口"
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x0112] = 6  # lies on its side
    file = make_file(content=picture(exif=exif) + b"<script>hidden</script>")

    with Image.open(file.path) as stored:
        assert (dict(stored.getexif()), file.facts) == ({}, {"width": 30, "height": 40})
    assert b"script" not in file.path.read_bytes()
    assert (list(damaged_files()), file.state) == ([], "ready")


def test_K5_nothing_is_left_beside_the_stored_file(settings):
    file = make_file()

    assert left_on_disk(settings) == [file.path]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("照片.jpg", b"GIF89a"),
        ("照片.jpg", picture("PNG")),
        ("照片.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50),
        ("照片.heic", b"x"),
        ("照片.jpg", b"\0\0\0\x18ftypheic"),
        ("程序.exe", b"MZ"),
        ("没有扩展名", b"x"),
        (".jpg", picture()),
        ("照\u202egpj.jpg", picture()),
        ("空.txt", b""),
        ("乱.txt", b"\xff\xfe\xff"),
        ("程序.txt", b"%PDF-1.7"),
        ("文件.docx", packed("a.xml")),
        ("文件.docx", packed(*WORD, "word/vbaProject.bin")),
        ("文件.docx", packed(*WORD, "../../etc/passwd")),
        ("文件.docx", packed(*WORD, content=b"0" * 5_000_000)),
        ("文件.docx", packed(*WORD, *(f"{n}.xml" for n in range(2_001)))),
        ("文件.docx", packed(*WORD)[:-40]),
        ("文件.pdf", b"%PDF-1.7 no end"),
        ("文件.pdf", b"%PDF-1.7 /Encrypt %%EOF"),
        ("文件.pdf", b"%PDF-1.7 << /S /JavaScript >> %%EOF"),
        ("文件.pdf", b"%PDF-1.7 << /S /J#61vaScript >> %%EOF"),
        ("文件.pdf", b"%PDF-1.7" + b" /Type /Page " * 501 + b"%%EOF"),
    ],
)
def test_a_file_that_is_not_what_it_says_or_could_do_harm_is_refused(settings, name, content):
    with pytest.raises(FileRefused) as refused:
        make_file(name=name, content=content)

    assert [bool(sentence) for sentence in refused.value.messages] == [True]
    assert (left_on_disk(settings), StoredFile.objects.count()) == ([], 0)


def test_programs_packed_in_a_pdf_are_found():
    inside = zlib.compress(b"1 0 << /S /JavaScript /JS (app.alert) >>")
    content = b"%PDF-1.7\n1 0 obj << /Type /ObjStm /N 1 >>\nstream\n" + inside + b"\nendstream\n%%EOF"

    with pytest.raises(FileRefused):
        make_file(name="通知.pdf", content=content)


def test_a_pixel_bomb_is_refused_before_it_is_unpacked():
    bomb = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomb, "PNG")

    with pytest.raises(FileRefused):
        make_file(name="图.png", content=bomb.getvalue())


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("图.png", picture("PNG"), "image/png"),
        ("图.webp", picture("WEBP"), "image/webp"),
        ("图.JPEG", picture(), "image/jpeg"),
        ("文件.pdf", b"%PDF-1.7 << /Type /Page >> %%EOF", "application/pdf"),
        (
            "文件.docx",
            packed(*WORD),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("表.csv", "姓名,电话".encode("gb18030"), "text/csv"),
        (r"C:\我的\说明.txt", "说明".encode(), "text/plain"),
    ],
)
def test_ordinary_files_are_taken(name, content, media_type):
    file = make_file(name=name, content=content)

    assert (file.media_type, file.name) == (media_type, name.split("\\")[-1])


WHOLE = {
    "PNG": picture("PNG"),
    "JPEG": picture(),
    "pdf": b"%PDF-1.7 << /Type /Page >> stream endstream %%EOF",
    "docx": packed(*WORD),
    "text": "说明".encode("gb18030"),
}


@given(work=st.sampled_from(sorted(WHOLE)), at=st.integers(0, 400), junk=st.binary(min_size=1, max_size=20))
def test_damaged_files_are_cleaned_or_refused_with_a_sentence(work, at, junk):
    whole = WHOLE[work]
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "source"), Path(folder, "target")
        source.write_bytes(whole[:at] + junk + whole[at + len(junk) :])

        said = examine(work, source, target)

        assert ("ok" in said) is target.exists() or "refused" in said


def test_the_size_is_counted_and_not_believed(monkeypatch):
    monkeypatch.setattr("linli.files.actions.KINDS", ())
    with pytest.raises(FileRefused, match="可以上传"):
        make_file()
    monkeypatch.undo()
    upload = SimpleUploadedFile("大.txt", b"x" * (2 * limits.MB + 1))
    upload.size = 10

    with pytest.raises(FileRefused, match="超过 2 MB"):
        store(upload, by=None, purpose="test")


def test_a_person_has_a_quota_of_bytes_and_of_files_a_day(monkeypatch):
    user = make_user()
    monkeypatch.setattr(limits, "FILES_A_DAY", 1)
    make_file(by=user)
    with pytest.raises(FileRefused, match="今天"):
        make_file(by=user)
    monkeypatch.setattr(limits, "BYTES_OF_A_PERSON", 1)
    with pytest.raises(FileRefused, match="空间"):
        make_file(by=user)


@pytest.mark.django_db(transaction=True)
def test_uploads_at_once_cannot_pass_the_quota_together(monkeypatch, settings):
    monkeypatch.setattr(limits, "FILES_A_DAY", 2)
    user = make_user()

    def upload(_number):
        with clock.at(TEST_DAY):
            try:
                return make_file(by=user).state
            except FileRefused:
                return "refused"
            finally:
                connection.close()

    with ThreadPoolExecutor(4) as crowd:
        assert sorted(crowd.map(upload, range(4))) == ["ready", "ready", "refused", "refused"]
    assert len(left_on_disk(settings)) == 2


@pytest.mark.parametrize(
    ("command", "state"), [("true", "ready"), ("/no/such/scanner", "held"), ("sh -c 'exit 2'", "held")]
)
def test_the_scanner_decides_about_what_we_did_not_draw(settings, command, state):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"file_scanner": command})

    assert make_file(name="a.txt", content=b"x").state == state


def test_what_the_scanner_finds_is_not_stored(settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"file_scanner": "false"})
    with pytest.raises(FileRefused, match="安全检查"):
        make_file(name="a.txt", content=b"x")


def test_without_a_scanner_production_holds(settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"unscanned_files": "hold"})

    assert [make_file(name="a.txt", content=b"x").state, make_file().state] == ["held", "ready"]
