"""Streets and inputs of a run as bytes and back, with digests of what they hold (not of how they are packed)."""

import io
import json
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np

from linli_compute.doors import Doors, doors_of
from linli_compute.geometry import Points
from linli_compute.hours import OPEN
from linli_compute.network import Network, build_network
from linli_compute.packs import profiles_of
from linli_compute.streets import Streets

from .models import StreetMap

PER_OUTLET = ("outlet", "outlet_code", "function", "capacity", "opens")
PER_MORE = ("more", "more_key", "more_capacity", "more_opens")
# Of the people in a home: everybody, 60+, 80+, under three, six to twelve. Runs of before hold fewer.
GROUPS = ("all", "60", "80", "under3", "6to12")


@dataclass(frozen=True, eq=False)
class Inputs:
    """What a run counts: communities (with their circle), homes (people by group), outlets by function.

    An outlet of two functions stands twice. `function` is an index into the circle's functions.
    """

    code: np.ndarray
    centre: np.ndarray  # (communities, 2) lon, lat
    by_rule: np.ndarray  # the centre was set by hand
    radius_m: np.ndarray
    rural: np.ndarray
    home: np.ndarray  # (homes, 2)
    community: np.ndarray  # of each home
    people: np.ndarray  # (homes, groups)
    outlet: np.ndarray  # (outlets, 2)
    outlet_code: np.ndarray
    function: np.ndarray
    capacity: np.ndarray  # places of each outlet, nan where nobody entered them
    # Outlets of services that are no function of the circle (packs/reach/complex): point, key, places.
    more: np.ndarray
    more_key: np.ndarray
    more_capacity: np.ndarray
    # At the moment the run asks about: OPEN, SHUT or UNSAID of each outlet (all OPEN where it asks about none).
    opens: np.ndarray
    more_opens: np.ndarray
    # Entrances of compounds: point, and the home whose walk may begin there (a row for each home of a compound).
    gate: np.ndarray
    gate_home: np.ndarray

    @property
    def homes(self) -> Points:
        return Points(self.home[:, 0], self.home[:, 1])

    @property
    def outlets(self) -> Points:
        return Points(self.outlet[:, 0], self.outlet[:, 1])

    @property
    def centres(self) -> Points:
        return Points(self.centre[:, 0], self.centre[:, 1])

    def doors_on(self, network: Network) -> Doors:
        """The doors by which the people of each home leave: entrances where known, else the nearest street."""
        return doors_of(network, self.homes, (Points(self.gate[:, 0], self.gate[:, 1]), self.gate_home))

    def open_only(self) -> "Inputs":
        """The same with the outlets alone that are open at the moment asked about."""
        now, more = self.opens == OPEN, self.more_opens == OPEN
        if now.all() and more.all():
            return self
        kept = {name: getattr(self, name)[now] for name in PER_OUTLET}
        kept |= {name: getattr(self, name)[more] for name in PER_MORE}
        return replace(self, **kept)


def pack_inputs(inputs: Inputs) -> bytes:
    return _pack({field.name: getattr(inputs, field.name) for field in fields(Inputs)})


def unpack_inputs(content: Any) -> Inputs:
    arrays = _unpack(content)
    blank = {  # runs from before these were kept
        "capacity": np.full(len(arrays["function"]), np.nan),
        "more": np.empty((0, 2)),
        "more_key": np.empty(0, dtype="U1"),
        "more_capacity": np.empty(0),
        "gate": np.empty((0, 2)),
        "gate_home": np.empty(0, dtype=np.int64),
    }
    arrays = blank | arrays
    arrays.setdefault("opens", np.full(len(arrays["function"]), OPEN, dtype=np.int8))
    arrays.setdefault("more_opens", np.full(len(arrays["more_key"]), OPEN, dtype=np.int8))
    return Inputs(**arrays)


def pack_streets(streets: Streets) -> bytes:
    arrays = {field.name: np.asarray(getattr(streets, field.name)) for field in fields(Streets)}
    return _pack(arrays)


def unpack_streets(content: Any) -> Streets:
    arrays = _unpack(content)
    return Streets(**arrays | {"kinds": tuple(arrays["kinds"].tolist())})


def digest_of(thing: Any, *more: str) -> str:
    """SHA-256 over every array of a frozen dataclass by name, shape and value, and over the words."""
    total = sha256()
    for field in fields(thing):
        array = np.ascontiguousarray(np.asarray(getattr(thing, field.name)))
        if array.dtype.kind == "U":
            array = np.char.encode(array, "utf-8")
        total.update(f"{field.name}{array.shape}{array.dtype.kind}".encode())
        total.update(array.tobytes())
    for word in more:
        total.update(word.encode())
    return total.hexdigest()


def _pack(arrays: dict[str, np.ndarray]) -> bytes:
    room = io.BytesIO()
    np.savez_compressed(room, **arrays)
    return room.getvalue()


def _unpack(content: Any) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(bytes(content)), allow_pickle=False) as arrays:
        return dict(arrays)


@lru_cache(maxsize=4)
def network_of(street_map: int, profile: str) -> Network:
    """The network of a street map (its key) for a profile (JSON): built once in each process."""
    content = StreetMap.objects.values_list("content", flat=True).get(pk=street_map)
    [walker] = profiles_of({"profiles": [json.loads(profile)]}, where="run").values()
    return build_network(unpack_streets(content), walker)


def network_of_run(run) -> Network:
    """The network a run walked on."""
    return network_of(run.street_map_id, json.dumps(run.parameters["profile"], sort_keys=True))
