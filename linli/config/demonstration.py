"""The demonstration city: generated, then lived in through the apps' own actions; never in production."""

import secrets
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import F

from linli.config.demonstrated import ACCOUNTS, WORLD, Account, read, write
from linli.kernel import clock
from linli.kernel.demo import DemoStep, DemoWorld, in_order
from linli.notices.models import Notice
from linli.people.models import Role, User
from linli.places.models import Place

HISTORY_DAYS = 548  # 18 months
NEW_DAYS = 3  # notices younger than these are not read yet
SOONEST = ("search", "grid-events", "surveys", "reach")  # quickly made, and looked for at once


class DemoRefused(Exception):
    """The demonstration city does not enter this database; the text says why."""


def is_made() -> bool:
    return _world_path().exists() and Place.objects.filter(code__startswith="99").exists()


def make_demo(size: str, last_day: date, *, say: Callable[[str], None] = lambda text: None) -> None:
    """Make the city in an empty database, in one transaction: what the first page needs.

    An interrupted run leaves nothing behind and can be started again. The long history follows by
    `make_history`, while the pages are already up.
    """
    if settings.PRODUCTION:
        raise DemoRefused("示范数据不能进入正式环境。")
    if Place.objects.exclude(code__startswith="99").exists():
        raise DemoRefused("这个数据库里已有真实区划，示范数据不能混入。")
    say("drawing the demonstration city")
    world = _world(size, last_day, say)
    with transaction.atomic():
        for step in in_order():
            if not step.behind:
                say(f"demonstration city: {step.title}")
                step.run(world)
                if step.name == "people":
                    _analyse()  # what follows asks for people of a place
        made = _give_accounts(world)
        _read_old_notices(last_day)
    _analyse()
    write(_accounts_path(), [asdict(account) for account in made])
    users = {code: user.username for code, user in world.users.items()}
    write(_world_path(), {"size": size, "last_day": str(last_day), "users": users, "done": []})


def _analyse() -> None:
    """A city came in at once: the planner must not take its tables for empty."""
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def make_history(*, say: Callable[[str], None] = lambda text: None) -> None:
    """Fill in what the foreground left, act by act, while people already use the pages.

    A step is noted as done before it begins: one that is interrupted stays as far as it got, for its acts
    are real ones with numbers and timelines, and doing them again would double them.
    """
    told = read(_world_path())
    world = _world(told["size"], date.fromisoformat(told["last_day"]), say)
    known = {user.username: user for user in User.objects.filter(username__in=told["users"].values())}
    world.users = {code: known[name] for code, name in told["users"].items()}
    for step in _pending(told):
        say(f"demonstration city: {step.title}")
        told["done"].append(step.name)
        write(_world_path(), told)
        step.run(world)
    _read_old_notices(world.last_day)
    write(_world_path(), {**told, "finished": True})


def _read_old_notices(last_day: date) -> None:
    """Who lives here has read what came long ago: only the last days' notices are new."""
    since = datetime.combine(last_day - timedelta(days=NEW_DAYS), time.min, tzinfo=clock.CHINA)
    old = Notice.objects.filter(read_at=None, sent_at__isnull=False, created_at__lt=since)
    old.update(read_at=F("created_at"))


def _world(size: str, last_day: date, say: Callable[[str], None]) -> DemoWorld:
    from linli.config.city import generate

    city = generate(size, last_day=last_day)
    return DemoWorld(city, size, last_day, last_day - timedelta(days=HISTORY_DAYS), say)


def _pending(told: dict) -> list[DemoStep]:
    """What is still to be made: what many pages ask for first, then the long stories."""
    left = [step for step in in_order() if step.behind and step.name not in told["done"]]
    return sorted(left, key=lambda step: step.name not in SOONEST)


def _give_accounts(world: DemoWorld) -> list[Account]:
    """One password for this installation alone; it stands in the state folder and nowhere else."""
    password = f"linli-{secrets.token_hex(4)}"
    digest = make_password(password)
    names = dict(Role.objects.values_list("code", "name"))
    made = []
    for code, user in world.users.items():
        user.password = digest
        made.append(Account(str(names.get(code, code)), user.username, password))
    User.objects.bulk_update(world.users.values(), ["password"])
    return made


def _accounts_path() -> Path:
    return settings.STATE_DIR / ACCOUNTS


def _world_path() -> Path:
    return settings.STATE_DIR / WORLD
