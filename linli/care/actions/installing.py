"""Installing the rules of care for an area."""

from django.db import transaction

from linli.packs import Installed

from ..models import CareRules
from ..rulebook import CarePack


def diff(pack: CarePack) -> Installed:
    """What installing would do to the one row that keeps these rules."""
    kept = CareRules.objects.filter(code=pack.code, valid_from=pack.valid_from).first()
    if kept is None:
        return Installed(added=(pack.code,))
    return Installed(changed=() if kept.body == pack.model_dump_json() else (pack.code,))


@transaction.atomic
def install(pack: CarePack, *, by=None) -> Installed:
    """Keep the rules for visits to come; a visit already planned under other rules keeps those terms."""
    done = diff(pack)
    CareRules.objects.update_or_create(
        code=pack.code,
        valid_from=pack.valid_from,
        defaults={
            "title": pack.title,
            "source": pack.source,
            "area": pack.area,
            "valid_to": pack.valid_to,
            "body": pack.model_dump_json(),
        },
    )
    return done
