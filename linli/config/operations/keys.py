"""`linli rotate-keys`: a new key for sealed fields, and everything sealed again with it (D2, K3)."""

import argparse
import sys

from linli.kernel.keys import KeyTrouble, add_key, keys, keys_path
from linli.people.privacy.rotating import left_to_rotate, rotate_field_keys


def rotate(*, new_key: bool = True) -> tuple[str, int]:
    """The current key's id and how many values were sealed again.

    Killed at any instruction it is simply run again: while values wait for the current key no other is added.
    """
    if new_key and not left_to_rotate():
        add_key(keys_path(), "field")
    return keys().current["field"], rotate_field_keys()


def main(words: list[str]) -> int:
    """0: nothing waits any more. 1: the key file cannot be used, or values wait still."""
    parser = argparse.ArgumentParser("linli rotate-keys", description=__doc__)
    parser.add_argument("--only-reseal", action="store_true", help="add no key, seal with the current one")
    chosen = parser.parse_args(words)
    try:
        key_id, count = rotate(new_key=not chosen.only_reseal)
    except (KeyTrouble, OSError) as trouble:
        sys.stderr.write(f"✗ {trouble}\n")
        return 1
    left = left_to_rotate()
    sys.stdout.write(f"{'✗' if left else '✓'} field key {key_id}: {count} values sealed again, {left} wait\n")
    return 1 if left else 0
