"""What workers and residents may ask of the registers of the workforce: an allowance, an adviser."""

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.registers.asking import Asked, declare_asked
from linli.registers.counting import on_day

from .. import models


def _own_certificates(user):
    """Certificates of the worker this person is that are good today and earn nothing yet."""
    today, State = clock.today(), models.CertificateAllowance.State
    own = models.Certificate.objects.standing().filter(
        Q(valid_until=None) | Q(valid_until__gte=today), worker__person=user.person_id, issued_on__lte=today
    )
    earning = models.CertificateAllowance.objects.standing().exclude(state=State.REFUSED)
    running = earning.filter(Q(until=None) | Q(until__gt=today))
    return own.exclude(pk__in=running.values("certificate")).select_related("worker").order_by("pk")


ALLOWANCE = declare_asked(
    Asked(
        "certificate-allowances",
        _("申领证书津贴"),
        _("取得社会工作者职业水平证书、登记在有效期内的社区工作者可以申领。"),
        fields=("certificate",),
        of="certificate",
        open=_own_certificates,
        tell=lambda one: f"{one.get_level_display()}（{one.issued_on:%Y-%m-%d}）",
        who=lambda user: user.person_id is not None,
        fixed=lambda: {"since": clock.today(), "state": "claimed"},
    )
)


def _advisers(user):
    """Advisers of elder care and assistance who serve today."""
    kinds = (models.Assignment.Kind.ELDER, models.Assignment.Kind.ASSISTANCE)
    rows = models.Assignment.objects.filter(
        on_day(clock.today(), begins="since", ends="until"), kind__in=kinds
    )
    return rows.select_related("place").order_by("place__path", "kind", "pk")


def _says_what(user, row) -> None:
    if not row.subject.strip():
        raise ValidationError({"subject": _("请写明想咨询什么。")})


CONSULTATION = declare_asked(
    Asked(
        "consultations",
        _("预约养老、救助顾问"),
        _("写明想咨询什么，顾问会和您约时间；不要写身份证号和病历。"),
        fields=("adviser", "subject"),
        of="adviser",
        open=_advisers,
        tell=lambda one: " · ".join(filter(None, (one.get_kind_display(), one.unit_name, one.duty_hours))),
        fixed=lambda: {"asked_on": clock.today(), "way": models.Consultation.Way.BOOKED.value},
        refuse=_says_what,
    )
)
