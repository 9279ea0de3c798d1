"""Cases shown by the portal are errands, the small kind of the tests."""

from tests.cases.conftest import _errand  # noqa: F401 — the kind is there for every test
