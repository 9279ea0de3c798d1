"""Packs of the life circle: how people walk, and which functions a circle must hold.

A study reads them from the file and keeps its own copy with the result (a run is repeatable as it was), so
installing has nothing to store: the packs are checked here like all others.
"""

from collections.abc import Iterator
from typing import Any, Literal

from linli.packs import Installed, Pack, PackKind, pack_kinds
from linli_compute.errors import InputError
from linli_compute.packs import circle_of, profiles_of


class ProfilesPack(Pack):
    pack: Literal["reach-profiles"]
    profiles: list[dict[str, Any]]


class CirclePack(Pack):
    pack: Literal["reach-circle"]
    bands_min: list[float]
    radius_m: float
    functions: list[dict[str, Any]]


def check_profiles(pack: ProfilesPack) -> Iterator[tuple[tuple, str]]:
    try:
        profiles_of(pack.model_dump(), where=pack.code)
    except InputError as wrong:
        yield ("profiles",), str(wrong)


def check_circle(pack: CirclePack) -> Iterator[tuple[tuple, str]]:
    try:
        circle_of(pack.model_dump(), where=pack.code)
    except InputError as wrong:
        yield ("functions",), str(wrong)


def nothing_stored(pack: Pack, *, by=None) -> Installed:
    return Installed()


pack_kinds["reach-profiles"] = PackKind(ProfilesPack, nothing_stored, nothing_stored, check_profiles)
pack_kinds["reach-circle"] = PackKind(CirclePack, nothing_stored, nothing_stored, check_circle)
