"""The `linli` command line: each word leads to one function that takes the rest of the words.

`linli reach` computes on files alone and needs neither settings nor database; all others set Django up.
"""

import importlib
import os
import sys
from collections.abc import Callable, Sequence

from linli.config.troubles import sentence_of

COMMANDS = {
    "migrate": ("linli.config.commands:migrate", "make the database tables, or bring them up to date"),
    "packs": ("linli.packs.commands:main", "check | diff | install the packs"),
    "import": (
        "linli.places.commands:main",
        "divisions | boundaries FILE: tried first, applied when asked",
    ),
    "plan": ("linli.plans.commands:main", "coverage | values | roll-up | report"),
    "streets": ("linli.reach.commands:main", "CODE FILE SOURCE DAY: take in the streets of an area"),
    "demo": ("linli.config.commands:demo", "make the demonstration city"),
    "worker": ("linli.config.commands:worker", "run the job worker"),
    "devices": ("linli.exchange.devices.listening:main", "write what devices say over MQTT"),
    "docs": ("linli.config.generated:main", "print the generated docs"),
    "selfcheck": ("linli.config.selfcheck:main", "what `make check` asks of the code itself"),
    "health": ("linli.config.health:main", "say whether database, jobs and disk are well"),
    "verify": ("linli.config.operations.verify:main", "check everything that can be checked"),
    "backup": ("linli.config.operations.backup:main", "FOLDER: make one sealed set of database and files"),
    "restore": ("linli.config.operations.restore:main", "FOLDER: bring a set back"),
    "drill": (
        "linli.config.operations.drill:main",
        "restore the newest backup beside the platform and verify it",
    ),
    "end-sessions": (
        "linli.config.commands:end_sessions",
        "USERNAME | --all: sign somebody, or everybody, out",
    ),
    "rotate-keys": ("linli.config.operations.keys:main", "a new key for sealed fields"),
}
WITHOUT_DJANGO = {"reach": ("linli_compute.cli:main", "walking reach and siting on files alone")}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 well, 1 a problem that was told, 2 wrong use."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    known = COMMANDS | WITHOUT_DJANGO
    if not words or words[0] not in known:
        lines = [f"  {name:12} {what}" for name, (_target, what) in sorted(known.items())]
        sys.stdout.write("linli COMMAND …\n" + "\n".join(lines) + "\n")
        return 2 if words else 0
    if words[0] in WITHOUT_DJANGO:
        return _function(known[words[0]][0])(words[1:]) or 0
    set_up()
    try:
        return _function(known[words[0]][0])(words[1:]) or 0
    except Exception as trouble:  # the database went away, the disk is full: a sentence, not a traceback
        told = sentence_of(trouble)
        if told is None:
            raise
        sys.stderr.write(f"✗ {told}\n")
        return 1


def set_up() -> None:
    """Load the settings; a setting that is wrong is one sentence, not a traceback."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
    try:
        django.setup()
    except ImproperlyConfigured as trouble:
        sys.exit(f"✗ {trouble}")


def _function(target: str) -> Callable[[list[str]], int | None]:
    module, name = target.split(":")
    return getattr(importlib.import_module(module), name)


if __name__ == "__main__":
    sys.exit(main())
