"""Studies are computed by a job: a city takes seconds, a page does not wait for it."""

from linli import jobs

from .actions.running import compute_run


@jobs.job("reach.run")
def run(run_id: int) -> None:
    compute_run(run_id)
