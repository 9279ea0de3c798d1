"""Studies are computed by a job: a city takes seconds, a page does not wait for it."""

from linli import jobs

from .actions.planning import compute_scenario
from .actions.running import compute_run


@jobs.job("reach.run")
def run(run_id: int) -> None:
    compute_run(run_id)


@jobs.job("reach.site", one_transaction=False)
def site(scenario_id: int) -> None:
    compute_scenario(scenario_id)
