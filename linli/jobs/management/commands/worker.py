"""The worker process: `python manage.py worker`. The supervisor and the systemd unit start it like this."""

import asyncio
import os
import signal

from django.core.management.base import BaseCommand
from django.db import connection
from procrastinate.contrib.django import DjangoApp, app

from linli.jobs.keeping import rescue
from linli.kernel.unfinished import refuse_unfinished_restore

STOP_S = 20  # what running jobs get to end after SIGTERM; what still runs then is left to the sweep


class Command(BaseCommand):
    help = "Runs queued and recurring jobs until SIGTERM; a running job may end first."

    def add_arguments(self, parser):
        parser.add_argument("--parallel", type=int, default=4, help="jobs run at once")
        parser.add_argument("--until-empty", action="store_true", help="stop when nothing waits")

    def handle(self, *args, parallel, until_empty, **options):
        refuse_unfinished_restore()
        rescue()
        connection.close()
        asyncio.run(work(parallel=parallel, wait=not until_empty))


async def work(*, parallel: int, wait: bool) -> None:
    """Run jobs until SIGTERM or SIGINT (or, without `wait`, until none is left)."""
    workers_app = twin(app.connector.get_worker_connector())
    async with workers_app.open_async():
        running = asyncio.create_task(
            workers_app.run_worker_async(
                concurrency=parallel,
                wait=wait,
                install_signal_handlers=False,
                shutdown_graceful_timeout=STOP_S,
                delete_jobs="never",
            )
        )
        for wanted in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(wanted, stop, running)
        try:
            await running
        except asyncio.CancelledError:
            return


def twin(connector) -> DjangoApp:
    """The app for the worker's own queries: the same jobs over another connection.

    The app that jobs themselves queue with keeps Django's connection; were its connector replaced, a job that
    queues another would do so outside its own transaction.
    """
    made = DjangoApp(connector=connector)
    made.tasks, made.periodic_registry = app.tasks, app.periodic_registry
    return made


def stop(running: asyncio.Task) -> None:
    """Take no more jobs and let running ones end; a thread cannot be stopped, so the process ends at last."""
    running.cancel()
    asyncio.get_running_loop().call_later(STOP_S, os._exit, 0)
