"""What is done with files at night and between."""

from linli import jobs

from . import keeping


@jobs.periodic("40 2 * * *", "files.erase")
def erase() -> None:
    keeping.erase_due()
    keeping.sweep_orphans()


@jobs.periodic("*/10 * * * *", "files.scan")
def scan_again() -> None:
    keeping.scan_held()
