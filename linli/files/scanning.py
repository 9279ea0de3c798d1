"""The scanner a deployment may name; without one, what we did not draw ourselves waits or goes by setting."""

import shlex
import subprocess
from pathlib import Path

from django.conf import settings

from .limits import SCAN_SECONDS
from .models import StoredFile

State = StoredFile.State


def scan(path: Path, *, remade: bool) -> str:
    """The state of the file at `path`: ready, held until a scanner answers, or infected.

    The command (LINLI_FILE_SCANNER) gets the path as its last argument; exit 0 is clean, 1 is infected,
    anything else means it could not tell. Pictures drawn anew by us need no scan.
    """
    command = shlex.split(settings.ENVIRONMENT.file_scanner)
    if remade:
        return State.READY
    if not command:
        return State.READY if settings.ENVIRONMENT.serves_unscanned_files else State.HELD
    try:
        done = subprocess.run([*command, str(path)], capture_output=True, timeout=SCAN_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return State.HELD
    return {0: State.READY, 1: State.INFECTED}.get(done.returncode, State.HELD)
