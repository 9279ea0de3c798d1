import pytest

from tests.factories.care import Village


@pytest.fixture
def village(db):
    return Village()
