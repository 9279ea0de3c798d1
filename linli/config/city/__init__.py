"""The demonstration city: made up from a seed, without Django, a database or the network.

from linli.config.city import generate
city = generate("S", last_day=date(2026, 11, 23))
"""

from linli.config.city.build import City, generate, towns
from linli.config.city.model import digest

__all__ = ["City", "digest", "generate", "towns"]
