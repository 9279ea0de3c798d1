import pytest

from tests.factories.requests import Town


@pytest.fixture
def town(db):
    return Town()
