"""Open data of a plan: what everybody may see, as rows with their metadata; CSV, JSON and SDMX from the same rows."""

import csv
import json
from dataclasses import asdict, dataclass
from io import StringIO

from linli.kernel import clock
from linli.measures import Period
from linli.places.levels import DIVISIONS
from linli.places.models import Place
from linli.plans.formula.values import STATUS_TITLES
from linli.plans.models import FigureRules, Plan

from .publishing import public_cells
from .values import IndicatorValue

AGENCY, VERSION = "LINLI", "1.0.0"
# SDMX CL_OBS_STATUS; a value of which too little was reported is provisional
SDMX_STATUS = {"value": "A", "suppressed": "Q", "not_reported": "O", "not_due": "O"}
PROVISIONAL = "P"
DIMENSIONS = ("FREQ", "REF_AREA", "INDICATOR", "TIME_PERIOD")
ATTRIBUTES = ("OBS_STATUS", "UNIT_MEASURE", "DECIMALS", "REPORTED", "EXPECTED", "REASON")
FREQUENCIES = {1: "M", 3: "Q", 6: "S", 12: "A"}
LICENCE = "CC BY 4.0"


@dataclass(frozen=True)
class Row:
    """One published cell."""

    area: str
    area_name: str
    indicator: str
    indicator_name: str
    period: str
    value: str | None
    status: str
    preliminary: bool  # too few have reported for the plan to call it final
    unit: str
    decimals: int
    target: str | None
    target_by: str | None
    met: bool | None
    reported: int | None
    expected: int | None


def open_rows(plan: Plan, place: Place, period: Period) -> list[Row]:
    """The published values of a plan at a place and right below it."""
    indicators = list(
        plan.indicators.filter(retired_on=None, expression__isnull=False).prefetch_related("targets")
    )
    below = Place.objects.filter(parent=place, level__in=DIVISIONS, valid_to=None).order_by("path")
    cells = public_cells(indicators, [place, *below], period) if indicators else []
    return [_row(cell, period) for cell in cells]


def _row(cell: IndicatorValue, period: Period) -> Row:
    indicator, target = cell.indicator, cell.target
    return Row(
        area=cell.place.code,
        area_name=cell.place.name,
        indicator=indicator.code,
        indicator_name=indicator.name,
        period=str(period),
        value=None if cell.shown is None else str(cell.shown),
        status=cell.value.status,
        preliminary=cell.preliminary and cell.shown is not None,
        unit=indicator.unit,
        decimals=indicator.decimals,
        target=str(target.low.normalize() + 0) if target else None,
        target_by=target.by.isoformat() if target else None,
        met=cell.met,
        reported=cell.value.reported,
        expected=cell.value.expected,
    )


def as_csv(plan: Plan, rows: list[Row]) -> str:
    """CSV with the metadata as comment lines above the head; opens in a spreadsheet as it is."""
    written = StringIO()
    most = FigureRules.strictest().small_count - 1
    notes = (
        f"标题: {plan.title}", f"出处: {plan.source}", f"许可: {LICENCE}",
        f"生成: {clock.now():%Y-%m-%dT%H:%M:%S%z}",
        f"缺数: value 为空，原因见 status；1–{most} 人的数不公开（suppressed）",
        "初步数: preliminary 为 True，报送的还不够，数会变动",
    )  # fmt: skip
    for note in notes:
        written.write(f"# {note}\r\n")
    lines = csv.DictWriter(written, list(Row.__dataclass_fields__))
    lines.writeheader()
    lines.writerows(asdict(row) for row in rows)
    return written.getvalue()


def as_json(plan: Plan, rows: list[Row]) -> str:
    """JSON with its metadata beside the rows."""
    about = {"title": plan.title, "source": plan.source, "licence": LICENCE, "statuses": STATUS_TITLES}
    told = {"about": about, "rows": [asdict(row) for row in rows]}
    return json.dumps(told, ensure_ascii=False, indent=1)


def as_sdmx_csv(plan: Plan, rows: list[Row]) -> str:
    """SDMX-CSV 2.0: one observation a line, under the structure that `as_sdmx_structure` writes."""
    written = StringIO()
    lines = csv.writer(written)
    lines.writerow(["STRUCTURE", "STRUCTURE_ID", "ACTION", *DIMENSIONS, "OBS_VALUE", *ATTRIBUTES])
    for row in rows:
        period = Period.parse(row.period)
        lines.writerow([
            "dataflow", f"{AGENCY}:{flow_id(plan)}({VERSION})", "R",
            FREQUENCIES[period.months], row.area, concept_code(row.indicator), sdmx_period(period),
            row.value or "", _status(row), row.unit, row.decimals,
            "" if row.reported is None else row.reported, "" if row.expected is None else row.expected,
            row.status,
        ])  # fmt: skip
    return written.getvalue()


def _status(row: Row) -> str:
    return PROVISIONAL if row.preliminary else SDMX_STATUS.get(row.status, "M")


def flow_id(plan: Plan) -> str:
    """The plan's code as an SDMX identifier."""
    return concept_code(plan.code)


def concept_code(code: str) -> str:
    """A code as SDMX identifiers want it: letters, digits, underscore; capitals."""
    return code.replace("-", "_").upper()


def sdmx_period(period: Period) -> str:
    """2025, 2025-S1, 2025-Q3 or 2025-07, as SDMX writes periods."""
    text = str(period)
    return text.replace("Q", "-Q").replace("H", "-S")


def as_sdmx_structure(plan: Plan, rows: list[Row]) -> str:
    """SDMX-JSON 2.0 structure message: dataflow, data structure, code lists of areas and indicators."""
    areas = {row.area: row.area_name for row in rows}
    names = {concept_code(row.indicator): row.indicator_name for row in rows}
    flow = flow_id(plan)
    lists = [_codelist(f"CL_{flow}_AREA", areas), _codelist(f"CL_{flow}_INDICATOR", names)]
    concepts = [{"id": name, "name": name} for name in (*DIMENSIONS, "OBS_VALUE", *ATTRIBUTES)]
    scheme = {
        "id": f"CS_{flow}",
        "agencyID": AGENCY,
        "version": VERSION,
        "name": plan.title,
        "concepts": concepts,
    }
    whole = {
        "meta": {
            "schema": "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/"
            "schemas/2.0.0/sdmx-json-structure-schema.json",
            "id": f"{flow}_STRUCTURE",
            "prepared": f"{clock.now():%Y-%m-%dT%H:%M:%SZ}",
            "sender": {"id": AGENCY},
        },
        "data": {
            "codelists": lists,
            "conceptSchemes": [scheme],
            "dataStructures": [_structure(plan, flow)],
            "dataflows": [_flow(plan, flow)],
        },
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _codelist(name, codes):
    listed = [{"id": code, "name": title} for code, title in codes.items()]
    return {"id": name, "agencyID": AGENCY, "version": VERSION, "name": name, "codes": listed}


def _concept(flow, name):
    return f"urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept={AGENCY}:CS_{flow}({VERSION}).{name}"


def _listed(flow, name):
    return {
        "enumeration": f"urn:sdmx:org.sdmx.infomodel.codelist.Codelist={AGENCY}:CL_{flow}_{name}({VERSION})"
    }


def _structure(plan, flow):
    forms = {"REF_AREA": _listed(flow, "AREA"), "INDICATOR": _listed(flow, "INDICATOR")}
    plain = {"format": {"dataType": "String"}}
    dimensions = [
        {"id": name, "position": at, "conceptIdentity": _concept(flow, name),
         "localRepresentation": forms.get(name, plain)}
        for at, name in enumerate(DIMENSIONS[:3], 1)
    ]  # fmt: skip
    time = {"id": "TIME_PERIOD", "conceptIdentity": _concept(flow, "TIME_PERIOD"),
            "localRepresentation": {"format": {"dataType": "ObservationalTimePeriod"}}}  # fmt: skip
    attributes = [
        {"id": name, "usage": "optional", "attributeRelationship": {"observation": {}},
         "conceptIdentity": _concept(flow, name), "localRepresentation": plain}
        for name in ATTRIBUTES
    ]  # fmt: skip
    measure = {"id": "OBS_VALUE", "conceptIdentity": _concept(flow, "OBS_VALUE"),
               "localRepresentation": {"format": {"dataType": "Decimal"}}}  # fmt: skip
    parts = {
        "dimensionList": {"id": "DimensionDescriptor", "dimensions": dimensions, "timeDimension": time},
        "attributeList": {"id": "AttributeDescriptor", "attributes": attributes},
        "measureList": {"id": "MeasureDescriptor", "measures": [measure]},
    }
    return {"id": f"DSD_{flow}", "agencyID": AGENCY, "version": VERSION, "name": plan.title,
            "dataStructureComponents": parts}  # fmt: skip


def _flow(plan, flow):
    of = f"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure={AGENCY}:DSD_{flow}({VERSION})"
    return {"id": flow, "agencyID": AGENCY, "version": VERSION, "name": plan.title, "structure": of}
