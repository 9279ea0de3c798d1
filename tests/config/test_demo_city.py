"""The demonstration city in the database: everybody housed, every account usable, history true."""

from linli.packs.schema import Pack  # noqa: F401 — declares the pack kinds
from linli.people.queries import *  # noqa: F403
