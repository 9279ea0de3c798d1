"""What somebody on the care list received of the minimum set of his categories (兜底保障, XZ-011)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock

from .. import rules
from ..models import CarePerson, Delivery
from ..queries import rules_at


@transaction.atomic
def deliver(cared: CarePerson, *, by, service: str, on, provider: str) -> Delivery:
    """A service was given on a day up to today; PermissionDenied, ValidationError (unknown, to come, twice)."""
    if not by.may(rules.ENROL, at=cared.person.home):
        raise PermissionDenied
    known = {line.code for line in rules_at(cared.person.home).rules.services if line.kind is None}
    if service not in known:
        raise ValidationError({"service": _("请选择规则里的服务。")})
    if on > clock.today():
        raise ValidationError({"on": _("请填写今天或者以前的日期。")})
    try:
        with transaction.atomic():
            made = Delivery.objects.create(
                care_person=cared, service=service, on=on, provider=provider, entered_by=by
            )
    except IntegrityError:
        raise ValidationError({"on": _("这一天的这项服务已经登记过。")}) from None
    audit.record("care.deliver", by=by, thing=cared, place=cared.person.home)
    return made
