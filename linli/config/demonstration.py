"""The demonstration city: generated, then lived in through the apps' own actions; never in production."""

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from linli.kernel.demo import DemoStep, DemoWorld, in_order
from linli.people.models import Role, User
from linli.places.models import Place

HISTORY_DAYS = 548  # 18 months


@dataclass(frozen=True)
class Account:
    """A demonstration account as `make run` prints it."""

    role: str
    username: str
    password: str


class DemoRefused(Exception):
    """The demonstration city does not enter this database; the text says why."""


def is_made() -> bool:
    return _accounts_path().exists() and Place.objects.filter(code__startswith="99").exists()


def make_demo(size: str, last_day: date, *, say: Callable[[str], None] = lambda text: None) -> None:
    """Make the city in an empty database: all foreground steps in one transaction, the others after it.

    An interrupted run leaves nothing behind and can be started again.
    """
    if settings.PRODUCTION:
        raise DemoRefused("示范数据不能进入正式环境。")
    if Place.objects.exclude(code__startswith="99").exists():
        raise DemoRefused("这个数据库里已有真实区划，示范数据不能混入。")
    from linli.config.city import generate

    say("drawing the demonstration city")
    city = generate(size, last_day=last_day)
    world = DemoWorld(city, size, last_day, last_day - timedelta(days=HISTORY_DAYS), say)
    steps = in_order()
    with transaction.atomic():
        _run([step for step in steps if not step.behind], world)
        accounts = _give_accounts(world)
    _run([step for step in steps if step.behind], world)
    _write(accounts)


def _run(steps: list[DemoStep], world: DemoWorld) -> None:
    for step in steps:
        world.say(f"demonstration city: {step.title}")
        step.run(world)


def _give_accounts(world: DemoWorld) -> list[Account]:
    """One password for this installation alone; it stands in the state folder and nowhere else."""
    password = f"linli-{secrets.token_hex(4)}"
    names = dict(Role.objects.values_list("code", "name"))
    accounts = []
    for code, user in world.users.items():
        user.set_password(password)
        accounts.append(Account(str(names.get(code, code)), user.username, password))
    User.objects.bulk_update(world.users.values(), ["password"])
    return accounts


def accounts() -> list[Account]:
    path = _accounts_path()
    return [Account(**line) for line in json.loads(path.read_text())] if path.exists() else []


def _write(made: list[Account]) -> None:
    path = _accounts_path()
    path.touch(mode=0o600)
    path.write_text(json.dumps([asdict(account) for account in made], ensure_ascii=False, indent=1))


def _accounts_path() -> Path:
    return settings.STATE_DIR / "demo-accounts.json"
