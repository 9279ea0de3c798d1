"""What is counted of organisations, compounds and resident units, by community; silence is left out.

A community that never entered a row and never said that it has none is missing; zero is said.
"""

from django.db.models import Count, Q

from linli.measures import Period, measure, measures
from linli.registers.behind import list_registered
from linli.registers.counting import answering, counted, on_day

from . import registers
from .models import (
    Brand,
    CompoundProfile,
    Organisation,
    ResidentUnit,
    Station,
    Steward,
)
from .models.parts import COVERED

SOCIAL = ("association", "service", "foundation", "community", "enterprise", "fund")
FIRMS = ("firm", "small_firm", "shop")
UNITS = ("public", "institution", "state_firm")
GROUPED = ("branch", "group")


def organisations(period: Period, **more):
    day = period.last_day
    return Organisation.objects.filter(on_day(day, begins="founded_on", ends="ended_on"), **more)


def count_organisations(period: Period, **more):
    return counted(registers.ORGANISATIONS, organisations(period, **more), period)


@measure("organisations.active", "社区社会组织数", unit="个", kind="stock")
def active(period: Period):
    return count_organisations(period, kind__in=SOCIAL, standing__in=("registered", "filed"), state="active")


@measure("organisations.able", "可承接服务的社会组织数", unit="个", kind="stock")
def able(period: Period):
    return count_organisations(period, kind__in=SOCIAL, state="active", able=True)


@measure("organisations.mass_teams", "群众活动团队数", unit="个", kind="stock")
def mass_teams(period: Period):
    return count_organisations(period, kind="mass_team", state="active")


@measure("organisations.activity_groups", "社区活动小组数", unit="个", kind="stock")
def activity_groups(period: Period):
    return count_organisations(period, kind="group", state="active")


@measure("organisations.disabled_associations", "残疾人协会数", unit="个", kind="stock")
def disabled_associations(period: Period):
    return count_organisations(period, kind="disabled", state="active")


@measure("organisations.brands", "社区服务品牌数", unit="个", kind="stock")
def brands(period: Period):
    rows = Brand.objects.filter(on_day(period.last_day, begins="since", ends="until"))
    return counted(registers.BRANDS, rows, period)


def compounds(period: Period, *conditions: Q, **more):
    return CompoundProfile.objects.filter(on_day(period.last_day), *conditions, **more)


def count_compounds(period: Period, *conditions: Q, **more):
    return counted(registers.COMPOUND_PROFILES, compounds(period, *conditions, **more), period)


def under_contract(period: Period) -> Q:
    """A firm serves the compound, by a contract in force on the last day; one without an end counts."""
    day = period.last_day
    begun = Q(contract_since=None) | Q(contract_since__lte=day)
    return Q(mode="market", firm__isnull=False) & begun & (Q(contract_until=None) | Q(contract_until__gt=day))


@measure("organisations.unmanaged_compounds", "三无小区数", unit="个", kind="stock")
def unmanaged_compounds(period: Period):
    return count_compounds(period, unmanaged=True)


@measure("organisations.managed_unmanaged", "有管理模式的三无小区数", unit="个", kind="stock")
def managed_unmanaged(period: Period):
    managed = Q(mode__in=("self", "state")) | under_contract(period)
    return count_compounds(period, managed, unmanaged=True)


@measure("organisations.compounds_with_firm", "有物业企业的小区数", unit="个", kind="stock")
def compounds_with_firm(period: Period):
    return count_compounds(period, under_contract(period))


@measure("organisations.property_party", "物业党的工作已覆盖小区数", unit="个", kind="stock")
def property_party(period: Period):
    return count_compounds(period, under_contract(period), firm__party__in=COVERED)


@measure("organisations.compound_party", "党的工作已覆盖小区数", unit="个", kind="stock")
def compound_party(period: Period):
    return count_compounds(period, party__in=(*GROUPED, "instructor"))


@measure("organisations.compounds_three_members", "三名以上党员的小区数", unit="个", kind="stock")
def compounds_three_members(period: Period):
    return count_compounds(period, three_members=True)


@measure("organisations.compounds_three_grouped", "三名以上党员且有组织的小区数", unit="个", kind="stock")
def compounds_three_grouped(period: Period):
    return count_compounds(period, three_members=True, party__in=GROUPED)


def stations(period: Period):
    return Station.objects.filter(on_day(period.last_day, begins="opened_on", ends="closed_on"))


@measure("organisations.stations", "小区工作站数", unit="个", kind="stock")
def station_count(period: Period):
    return counted(registers.STATIONS, stations(period), period, distinct="place")


@measure("organisations.stations_one_head", "设一名站长的小区工作站数", unit="个", kind="stock")
def stations_one_head(period: Period):
    heads = Q(stewards__in=stewards(period, kind="head"))
    rows = stations(period).annotate(heads=Count("stewards", filter=heads)).filter(heads=1)
    keys = list(rows.values_list("pk", flat=True))
    return counted(registers.STATIONS, Station.objects.filter(pk__in=keys), period, distinct="place")


@measure("organisations.station_households", "设站小区户数", unit="户", kind="stock")
def station_households(period: Period):
    rows = stations(period)
    unknown = rows.filter(households=None)
    said = counted(registers.STATIONS, rows, period, of="households")
    # a station whose households nobody entered makes the sum unknown, not smaller
    bare = counted(registers.STATIONS, unknown, period)
    return said.only(code for code in said if not bare[code])


def stewards(period: Period, **more):
    return Steward.objects.filter(on_day(period.last_day, begins="since", ends="until"), **more)


@measure("organisations.stewards", "楼栋长数", unit="人", kind="stock")
def steward_count(period: Period):
    open_stations = Q(station__in=stations(period))
    rows = stewards(period, kind="steward").filter(open_stations)
    found = counted(registers.STEWARDS, rows, period)
    # stations without any steward entered are an answer too: they have none
    return found.only(answering(registers.STATIONS, period.last_day) | set(found))


def units(period: Period, kinds, *conditions: Q, **more):
    rows = ResidentUnit.objects.filter(on_day(period.last_day), *conditions, kind__in=kinds, **more)
    return counted(registers.RESIDENT_UNITS, rows, period)


def checked_in(period: Period) -> Q:
    day = period.last_day
    return Q(checked_in_on__lte=day) & (Q(checked_in_until=None) | Q(checked_in_until__gte=day))


@measure("organisations.firms", "驻区非公小微企业数", unit="家", kind="stock")
def firms(period: Period):
    return units(period, FIRMS)


@measure("organisations.firms_party", "党的工作已覆盖企业数", unit="家", kind="stock")
def firms_party(period: Period):
    return units(period, FIRMS, party__in=COVERED)


@measure("organisations.units_listed", "应报到单位党组织数", unit="个", kind="stock")
def units_listed(period: Period):
    return units(period, UNITS, listed=True)


@measure("organisations.units_checked_in", "已报到单位党组织数", unit="个", kind="stock")
def units_checked_in(period: Period):
    return units(period, UNITS, checked_in(period), listed=True)


def members(period: Period, column: str):
    """The sum of a column of numbers of Party members; communities where nobody entered one are missing."""
    rows = ResidentUnit.objects.filter(on_day(period.last_day), **{f"{column}__isnull": False})
    told = counted(registers.RESIDENT_UNITS, rows, period)
    summed = counted(registers.RESIDENT_UNITS, rows, period, of=column)
    return summed.only(code for code in summed if told[code])


@measure("organisations.members_listed", "应报到在职党员数", unit="人", kind="stock")
def members_listed(period: Period):
    return members(period, "members_listed")


@measure("organisations.members_checked_in", "已报到在职党员数", unit="人", kind="stock")
def members_checked_in(period: Period):
    return members(period, "members_checked_in")


# Of each number the rows it counts can be opened.
list_registered(*(name for name in measures if name.startswith("organisations.")))
