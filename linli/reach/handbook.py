"""The handbook (便民服务手册) on paper: frozen data in, a PDF by typst with a QR code out."""

import io
import json
from dataclasses import asdict
from pathlib import Path

import segno
from django.utils.translation import gettext as _

from .queries.circles import Handbook

TEMPLATE = Path(__file__).with_name("handbook.typ")


class NoPrinter(Exception):
    """The extra `docs` (typst and its fonts) is not installed."""


def handbook_pdf(handbook: Handbook, *, address: str, large: bool = False) -> bytes:
    """Two A4 sheets of two sides (more only where they cannot hold all), or large print on as many as it takes.

    Text is data, never markup. NoPrinter: the extra `docs` is missing.
    """
    try:
        import pylopdf_fonts_zh_cn as fonts
        import typst
    except ImportError:
        raise NoPrinter from None
    room = io.BytesIO()
    segno.make(address, error="m", micro=False).save(room, kind="svg", border=1, scale=4)
    said = asdict(handbook) | {"address": address, "large": large, "words": _words()}
    drawn = said.pop("map")
    said["drawn"] = bool(drawn)
    said["count"] = sum(len(lines) for _title, lines in handbook.groups)
    return typst.compile(
        TEMPLATE,
        format="pdf",
        font_paths=[Path(str(fonts.sans_path())).parent],
        ignore_system_fonts=True,
        sys_inputs={
            "handbook": json.dumps(said, ensure_ascii=False),
            "qr": room.getvalue().decode(),
            "map": drawn,
        },
    )


def _words() -> dict[str, str]:
    return {
        "title": _("便民服务手册"),
        "scan": _("扫码看地图和最新信息"),
        "as_of": _("按社区台账整理，截至"),
        "phone": _("电话"),
        "hours": _("开放"),
        "step_free": _("无障碍"),
        "map": _("数字是下面各处在地图上的位置，虚线是社区范围。"),
        "none": _("台账里还没有登记的网点"),
        "wrong": _("信息有误，请扫码告诉我们，或到社区服务站说明。"),
        "emergency": _("紧急电话：报警 110　火警 119　急救 120"),
    }
