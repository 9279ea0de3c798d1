"""Letters on paper: frozen data → one PDF, a page for each letter, by typst with the wheel's Chinese fonts."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

TEMPLATE = Path(__file__).with_name("letter.typ")


class NoPrinter(Exception):
    """The extra `docs` (typst and its fonts) is not installed."""


@dataclass(frozen=True)
class Letter:
    """What stands on one sheet."""

    to: str
    address: str
    subject: str
    body: str
    link: str
    sender: str
    day: str


def letters_pdf(letters: list[Letter]) -> bytes:
    """The letters as one PDF. Text is data, never markup: what somebody wrote cannot run in the document."""
    try:
        import pylopdf_fonts_zh_cn as fonts
        import typst
    except ImportError:
        raise NoPrinter("printing letters needs the extra docs: pip install linli[docs]") from None
    said = json.dumps([asdict(letter) for letter in letters], ensure_ascii=False)
    return typst.compile(
        TEMPLATE,
        format="pdf",
        font_paths=[Path(str(fonts.sans_path())).parent],
        ignore_system_fonts=True,
        sys_inputs={"letters": said},
    )
