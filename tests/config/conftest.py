from datetime import date

import pytest

from linli.config.city import generate
from linli.kernel.keys import write_new_keys


@pytest.fixture(scope="session")
def city():
    """The demonstration city of size S, made once; nothing may change it."""
    return generate("S", last_day=date(2026, 3, 4))


@pytest.fixture
def state(settings, tmp_path):
    """A state folder and a key file of the test's own."""
    folder = tmp_path / "state"
    write_new_keys(folder / "keys.json")
    settings.STATE_DIR, settings.FILES_DIR = folder, folder / "files"
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"keys_file": folder / "keys.json"})
    return folder
