"""How long 50,000 rows take from a table into a register that keeps versions: `python -m bench.registers [ROWS]`.

Organisations, as any register declared to `linli.registers`: checked and applied as the jobs do it, then the same
table again (nothing changes), then a table that changes every row. Wall-clock and processor seconds are told.
"""

import io
import sys

from bench import facilities as bench

KINDS = ["社区社会组织", "群众活动团队", "社区活动小组"]
TITLES = ["序号", "所在社区代码", "名称", "类别", "登记备案", "成员人数", "成立日期", "可承接服务"]


def table(count: int, communities: list[str], *, members: int) -> bytes:
    from linli.exchange.tables import Column, Sheet, write_xlsx

    rows = (
        [n, communities[n % len(communities)], f"第{n}队", KINDS[n % len(KINDS)], "已备案", members + n % 50,
         "2019年3月5日", "是"]
        for n in range(count)
    )  # fmt: skip
    out = io.BytesIO()
    write_xlsx(out, Sheet("社会组织登记表", [Column(title) for title in TITLES]), rows)
    return out.getvalue()


def run(count: int) -> None:
    from linli.organisations.models import Organisation
    from tests.factories.people import make_worker
    from tests.factories.places import make_community
    from tests.factories.registers import install_pack

    install_pack("registers/standard.yaml")
    places = [
        make_community(n % 100 + 1, street=f"99010100{n // 100 + 1}000") for n in range(bench.COMMUNITIES)
    ]
    by = make_worker(places[0].parent.parent, "organisations.view", "organisations.edit")
    codes = [place.code for place in places]
    for what, members in (("new", 10), ("every row changed", 20)):
        print(f"{what} ({count:,} rows)")
        bench.twice(table(count, codes, members=members), "organisations", by, Organisation)


if __name__ == "__main__":
    bench.main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000, run)
