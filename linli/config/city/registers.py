"""What the registers hold: facilities, outlets, organisations, teams, workers, units; as frozen rows."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Room:
    name: str
    use: str  # activity, office, elder, child, culture, sport, commerce
    area_m2: int


@dataclass(frozen=True)
class Hours:
    """Opening hours; `days` are ISO weekdays."""

    opens: str
    closes: str
    days: tuple[int, ...]


@dataclass(frozen=True)
class Facility:
    code: str
    kind: str
    name: str
    community: str
    building: int  # row of City.ground.buildings, -1: in the open
    lon: float
    lat: float
    area_m2: int
    rooms: tuple[Room, ...]
    hours: Hours | None  # None: always open
    phone: str
    opened_on: date
    tenure: str  # owned, lent, rented
    step_free: bool
    places: int  # beds, meals or children it can take at once; 0: not counted


@dataclass(frozen=True)
class Outlet:
    """A shop or service of the quarter-hour convenience circle (便民网点)."""

    code: str
    category: str
    name: str
    community: str
    building: int
    lon: float
    lat: float
    area_m2: int
    hours: Hours
    phone: str
    credit_code: str
    opened_on: date
    step_free: bool


@dataclass(frozen=True)
class Organisation:
    code: str
    name: str
    kind: str  # association, service, fund, property_firm, owners_committee, activity_team
    registered: bool  # else only filed with the street office
    credit_code: str
    place: str  # code of the community or street it works in
    field: str
    founded_on: date
    grade: str  # 1A … 5A, "" not graded
    members: int
    phone: str


@dataclass(frozen=True)
class Team:
    """A team of volunteers."""

    code: str
    name: str
    community: str
    field: str
    founded_on: date
    leader: int  # row of People
    members: tuple[int, ...]


@dataclass(frozen=True)
class Worker:
    """A community worker: one person, one community."""

    person: int  # row of People
    community: str
    post: str  # 正职, 副职, 其他
    duty: str
    grade: int  # of 三岗十八级
    started_on: date
    degree: str
    certificate: str  # "" none
    certified_on: date | None


@dataclass(frozen=True)
class Unit:
    """An office that can be given work."""

    code: str
    name: str
    kind: str  # department, street_office, committee
    place: str
    phone: str
