"""What a costly door may be asked (I13): so often in a stretch of time by one person, whatever the page.

The view names its cost beside who may enter (`@costly(PAPER)`); `linli.api.middleware.CostlyDoors` counts. Doors that
share a cost share one count: whoever prints does not print thirty handbooks and thirty reports as well.
"""

from dataclasses import dataclass

CHANGING = frozenset({"POST"})
ANY = frozenset({"GET", "POST"})
OF_ONE_ADDRESS = 5  # an office shares one address: nobody signed in is counted as five persons' worth


@dataclass(frozen=True)
class Cost:
    """At most `each` visits by `methods` in `window_s` seconds for one person."""

    name: str
    each: int
    window_s: int
    methods: frozenset[str] = ANY


# Why these: a search looks through every index; suggestions come with each letter that is typed.
SEARCH = Cost("search", 60, 60, frozenset({"GET"}))
SUGGEST = Cost("suggest", 180, 60, frozenset({"GET"}))
# Finding a person by number or name is also a way to list people: a clerk serves one every ten seconds at most.
FIND = Cost("find-person", 60, 600, CHANGING)
# One paper is up to a second of a processor; whoever needs hundreds takes the table.
PAPER = Cost("paper", 30, 600)
TABLE = Cost("table", 30, 600)  # reads every row of a register or plan
TABLE_SENT = Cost("table-sent", 20, 600, CHANGING)  # a table is read cell by cell before it is believed
STUDY = Cost("study", 30, 600, CHANGING)  # reckons over a whole city
LIVE = Cost("live", 60, 60)  # figures of many communities, added up while one waits
NEAR = Cost(
    "near", 120, 60
)  # walks over the streets, or every outlet around; the page asks twice for its map
WHOLE_CITY = Cost("whole-city", 6, 3600, CHANGING)  # freezes or reckons everything anew, as a job
MANY = Cost("many", 20, 600, CHANGING)  # one press changes up to hundreds of matters
