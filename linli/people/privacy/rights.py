"""Who may act on somebody's personal data: the person, and who acts for him."""

from django.core.exceptions import PermissionDenied

from linli.kernel import clock

from ..models import Proxy


def refuse_stranger(person, by) -> None:
    """PermissionDenied unless `by` is the person himself or his guardian today."""
    if by is None or not (by.person_id == person.pk or is_guardian(by.person_id, person)):
        raise PermissionDenied


def is_guardian(person_id, ward) -> bool:
    return Proxy.objects.filter(
        principal=ward, proxy_id=person_id, kind=Proxy.Kind.GUARDIAN, during__contains=clock.today()
    ).exists()
