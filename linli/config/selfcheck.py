"""What `make check` asks of the running code in one process: Django, migrations, packs, docs, English, libraries."""

import sys
import time
from collections.abc import Callable

from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError

from . import generated, least_versions, translations


def django() -> int:
    call_command("check", verbosity=0)
    return 0


def migrations() -> int:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    return 0


def packs() -> int:
    from linli.packs.commands import main as packs_main

    return packs_main(["check"])


def docs() -> int:
    return generated.main(["check"])


def english() -> int:
    untranslated = translations.missing()
    for text, path in untranslated.items():
        sys.stderr.write(f"{path}: no English for {text!r}\n")
    return 1 if untranslated else 0


def libraries() -> int:
    old = least_versions.too_old(least_versions.TABLE.parents[1])
    for sentence in old:
        sys.stderr.write(f"{sentence}\n")
    return 1 if old else 0


PARTS: tuple[Callable[[], int], ...] = (django, migrations, packs, docs, english, libraries)


def main(words: list[str]) -> int:
    """Run every part, also after one failed; 1 when any did."""
    failed = 0
    for part in PARTS:
        started = time.monotonic()
        try:
            code = part()
        except (SystemCheckError, CommandError, SystemExit) as trouble:
            sys.stderr.write(f"{trouble}\n")
            code = 1
        sys.stdout.write(f"{'✗' if code else '✓'} {part.__name__} ({time.monotonic() - started:.1f} s)\n")
        failed |= code
    return failed
