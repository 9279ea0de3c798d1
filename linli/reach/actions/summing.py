"""The summary a run keeps: what each function reaches in the whole area, and what could not be counted."""

from dataclasses import asdict

import numpy as np

from linli_compute.hours import OPEN, SHUT, UNSAID

from ..frozen import GROUPS, Inputs
from ..models import Run
from ..queries.inputs import Left, outlets_by_function
from ..study import Results

STATES = {"open": OPEN, "shut": SHUT, "unsaid": UNSAID}


def summary_of(run: Run, inputs: Inputs, results: Results, left: Left) -> dict:
    """Counts of the run's area; a function without an outlet has `outlets` 0 and says nothing else."""
    outlets = outlets_by_function(inputs.open_only(), run.functions)
    return {
        "communities": len(inputs.code),
        "homes": len(inputs.home),
        "people": dict(zip(GROUPS, results.total.sum(axis=0).tolist(), strict=True)),
        "known": dict(zip(GROUPS, results.known.sum(axis=0).tolist(), strict=True)),
        "left": asdict(left),
        "entrances": len(np.unique(inputs.gate, axis=0)),
        "opening": {name: int((inputs.opens == state).sum()) for name, state in STATES.items()},
        "functions": {
            function["key"]: _function(results, number, outlets[function["key"]])
            for number, function in enumerate(run.functions)
        },
    }


def _function(results: Results, f: int, outlets: int) -> dict:
    if not results.has_data[f]:
        return {"outlets": outlets}
    minutes, band = results.minutes[:, f], results.band_min[:, f]
    judged = ~np.isnan(minutes)
    walking, circle = judged & (minutes <= band), results.in_circle[:, f] > 0
    return {
        "outlets": outlets,
        "walking": int(walking.sum()),
        "circle": int(circle.sum()),
        "judged": int(judged.sum()),
        "paper_only": int((circle & judged & ~walking).sum()),
        "in_band": dict(zip(GROUPS, results.in_band[:, f].sum(axis=0).tolist(), strict=True)),
        "gini": _number(results.gini[f]),
        "worst_tenth_min": _number(results.worst_tenth[f]),
        "supply_gini": _number(results.per_thousand_gini[f]),
        "unused": _number(results.unused[f]),
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 3)
