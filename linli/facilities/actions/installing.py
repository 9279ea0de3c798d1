"""Installing kinds and standards: upsert by code, retire what is gone, lose no facility."""

from django.db import transaction

from linli.kernel import clock
from linli.packs import Installed
from linli.packs.keeping import kind_of

from ..catalogue import FacilityKindsPack, check_standards
from ..models import Function, Kind, Mark, RoomUse, StandardBook

SHELVES = (("kinds", Kind), ("uses", RoomUse), ("functions", Function), ("marks", Mark))


def kinds_diff(pack: FacilityKindsPack) -> Installed:
    """What installing the kinds would do, by code."""
    added, changed, retired = [], [], []
    for field, model in SHELVES:
        known = {row.code: row for row in model.objects.filter(retired_on=None)}
        lines = list(enumerate(getattr(pack, field)))
        wanted = {line.code: _fields(pack, field, line, order) for order, line in lines}
        added += [code for code in wanted if code not in known]
        changed += [c for c, f in wanted.items() if c in known and _differs(known[c], f)]
        retired += [code for code, row in known.items() if row.book == pack.code and code not in wanted]
    return Installed(tuple(added), tuple(changed), tuple(retired))


def _fields(pack: FacilityKindsPack, field: str, line, order: int) -> dict:
    found = {"book": pack.code, "order": order, **line.model_dump(exclude={"code"})}
    if field == "kinds":
        group = pack.group(line.group)
        found |= {"group_name": group.name, "outlet": group.outlet, "basic": group.basic}
        found |= {"shareable": group.shareable, "confirm_months": group.confirm_months}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


def _differs(row, fields: dict) -> bool:
    return any(getattr(row, name) != value for name, value in fields.items())


@transaction.atomic
def install_kinds(pack: FacilityKindsPack, *, by=None) -> Installed:
    """Upsert every line; one that is gone is retired: facilities of that kind keep it."""
    done = kinds_diff(pack)
    for field, model in SHELVES:
        lines = list(enumerate(getattr(pack, field)))
        rows = [model(code=line.code, **_fields(pack, field, line, order)) for order, line in lines]
        names = [f.name for f in model._meta.concrete_fields if f.name not in ("id", "code")]
        model.objects.bulk_create(rows, update_conflicts=True, unique_fields=["code"], update_fields=names)
        gone = model.objects.filter(book=pack.code, retired_on=None)
        gone.exclude(code__in=[line.code for _order, line in lines]).update(retired_on=clock.today())
    return done


standards = kind_of(StandardBook, check=check_standards)
install_standards = standards.install
