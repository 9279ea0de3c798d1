"""Tables that people of the demonstration city sent in: with mistakes, put right, and one large enough for a job."""

from datetime import datetime, time, timedelta
from io import BytesIO

from django.core.files.base import ContentFile

from linli.exchange.imports.running import apply_import, check_import, keep_source
from linli.exchange.tables import write_csv
from linli.facilities.models import Facility
from linli.jobs.long import start_long
from linli.kernel import clock
from linli.kernel.demo import DemoWorld, demo_step
from linli.people.demo import show_community

FACTS = ("设施编号", "设施名称", "类别", "社区代码", "服务电话")


@demo_step("tables", "送来的表格", after=("facilities", "admission"), behind=True)
def send_tables(world: DemoWorld) -> None:
    """The committee mends its outlets by table, at the second try; the street sends those of all its communities."""
    head, street = world.users.get("community-head"), world.users.get("street-officer")
    if head is None or street is None:
        return
    place = show_community(world).code
    rows = _rows(Facility.objects.in_use().filter(place__code=place))
    wrong = [[*row[:2], "小吃摊" if at == 1 else row[2], row[3], row[4]] for at, row in enumerate(rows)]
    with _day(world, 9):
        check_import(_table("本社区网点.csv", wrong), kind="facilities", by=head)
        run, _checked = check_import(_table("本社区网点（已改）.csv", rows), kind="facilities", by=head)
        apply_import(run, by=head, rows="all")
    with _day(world, 2):
        all_rows = _rows(Facility.objects.in_use().filter(place__code__startswith=place[:9]))
        source = keep_source(_table("全街道网点.csv", all_rows), kind="facilities", by=street)
        start_long(
            "exchange.check-import",
            title="检查表格：设施",
            by=street,
            file_id=str(source.pk),
            kind="facilities",
        )


def _day(world: DemoWorld, days_ago: int):
    return clock.at(datetime.combine(world.last_day - timedelta(days=days_ago), time(15), tzinfo=clock.CHINA))


def _rows(facilities) -> list[list]:
    """The facts of each as a table gives them; every fourth has a new telephone."""
    told = facilities.select_related("kind", "place").order_by("code")
    return [
        [one.code, one.name, one.kind.name, one.place.code, one.phone if at % 4 else f"0999-66{at:05}"]
        for at, one in enumerate(told)
    ]


def _table(name: str, rows: list[list]) -> ContentFile:
    body = BytesIO()
    write_csv(body, FACTS, rows)
    return ContentFile(body.getvalue(), name=name)
