"""Reading back what `opening` writes as SDMX: a structure message and the data that belong to it."""

import csv
import json
from dataclasses import dataclass
from io import StringIO

from linli.measures import Period

from .opening import AGENCY, ATTRIBUTES, DIMENSIONS, FREQUENCIES, PROVISIONAL, VERSION


class NotOurSdmx(ValueError):
    """The data do not keep to the structure; the sentence says where."""


@dataclass(frozen=True)
class Observation:
    """One observation, its codes named by the structure."""

    area: str
    area_name: str
    indicator: str
    indicator_name: str
    period: str
    value: str | None
    status: str
    preliminary: bool
    unit: str
    decimals: int
    reported: int | None
    expected: int | None


def read_sdmx(structure: str, data: str) -> list[Observation]:
    """The observations of SDMX-CSV under an SDMX-JSON structure; NotOurSdmx for what does not keep to it."""
    told = json.loads(structure)["data"]
    flow = told["dataflows"][0]["id"]
    lists = {each["id"]: {code["id"]: code["name"] for code in each["codes"]} for each in told["codelists"]}
    _check_parts(told["dataStructures"][0]["dataStructureComponents"])
    rows = csv.DictReader(StringIO(data))
    areas, indicators = lists[f"CL_{flow}_AREA"], lists[f"CL_{flow}_INDICATOR"]
    return [_observation(row, number, flow, areas, indicators) for number, row in enumerate(rows, 2)]


def _check_parts(parts) -> None:
    """The structure names the dimensions and attributes that the data bring."""
    listed = [each["id"] for each in parts["dimensionList"]["dimensions"]]
    listed.append(parts["dimensionList"]["timeDimension"]["id"])
    attributes = [each["id"] for each in parts["attributeList"]["attributes"]]
    if tuple(listed) != DIMENSIONS or tuple(attributes) != ATTRIBUTES:
        raise NotOurSdmx("结构里的维度或属性与数据不符。")


def _observation(row, number, flow, areas, indicators) -> Observation:
    if row["STRUCTURE_ID"] != f"{AGENCY}:{flow}({VERSION})":
        raise NotOurSdmx(f"第 {number} 行不属于结构 {flow}。")
    if row["REF_AREA"] not in areas or row["INDICATOR"] not in indicators:
        raise NotOurSdmx(f"第 {number} 行的代码不在结构的代码表里。")
    period = Period.parse(row["TIME_PERIOD"].replace("-Q", "Q").replace("-S", "H"))
    if FREQUENCIES[period.months] != row["FREQ"]:
        raise NotOurSdmx(f"第 {number} 行的频率与时期不符。")
    return Observation(
        area=row["REF_AREA"],
        area_name=areas[row["REF_AREA"]],
        indicator=row["INDICATOR"].lower().replace("_", "-"),
        indicator_name=indicators[row["INDICATOR"]],
        period=str(period),
        value=row["OBS_VALUE"] or None,
        status=row["REASON"],
        preliminary=row["OBS_STATUS"] == PROVISIONAL,
        unit=row["UNIT_MEASURE"],
        decimals=int(row["DECIMALS"]),
        reported=_whole(row["REPORTED"]),
        expected=_whole(row["EXPECTED"]),
    )


def _whole(text: str) -> int | None:
    return int(text) if text else None
