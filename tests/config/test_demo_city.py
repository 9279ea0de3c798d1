"""The demonstration city in the database: everybody housed, every account usable, history true."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from linli.config.city import generate
from linli.kernel.demo import DemoWorld
from linli.packs.schema import Pack  # noqa: F401 — declares the pack kinds
from linli.people import demo as people_demo
from linli.people.models import Household, HouseholdMember, Person, Post, Residence, Role
from linli.people.queries import *  # noqa: F403
from linli.places import demo as places_demo
from linli.places.models import Boundary, Place, PlaceVersion, PopulationFigure
