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


def end_sessions(words: list[str]) -> int:
    """Sign one account, or everybody, out at once; 1 when there is no such account."""
    from django.contrib.auth import get_user_model
    from django.contrib.sessions.models import Session
    from django.db import transaction

    from linli import audit

    parser = argparse.ArgumentParser("linli end-sessions")
    parser.add_argument("username", nargs="?", default="")
    parser.add_argument("--all", action="store_true", dest="everybody")
    chosen = parser.parse_args(words)
    if bool(chosen.username) == chosen.everybody:
        parser.error("name an account, or say --all")
    account = get_user_model().objects.filter(username=chosen.username).first()
    if account is None and not chosen.everybody:
        sys.stderr.write("✗ There is no account of this name.\n")
        return 1
    with transaction.atomic():
        found = Session.objects.all()
        if account is not None:
            found = found.filter(session_key__in=account.usersession_set.values("session_key"))
        count = found.delete()[0]
        audit.record("account.sessions_ended", by=None, thing=account, detail={"sessions": count})
    sys.stdout.write(f"✓ {count} sessions ended\n")
    return 0
