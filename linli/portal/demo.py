"""The demonstration city is written in bulk: its index is made at the end."""

from linli.kernel.demo import DemoWorld, demo_step
from linli.search.actions import rebuild


@demo_step("search", "搜索索引", after=("people",), behind=True)
def make_index(world: DemoWorld) -> None:
    world.say(f"搜索索引：{rebuild():,} 条")
