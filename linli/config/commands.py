"""What `linli migrate`, `linli demo` and `linli worker` do."""

import argparse
import sys
from datetime import date, timedelta

from django.conf import settings
from django.core.management import call_command

from linli.kernel import clock


def migrate(words: list[str]) -> int:
    """Make or update the tables; safe to interrupt and to run again (K8)."""
    call_command("migrate", interactive=False, verbosity=1 if "-v" in words else 0)
    call_command("createcachetable", verbosity=0)
    return 0


def worker(words: list[str]) -> int:
    """Run jobs until told to stop."""
    call_command("worker", *words)
    return 0


def demo(words: list[str]) -> int:
    """Make the demonstration city in an empty database; refuses production (A7)."""
    parser = argparse.ArgumentParser("linli demo")
    parser.add_argument("--size", choices=["S", "M", "L"], default="S")
    parser.add_argument("--behind", action="store_true", help="fill in the history of a city that is there")
    parser.add_argument("--last-day", type=date.fromisoformat, default=clock.today() - timedelta(days=1))
    chosen = parser.parse_args(words)
    if settings.PRODUCTION:
        sys.exit("✗ Demonstration data never enters a production database.")
    from linli.config.demonstration import make_demo, make_history

    def say(text: str) -> None:
        sys.stdout.write(f"· {text}\n")
        sys.stdout.flush()

    if not chosen.behind:
        make_demo(chosen.size, chosen.last_day, say=say)
    make_history(say=say)
    return 0
