"""How the demonstration city's registers are filled: by the import that people use, checked first."""

from datetime import datetime, time, timedelta

from django.conf import settings

from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld, demo_step
from linli.packs.reading import read_packs
from linli.packs.schema import pack_kinds

from .declaring import registers
from .tables import apply, check

RECENT, OLD = 30, 400  # days before the last day: a register that is kept, and one that nobody looked at
SILENT = 11  # every so many communities: one that never entered anything
NAMES = (
    "赵国强", "钱秀珍", "孙建平", "李桂芳", "周志明", "吴丽萍",
    "郑海波", "王淑英", "冯永康", "陈玉梅", "褚卫东", "卫晓燕",
)  # fmt: skip


def install_folder(name: str) -> None:
    """Install every pack of a folder of packs/; LookupError tells what is wrong with one."""
    packs, problems = read_packs(settings.PACKS_DIR / name)
    if problems:
        raise LookupError("; ".join(map(str, problems)))
    for pack in packs:
        pack_kinds[pack.pack].install(pack)


def load(world: DemoWorld, name: str, rows: list[dict], *, days_ago: int = RECENT) -> int:
    """Import the rows (names as a table gives them) some days before the last; ValueError tells what is wrong."""
    register = registers[name]
    full = [{column: row.get(column) for column in register.columns} for row in rows]
    moment = datetime.combine(world.last_day - timedelta(days=days_ago), time(10), tzinfo=CHINA)
    with clock.at(moment):
        problems = list(check(register, list(enumerate(full, 1))))
        if problems:
            raise ValueError(f"{name}: {problems[:3]}")
        return apply(register, full, by=None)


def speaking(world: DemoWorld) -> list:
    """The communities that keep their registers; the others never entered anything."""
    communities = world.city.ground.communities
    return [one for number, one in enumerate(communities) if number % SILENT != SILENT - 1]


@demo_step("register-rules", "台账规则", after=("people",))
def make_rules(world: DemoWorld) -> None:
    """How long a confirmation stays good, and which tables may come and go."""
    install_folder("registers")
