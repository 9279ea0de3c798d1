"""A small kind of case that lives in these tests alone: an errand."""

import pytest

from linli.cases.steps import workflows

from .errand import ERRAND


@pytest.fixture(autouse=True)
def _errand():
    workflows["errand"] = ERRAND
    yield
    del workflows["errand"]
