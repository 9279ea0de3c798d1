"""Outlines as people send them: GeoJSON of one place, checked before it is kept."""

import json
from dataclasses import dataclass
from typing import Any

import shapely
import shapely.geometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CHINA = (73.0, 3.0, 136.0, 54.0)  # west, south, east, north in degrees
MOST_POINTS = 50_000
DIGITS = 7  # of a degree: a centimetre


@dataclass(frozen=True)
class Outline:
    """A geometry that may be kept, and its box (west, south, east, north) in degrees."""

    geometry: dict
    box: tuple[float, float, float, float]


def outline_of(given: Any) -> Outline:
    """The outline in a (Multi)Polygon, a Feature, or a FeatureCollection of one; ValidationError: what is wrong."""
    shape = _shape(_geometry(given))
    if shapely.get_num_coordinates(shape) > MOST_POINTS:
        raise ValidationError(_("边界的点太多，最多 %d 个。") % MOST_POINTS)
    west, south, east, north = shape.bounds
    if not (CHINA[0] <= west and CHINA[1] <= south and east <= CHINA[2] and north <= CHINA[3]):
        raise ValidationError(_("坐标应为 WGS 84 的经度、纬度（度），并且在中国境内。"))
    if not shape.is_valid:
        raise ValidationError(_("边界自己相交：%s。") % shapely.is_valid_reason(shape))
    shape = shapely.normalize(shapely.set_precision(shape, 10.0**-DIGITS))
    if shape.is_empty:
        raise ValidationError(_("边界没有面积。"))
    return Outline(json.loads(shapely.to_geojson(shape)), tuple(shape.bounds))


def _geometry(given: Any) -> dict:
    if isinstance(given, dict) and given.get("type") == "FeatureCollection":
        features = given.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise ValidationError(_("文件里应当只有一个边界。"))
        given = features[0]
    if isinstance(given, dict) and given.get("type") == "Feature":
        given = given.get("geometry")
    if not isinstance(given, dict) or given.get("type") not in ("Polygon", "MultiPolygon"):
        raise ValidationError(_("不是 GeoJSON 的面（Polygon 或 MultiPolygon）。"))
    return given


def _shape(geometry: dict) -> Any:
    try:
        shape = shapely.geometry.shape(geometry)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
        raise ValidationError(_("GeoJSON 的坐标读不出来。")) from None
    if shape.is_empty:
        raise ValidationError(_("边界没有面积。"))
    return shapely.force_2d(shape)
