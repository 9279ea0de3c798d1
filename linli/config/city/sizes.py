"""How large a city is: the counts from which everything else is drawn."""

from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class CitySize:
    """Counts of one size of the demonstration city; lengths in metres."""

    name: str
    bands: int  # urban districts on each bank of the river
    north: int  # urban communities on the north bank
    south: int
    per_street: int  # communities of one street office, about
    counties: int
    county_town: int  # urban communities of each county seat
    villages: int
    per_town: int  # villages of one town
    half_river: float
    households: tuple[int, int, int, int] = (975, 215, 650, 1430)  # urban: mean, spread, least, most
    with_people: bool = True  # else households and people are streamed town by town

    @property
    def stretch(self):
        """How much longer the river's bends and the ground's waves are than in size S."""
        return sqrt((self.north + self.south) / 24)


SIZES = {
    "XS": CitySize(
        "XS", 1, 2, 2, 2, 1, 1, 3, 2, 88.0, (170, 30, 120, 230)
    ),  # for tests of what is made from a city
    "S": CitySize("S", 1, 13, 11, 5, 1, 4, 12, 5, 88.0),
    "M": CitySize("M", 2, 340, 300, 11, 3, 20, 300, 10, 150.0),
    "L": CitySize("L", 4, 1700, 1500, 14, 8, 30, 1760, 12, 240.0, with_people=False),
}
