"""How much one person may store, and how long work on a file may take; each with its reason."""

from datetime import timedelta

MB = 1024 * 1024
BYTES_OF_A_PERSON = 2_000 * MB  # two years of a busy grid worker: 20 photos a day, remade to 200 kB
FILES_A_DAY = 300  # the busiest day of a volunteer drive, twice
WAIT_BEFORE_ERASING = timedelta(days=7)  # a deletion noticed on Monday can be taken back
ORPHANS_WAIT = timedelta(days=1)  # longer than any request or import lives

WORK_SECONDS = 20  # of processor time; a 50-megapixel photo takes two
WORK_MEMORY = 1024 * MB  # a 50-megapixel photo with transparency, twice
SCAN_SECONDS = 60
