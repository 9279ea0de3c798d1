"""An edition is frozen once and never changed; a later one gets the next number."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from linli import audit
from linli.kernel import clock
from linli.measures import Period
from linli.places.models import Place
from linli.plans import rules
from linli.plans.models import Edition, Plan
from linli.plans.queries.editions import digest_of, tables_of


@transaction.atomic
def freeze(plan: Plan, place: Place, period: Period, *, by=None) -> Edition:
    """Freeze the plan's numbers at a place as they are known now; `by` is None for the terminal."""
    if by is not None and not rules.can_freeze(by, place):
        raise PermissionDenied
    Plan.objects.select_for_update().get(pk=plan.pk)  # two at once must not take one number
    now = clock.now()
    tables = tables_of(plan, place, period, now)
    edition = Edition.objects.create(
        plan=plan,
        place=place,
        period=str(period),
        number=plan.editions.filter(place=place, period=str(period)).count() + 1,
        known_on=now,
        tables=tables,
        digests={name: digest_of(rows) for name, rows in tables.items()},
        frozen_by=by,
    )
    audit.record("plans.edition_frozen", by=by, thing=edition, place=place)
    return edition
