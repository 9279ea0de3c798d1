"""Candidates for building: entered, withdrawn, and gathered for a siting run."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock
from linli.places.models import Place

from .. import rules
from ..models import Candidate


@transaction.atomic
def enter_candidate(place: Place, *, by, **facts) -> Candidate:
    """Put idle rooms or open ground on the list of a community; `by` is None for the demonstration city.

    ValidationError: it stands there already.
    """
    if by is not None and not rules.can_plan(by, place):
        raise PermissionDenied
    candidate = Candidate(place=place, entered_by=by, entered_at=clock.now(), **facts)
    if Candidate.objects.standing().filter(place=place, name=candidate.name).exists():
        raise ValidationError({"name": _("这个社区已经有同名的候选用地用房。")})
    candidate.full_clean(exclude=["entered_by"])
    candidate.save()
    audit.record("reach.candidate_entered", by=by, thing=candidate, place=place)
    return candidate


@transaction.atomic
def enter_candidates(rows: Iterable[tuple[Place, dict]], *, by) -> tuple[int, int]:
    """Enter many; one that stands already (community and name) gets the new facts. How many new, and changed."""
    made = changed = 0
    for place, facts in rows:
        known = Candidate.objects.standing().filter(place=place, name=facts["name"]).first()
        if known is None:
            enter_candidate(place, by=by, **facts)
            made += 1
            continue
        if not rules.can_plan(by, place):
            raise PermissionDenied
        for name, value in facts.items():
            setattr(known, name, value)
        known.full_clean(exclude=["entered_by"])
        known.save()
        audit.record("reach.candidate_changed", by=by, thing=known, place=place)
        changed += 1
    return made, changed


@transaction.atomic
def withdraw_candidate(candidate: Candidate, *, by) -> Candidate:
    """It is used now, or may not be used any more; scenarios that chose it keep their word."""
    candidate = Candidate.objects.select_for_update(of=("self",)).select_related("place").get(pk=candidate.pk)
    if not rules.can_plan(by, candidate.place):
        raise PermissionDenied
    if candidate.withdrawn_on is None:
        candidate.withdrawn_on = clock.today()
        candidate.save(update_fields=["withdrawn_on"])
        audit.record("reach.candidate_withdrawn", by=by, thing=candidate, place=candidate.place)
    return candidate
