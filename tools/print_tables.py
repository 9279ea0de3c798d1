"""Print what all migrations make, for the first start: `python3 x.py tables`, after a migration was added.

Migrated for it from nothing, in some minutes: a database that has grown with the code keeps what a model of an earlier
day left behind (its content type, its permissions). See linli/config/first_tables.py.
"""

import gzip
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
STEP_BY_STEP = "linli_to_print"
PSQL_ONLY = ("\\restrict", "\\unrestrict")  # words to psql, with a new secret each time


def main() -> None:
    import django

    django.setup()
    from linli.config import first_tables
    from linli.config.operations.programs import program, server_environment, server_major
    from tests import template

    words = [program("pg_dump"), "--no-owner", "--no-privileges", "--no-password", "--rows-per-insert=500"]
    told = server_environment() | {"PGDATABASE": STEP_BY_STEP}
    template.migrated(STEP_BY_STEP)
    try:
        dumped = subprocess.run(words, env=told, check=True, capture_output=True, text=True).stdout
    finally:
        template.dropped(STEP_BY_STEP)
    lines = [line for line in dumped.splitlines(keepends=True) if not line.startswith(PSQL_ONLY)]
    text = first_tables.head(server_major()) + "".join(lines)
    first_tables.PRINT.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{first_tables.PRINT.relative_to(ROOT)}: {len(text):,} characters")


if __name__ == "__main__":
    main()
