"""What the resident of the demonstration city finds of her own data: who looked, and what she asked to be put right."""

from datetime import datetime, time, timedelta

from linli.kernel import clock
from linli.kernel.demo import DemoWorld, demo_step

from .privacy.correcting import request_correction
from .privacy.revealing import reveal

LOOKS = ((30, ("phone",), "联系核对走访时间"), (8, ("phone", "birth_on"), "办理老年人优待证前核对"))


@demo_step("rights", "查看记录和更正申请", after=("people",), behind=True)
def use_rights(world: DemoWorld) -> None:
    """The community worker looked at two fields with a reason; the resident asks that one be put right."""
    resident, worker = world.users.get("resident"), world.users.get("community-worker")
    if resident is None or worker is None:
        return
    for days_ago, fields, purpose in LOOKS:
        with _day(world, days_ago):
            reveal(resident.person, fields, by=worker, purpose=purpose)
    with _day(world, 4):
        request_correction(
            resident.person,
            field="phone",
            proposed="13900000166",
            by=resident,
            reason="换了新号码，旧号码停用了。",
        )


def _day(world: DemoWorld, days_ago: int):
    return clock.at(datetime.combine(world.last_day - timedelta(days=days_ago), time(10), tzinfo=clock.CHINA))
