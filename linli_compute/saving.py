"""A network as plain arrays and back; the profile travels as JSON beside them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from linli_compute.geometry import Plane
from linli_compute.network import Network
from linli_compute.streets import Profile

ARRAYS = tuple(field.name for field in fields(Network) if field.name not in ("profile", "plane"))
FORMAT = 1


def saved(network: Network) -> dict[str, np.ndarray]:
    """Everything a network is, as arrays by name."""
    profile = asdict(network.profile) | {"kinds": sorted(network.profile.kinds)}
    about = {"format": FORMAT, "profile": profile, "plane": asdict(network.plane)}
    return {name: getattr(network, name) for name in ARRAYS} | {"about": np.array(json.dumps(about))}


def network_from(arrays: Mapping[str, Any]) -> Network:
    """The network of such arrays; KeyError or ValueError if they are none."""
    about = json.loads(str(arrays["about"]))
    if about["format"] != FORMAT:
        raise ValueError(f"format {about['format']}, expected {FORMAT}")
    profile = Profile(**about["profile"] | {"kinds": frozenset(about["profile"]["kinds"])})
    return Network(profile, Plane(**about["plane"]), **{name: arrays[name] for name in ARRAYS})
