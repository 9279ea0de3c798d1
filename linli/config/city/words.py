"""The word lists of `words.yaml`."""

from functools import cache
from pathlib import Path

import yaml


@cache
def _lists():
    return yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))


@cache
def words(key):
    """Tuple of the words under `key`."""
    return tuple(str(_lists()[key]).split())
