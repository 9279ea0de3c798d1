from datetime import date

import pytest

from linli.config.city import generate


@pytest.fixture(scope="session")
def city():
    """The demonstration city of size S, made once; nothing may change it."""
    return generate("S", last_day=date(2026, 3, 4))
