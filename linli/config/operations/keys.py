"""`linli rotate-keys`: a new key for sealed fields or their indexes, and all of them made anew with it (D2, K3)."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass

from linli.kernel.keys import KeyTrouble, add_key, keys, keys_path
from linli.people.privacy.reindexing import left_to_reindex, rotate_index_keys
from linli.people.privacy.rotating import left_to_rotate, rotate_field_keys


@dataclass(frozen=True)
class Rotation:
    """What is made anew under a new key of `purpose`, and how much still waits for it."""

    purpose: str
    done: str
    again: Callable[[], int]
    left: Callable[[], int]


FIELD = Rotation("field", "values sealed again", rotate_field_keys, left_to_rotate)
INDEX = Rotation("blind", "index digests made anew", rotate_index_keys, left_to_reindex)


def rotate(rotation: Rotation = FIELD, *, new_key: bool = True) -> tuple[str, int]:
    """The current key's id and how many values were made anew.

    Killed at any instruction it is simply run again: while values wait for the current key no other is added.
    """
    if new_key and not rotation.left():
        add_key(keys_path(), rotation.purpose)
    return keys().current[rotation.purpose], rotation.again()


def main(words: list[str]) -> int:
    """0: nothing waits any more. 1: the key file cannot be used, or values wait still."""
    parser = argparse.ArgumentParser("linli rotate-keys", description=__doc__)
    parser.add_argument(
        "--index", action="store_true", help="the key of the blind indexes instead of that of fields"
    )
    parser.add_argument("--only-reseal", action="store_true", help="add no key, go on with the current one")
    chosen = parser.parse_args(words)
    rotation = INDEX if chosen.index else FIELD
    try:
        key_id, count = rotate(rotation, new_key=not chosen.only_reseal)
    except (KeyTrouble, OSError) as trouble:
        sys.stderr.write(f"✗ {trouble}\n")
        return 1
    left = rotation.left()
    mark = "✗" if left else "✓"
    sys.stdout.write(f"{mark} {rotation.purpose} key {key_id}: {count} {rotation.done}, {left} wait\n")
    return 1 if left else 0
