"""Installing the charter of an area."""

from django.db import transaction

from linli.packs import Installed

from ..charter import VolunteeringPack
from ..models import Charter


def diff(pack: VolunteeringPack) -> Installed:
    """What installing would do."""
    known = Charter.objects.filter(code=pack.code, valid_from=pack.valid_from).first()
    if known is None:
        return Installed(added=(pack.code,))
    return Installed(changed=(pack.code,) if known.body != pack.model_dump_json() else ())


@transaction.atomic
def install(pack: VolunteeringPack, *, by=None) -> Installed:
    """Keep the rules for what is to come; activities and orders keep the charter they were made under."""
    done = diff(pack)
    Charter.objects.update_or_create(
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
