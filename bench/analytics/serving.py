"""The web server as deployed, over a database that holds the plan of the bench and a folder with its snapshot."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from bench.analytics import nation
from bench.load import serve

PORT = 8098
PEOPLE = 200  # whose tokens go round: nobody's turn comes again within the minute that the door counts


@contextmanager
def served(state: Path) -> Iterator[tuple[int, list[str]]]:
    """The port of a server whose newest snapshot lies in `state`, and people's tokens; its database goes at the end."""
    os.environ |= {
        "LINLI_STATE_DIR": str(state), "LINLI_LOG_LEVEL": "ERROR", "DJANGO_SETTINGS_MODULE": "linli.config.settings",
    }  # fmt: skip
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    from tests.template import ready

    connections["default"].settings_dict["TEST"] |= {"NAME": "bench_analytics", "TEMPLATE": ready()}
    made = setup_databases(0, False)
    server = None
    try:
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        make_plan()
        tokens = make_tokens()
        said = connections["default"].settings_dict
        url = f"postgresql://{said['USER']}@localhost/bench_analytics?host={said['HOST']}"
        server = serve(0, PORT, os.environ | {"DATABASE_URL": url})
        yield PORT, tokens
    finally:
        if server is not None:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
        teardown_databases(made, 0)


def make_plan() -> None:
    """A plan with the thirty indicators of the bench."""
    from linli.plans.formula import ir
    from linli.plans.models import FigureRules, Indicator, Plan

    FigureRules.objects.create(
        code="bench", area="000000000000", valid_from=date(2021, 1, 1), small_count=10, people_units=["人"],
        settle_workdays=5,
    )  # fmt: skip
    plan = Plan.objects.create(
        code="nation-bench", title="测量用规划", source="bench", area="000000000000", level="省",
        valid_from=date(2021, 1, 1), valid_to=date(2025, 12, 31),
    )  # fmt: skip
    for order, (code, expression) in enumerate(nation.EXPRESSIONS.items()):
        Indicator.objects.create(
            plan=plan, code=code, order=order, name=code, quote=code, section="一", unit="%", decimals=1,
            direction="at_least", nature="expected", scope="社区", formula=nation.FORMULAS[code],
            expression=ir.to_json(expression), digest=ir.digest(expression),
        )  # fmt: skip


def make_tokens() -> list[str]:
    """A key to the plans for each of PEOPLE made-up accounts, as clients of departments have."""
    from django.contrib.auth import get_user_model

    from linli.api.tokens import issue_token
    from linli.people.models import Person

    keys = []
    for number in range(PEOPLE):
        user = get_user_model()(username=f"bench-{number}", person=Person.objects.create(name="李测试"))
        user.set_unusable_password()
        user.save()
        keys.append(issue_token(by=user, name="bench", scopes_wanted=["plans:read"], days=1)[1])
    return keys
