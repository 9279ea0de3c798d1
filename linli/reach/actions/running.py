"""Runs: started by a planner, computed by a job, frozen with inputs and digests, repeatable from the row alone."""

from datetime import date

import numpy as np
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.jobs.queue import defer
from linli.kernel import clock
from linli.places.models import Place
from linli_compute.errors import InputError
from linli_compute.hours import Moment

from .. import rules
from ..catalogue import NoPacks, circle_in, keep_moment, rulebook_at, services_beside
from ..frozen import GROUPS, Inputs, digest_of, network_of_run, pack_inputs, unpack_inputs
from ..models import CommunityReach, FunctionReach, Run, StreetMap
from ..queries.inputs import Left, inputs_of
from ..study import MIDDLES, Results, study
from .summing import summary_of
from .withholding import withheld_of

BATCH = 4000


@transaction.atomic
def start_run(
    place: Place, *, by, on: date | None = None, profile: str = "", moment: Moment | None = None
) -> Run:
    """Queue a study of an area with the outlets in use `on` a day (today) for a kind of walker.

    `moment`: only what is open at that hour of the week counts; such a run stands beside the plans' figures.
    ValidationError: no streets were taken in, or no such walker. PermissionDenied: not this account's area.
    """
    if by is not None and not rules.can_plan(by, place):
        raise PermissionDenied
    on = on or clock.today()
    if on > clock.today():
        raise ValidationError(_("日期不能晚于今天。"))
    streets = street_map_of(place)
    if streets is None:
        raise ValidationError(_("这里还没有街道网络，请先导入街道。"))
    try:
        book = rulebook_at(place, on)
        parameters = book.parameters(profile or book.sets.profile) | keep_moment(moment)
    except (NoPacks, LookupError) as wrong:
        raise ValidationError(_("生活圈的规则包里没有：%(what)s") % {"what": wrong})
    run = Run.objects.create(
        place=place, street_map=streets, on=on, profile=parameters["profile"]["key"], parameters=parameters,
        counts=moment is None and parameters["profile"]["key"] == book.sets.profile,
        started_by=by, started_at=clock.now(),
    )  # fmt: skip
    audit.record("reach.run_started", by=by, thing=run, place=place)
    defer("reach.run", run_id=run.pk)
    return run


def street_map_of(place: Place) -> StreetMap | None:
    """The newest streets of the nearest area that holds the place."""
    found = StreetMap.objects.filter(place__code__in=place.ancestor_codes).select_related("place")
    return max(found.defer("content"), key=lambda row: (len(row.place.path), row.as_of, row.pk), default=None)


@transaction.atomic
def compute_run(run_id: int) -> Run:
    """Compute a waiting run; one that cannot be computed says why. A run that is done stays as it is."""
    run = (
        Run.objects.select_for_update(of=("self",))
        .select_related("place", "street_map")
        .defer("street_map__content")
        .get(pk=run_id)
    )
    if run.state != Run.State.WAITING:
        return run
    try:
        circle, services = circle_in(run.parameters), services_beside(run.parameters)
        inputs, left = inputs_of(run.place, run.on, circle, services, run.moment)
        results = results_of(run, inputs)
    except InputError as wrong:
        run.state, run.trouble, run.ended_at = Run.State.FAILED, str(wrong)[:300], clock.now()
        run.save(update_fields=["state", "trouble", "ended_at"])
        return run
    _freeze(run, inputs, results, left)
    return run


def results_of(run: Run, inputs: Inputs) -> Results:
    """What the run's streets and parameters make of the inputs."""
    rural = run.parameters["sets"]["rural_band_min"]
    return study(inputs, network_of_run(run), circle_in(run.parameters), rural_band_min=float(rural))


def repeat(run: Run) -> str:
    """The result digest of the run computed again from its own row; equal to the stored one, always."""
    return digest_of(results_of(run, unpack_inputs(run.inputs)))


def _freeze(run: Run, inputs: Inputs, results: Results, left: Left) -> None:
    run.inputs, run.state, run.ended_at = pack_inputs(inputs), Run.State.DONE, clock.now()
    words = [run.street_map.digest, str(run.on), repr(sorted(run.parameters.items()))]
    run.digest, run.result_digest = digest_of(inputs, *words), digest_of(results)
    run.summary = summary_of(run, inputs, results, left)
    found = Place.objects.filter(code__in=inputs.code.tolist()).values_list("code", "pk", "path")
    keys, paths = {code: pk for code, pk, _path in found}, {code: path for code, _pk, path in found}
    names = [function["key"] for function in run.functions]
    run.withheld = withheld_of([paths[code] for code in inputs.code.tolist()], run.place.path, names, results)
    run.save()
    rows = [
        CommunityReach(
            run=run, place_id=keys[code], lon=inputs.centre[n, 0], lat=inputs.centre[n, 1],
            radius_m=int(inputs.radius_m[n]), middle=MIDDLES[results.middle[n]],
            people=_pairs(results.known[n], results.total[n]),
        )
        for n, code in enumerate(inputs.code.tolist())
    ]  # fmt: skip
    CommunityReach.objects.bulk_create(rows, batch_size=BATCH)
    lines = (
        line_in(rows[n], function, results, (n, f))
        for n in range(len(rows))
        for f, function in enumerate(run.functions)
    )
    FunctionReach.objects.bulk_create(lines, batch_size=BATCH)


def _pairs(known: np.ndarray, total: np.ndarray) -> dict[str, list[int]]:
    return {group: [int(known[g]), int(total[g])] for g, group in enumerate(GROUPS)}


def line_in(
    community: CommunityReach, function: dict, results: Results, at: tuple[int, int]
) -> FunctionReach:
    """One row of a run's results, not stored."""
    n, f = at
    line = FunctionReach(community=community, function=function["key"], band_min=int(results.band_min[n, f]))
    if results.has_data[f]:
        minutes = results.minutes[n, f]
        line.minutes = None if np.isnan(minutes) else float(minutes)
        line.in_circle = int(results.in_circle[n, f])
        line.choices = results.choices[n, :, f].tolist()
        supply = results.per_thousand[n, f]
        line.per_thousand = None if np.isnan(supply) else float(supply)
        groups = GROUPS[: results.within.shape[3]]  # a run of before holds fewer
        line.within = {group: results.within[n, :, f, g].tolist() for g, group in enumerate(groups)}
    return line
