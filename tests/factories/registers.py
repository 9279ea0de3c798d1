"""Rows of registers entered by their own act, and the rules of the repository's packs."""

from pathlib import Path

from linli.packs.reading import read_pack
from linli.packs.schema import pack_kinds
from linli.registers.actions import enter_record
from linli.registers.declaring import registers

PACKS = Path(__file__).parents[2] / "packs"


def install_pack(path: str):
    """Install a pack of the repository, as an installation does."""
    pack, problems = read_pack(PACKS / path)
    assert problems == []
    return pack_kinds[pack.pack].install(pack)


def enter(register: str, /, *, by=None, **values):
    """A row of the register called so."""
    return enter_record(registers[register], by=by, **values)


def make_organisation(place, name="晚霞合唱队", **values):
    return enter(
        "organisations", place=place, name=name, **{"kind": "mass_team", "standing": "filed", **values}
    )


def make_course(place, title="主题轮训", kind="theme", on="2026-02-02"):
    return enter("courses", place=place, title=title, kind=kind, hours=8, begins_on=on, ends_on=on)
