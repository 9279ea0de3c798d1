import pytest

from linli.kernel.keys import keys


@pytest.fixture
def state(settings, tmp_path):
    """A state folder of the test's own for the exported heads; the keys stay those of the run."""
    keys()
    settings.STATE_DIR = tmp_path
    return tmp_path
