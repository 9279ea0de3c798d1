"""Certificates on paper: a PDF each by typst, with the wheel's Chinese fonts and a QR code by segno."""

import io
import json
from pathlib import Path

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.notices.channels.letter.paper import NoPrinter

from .actions.certifying import seal_of
from .models import Attendance, Certificate, Honour

MOST_LINES = 400  # on the sheet; the total always counts all


def check_address(made: Certificate) -> str:
    """The address behind the QR code: number, minutes and seal, nothing about the person."""
    told = {"n": made.number, "m": made.minutes, "s": seal_of(made)}
    return f"{settings.PUBLIC_URL}{reverse('certificate-check')}?{urlencode(told)}"


def qr_svg(text: str) -> str:
    """The QR code of a text as SVG."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", scale=4, border=2, xmldecl=False)
    return out.getvalue().decode()


def certificate_pdf(made: Certificate) -> bytes:
    """The certificate of hours as PDF. NoPrinter: no typst."""
    return _pdf("certificate.typ", _told(made), check_address(made))


def honour_pdf(made: Honour) -> bytes:
    """The certificate of an award or a star as PDF. NoPrinter: no typst."""
    told = {
        "number": made.number,
        "name": made.volunteer.person.name if made.volunteer_id else made.team.name,
        "whose": made.volunteer.number if made.volunteer_id else made.team.number,
        "title": made.title,
        "occasion": made.occasion,
        "seal": seal_of(made),
        "issuer": made.issuer.name,
        "issued": f"{made.issued_at.astimezone(CHINA):%Y年%m月%d日}",
        "address": f"{settings.PUBLIC_URL}{reverse('certificate-check')}",
    }
    return _pdf("honour.typ", told, honour_address(made))


def honour_address(made: Honour) -> str:
    """The address behind the QR code: number and seal, nothing about the person."""
    return f"{settings.PUBLIC_URL}{reverse('certificate-check')}?{urlencode({'n': made.number, 's': seal_of(made)})}"


def _pdf(template: str, told: dict, qr: str) -> bytes:
    """A sheet as accessible PDF (PDF/UA-1). Text is data, never markup."""
    try:
        import pylopdf_fonts_zh_cn as fonts
        import typst
    except ImportError:
        raise NoPrinter("printing needs the extra docs: pip install linli[docs]") from None
    return typst.compile(
        Path(__file__).with_name(template),
        format="pdf",
        font_paths=[Path(str(fonts.sans_path())).parent],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        sys_inputs={"told": json.dumps(told, ensure_ascii=False), "qr": qr_svg(qr)},
    )


def _told(made: Certificate) -> dict:
    rows = (
        Attendance.objects.filter(pk__in=made.records).select_related("place", "charter").order_by("during")
    )
    return {
        "number": made.number,
        "name": made.volunteer.person.name,
        "volunteer": made.volunteer.number,
        "period": f"{made.since or '首次服务'} 至 {made.until}",
        "minutes": made.minutes,
        "hours": hours_words(made.minutes),
        "count": made.count,
        "seal": seal_of(made),
        "issued": f"{made.issued_at.astimezone(CHINA):%Y年%m月%d日}",
        "printed": f"{clock.today():%Y年%m月%d日}",
        "address": f"{settings.PUBLIC_URL}{reverse('certificate-check')}",
        "issuer": made.volunteer.place.name,
        "lines": [
            [
                f"{row.during.lower.astimezone(CHINA):%Y-%m-%d}",
                row.charter.rules.service(row.service).name,
                row.content,
                row.place.name,
                hours_words(row.minutes),
            ]
            for row in rows[:MOST_LINES]
        ],
        "more": max(0, made.count - MOST_LINES),
    }


def hours_words(minutes: int) -> str:
    """Minutes as people say hours: 1 小时 30 分钟."""
    hours, rest = divmod(minutes, 60)
    return " ".join([*([f"{hours} 小时"] if hours else []), *([f"{rest} 分钟"] if rest or not hours else [])])
