"""Installing definitions: kept by code, retired when they are gone."""

from django.db import transaction

from linli.kernel import clock
from linli.packs import Installed

from ..definitions import FormsPack
from ..models import FormDefinition
from .defining import ON_A_PAGE


def _stated(pack: FormsPack, line) -> dict:
    stated = line.model_dump(exclude={"code"}) | {
        "area": pack.area,
        "source": pack.source,
        "refusal_rule": pack.refusal_rule,
    }
    stated["columns"] = [column.model_dump() for column in line.columns]
    return stated


def diff(pack: FormsPack) -> Installed:
    """What installing would do, by the codes of forms."""
    standing = FormDefinition.objects.filter(area=pack.area, retired_on=None).exclude(source=ON_A_PAGE)
    known = {one.code: one for one in standing}
    added, changed = [], []
    for line in pack.forms:
        one = known.pop(line.code, None)
        if one is None:
            added.append(line.code)
        elif any(getattr(one, name) != value for name, value in _stated(pack, line).items()):
            changed.append(line.code)
    return Installed(tuple(added), tuple(changed), tuple(sorted(known)))


@transaction.atomic
def install(pack: FormsPack, *, by=None) -> Installed:
    """Keep the definitions; fillings that were opened stay as they were opened."""
    done = diff(pack)
    for line in pack.forms:
        FormDefinition.objects.update_or_create(
            code=line.code, defaults=_stated(pack, line) | {"retired_on": None}
        )
    FormDefinition.objects.filter(code__in=done.retired).update(retired_on=clock.today())
    return done
