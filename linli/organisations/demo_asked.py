"""What reached the demonstration city's registers in the last days: rows asked for from outside, a table sent in."""

from datetime import datetime, time, timedelta

from django.core.files.base import ContentFile

from linli.exchange.imports.running import apply_import, check_import
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld
from linli.registers.asking import ask_row, asked_of
from linli.registers.declaring import registers

COLUMNS = ("place", "name", "kind", "standing", "member_count")
TEAMS = (("晚霞书画社", "群众活动团队", "已备案", "18"), ("银发手工坊", "社区活动小组", "已备案", "十来个"))


def make_asked(world: DemoWorld) -> None:
    """Nobody has answered yet; of the table the good row went in, the other waits to be put right."""
    with clock.at(datetime.combine(world.last_day - timedelta(days=2), time(10), tzinfo=CHINA)):
        _ask(world)
        _send_in(world.users["community-worker"])


def _ask(world: DemoWorld) -> None:
    """A neighbour and the member of an organisation ask for what stands open, the first of each."""
    member, neighbour = world.users["organisation-member"], world.users["resident"]
    asks = (
        (
            "linkage-parts",
            neighbour,
            {"party": "volunteer", "name": "居民志愿小组", "offers": "每周两个下午"},
        ),
        ("incentive-grants", member, {"applicant": "社区互助服务社"}),
        ("investment-interests", member, {"investor": "邻里康养服务社"}),
    )
    for name, by, given in asks:
        asked = asked_of[name]
        for row in asked.opened(by)[:1]:
            ask_row(asked, by=by, **{asked.of: row}, **given)


def _send_in(worker) -> None:
    """A table of two teams, of which one has a word where a number belongs."""
    titles = [str(registers["organisations"].columns[name].verbose_name) for name in COLUMNS]
    place = worker.person.posts.get(role__code="community-worker").place.code
    lines = [titles, *([place, *team] for team in TEAMS)]
    table = "\n".join(",".join(line) for line in lines).encode("utf-8-sig")
    sent = ContentFile(table, name="社会组织和团队登记表.csv")
    run, _checked = check_import(sent, kind="organisations", by=worker)
    apply_import(run, by=worker, rows="good")
