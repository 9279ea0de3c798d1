"""What a scenario's sites would make of the circles: the run computed once more with them standing."""

from dataclasses import replace

import numpy as np

from linli_compute.geometry import Points
from linli_compute.hours import OPEN
from linli_compute.positions import snap

from ..catalogue import circle_in
from ..frozen import Inputs, network_of_run, unpack_inputs
from ..measures import Circle, circle_from
from ..models import CommunityReach, FunctionReach, Scenario
from ..study import Results, study
from .running import line_in


def circles_with(scenario: Scenario) -> dict[str, tuple[Circle, Circle]]:
    """Each community's circle before and after: computed by the run's own study, not estimated."""
    run = scenario.run
    before = unpack_inputs(run.inputs)
    keys = [row["key"] for row in run.functions]
    after = before
    for key in scenario.keys:
        if key in keys:  # services beside the circle change no circle
            after = with_sites(after, [tuple(spot) for spot in scenario.sites], keys.index(key))
    network, circle = network_of_run(run), circle_in(run.parameters)
    assert snap(network, Points(*np.array(scenario.sites, dtype=float).T)).on_network.all()
    rural = float(run.parameters["sets"]["rural_band_min"])
    told = [study(inputs, network, circle, rural_band_min=rural) for inputs in (before, after)]
    codes = before.code.tolist()
    return {code: tuple(_circle(scenario, results, n) for results in told) for n, code in enumerate(codes)}


def with_sites(inputs: Inputs, sites: list[tuple[float, float]], function: int) -> Inputs:
    """The inputs with outlets of one function at these places (lon, lat); nothing is said of their capacity."""
    count = len(sites)
    return replace(
        inputs,
        outlet=np.concatenate([inputs.outlet, np.array(sites, dtype=float).reshape(count, 2)]),
        outlet_code=np.concatenate([inputs.outlet_code, np.array([f"new-{n}" for n in range(1, count + 1)])]),
        function=np.concatenate([inputs.function, np.full(count, function, dtype=inputs.function.dtype)]),
        capacity=np.concatenate([inputs.capacity, np.full(count, np.nan)]),
        opens=np.concatenate([inputs.opens, np.full(count, OPEN, dtype=np.int8)]),
    )


def _circle(scenario: Scenario, results: Results, n: int) -> Circle:
    rows: dict[str, FunctionReach] = {
        row["key"]: line_in(CommunityReach(), row, results, (n, f))
        for f, row in enumerate(scenario.run.functions)
    }
    return circle_from(rows, scenario.run)
