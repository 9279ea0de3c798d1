"""`linli packs check | diff | install [folder]`: problems by file and line, differences by code."""

import sys
from pathlib import Path

from django.conf import settings

from .actions import in_order, install_packs
from .reading import Problem, read_packs
from .schema import pack_kinds


def main(words: list[str]) -> int:
    command, *rest = words or ["check"]
    root = Path(rest[0]) if rest else Path(settings.PACKS_DIR)
    if command not in ("check", "diff", "install"):
        sys.stdout.write("linli packs check | diff | install [folder]\n")
        return 2
    if command == "install":
        done, problems = install_packs(root)
        lines = [f"{pack.pack} {pack.code}: {what}" for pack, what in done]
    else:
        packs, problems = read_packs(root)
        lines = [f"{pack.pack} {pack.code}: valid" for pack in packs]
        if command == "diff" and not problems:
            lines = [
                f"{pack.pack} {pack.code}: {pack_kinds[pack.pack].diff(pack)}" for pack in in_order(packs)
            ]
    return say(lines, problems)


def say(lines: list[str], problems: list[Problem]) -> int:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stderr.write("".join(f"{problem}\n" for problem in problems))
    return 1 if problems else 0
