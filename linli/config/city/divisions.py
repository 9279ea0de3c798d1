"""Provinces to communities: who belongs to whom, 12-digit codes of region 99, names, kinds and tags."""

import numpy as np
import shapely

from linli.config.city import names
from linli.config.city.frame import to_wgs84
from linli.config.city.mesh import split_evenly
from linli.config.city.model import Division

PROVINCE_CODE, CITY_CODE = "990000000000", "990100000000"


class _Shapes:
    """Boundaries in WGS 84 of any set of communities."""

    def __init__(self, faces, community):
        self._faces = faces
        order = np.argsort(community, kind="stable")
        counts = np.bincount(community)
        self._rows = np.split(order, np.cumsum(counts)[:-1])

    def of(self, communities):
        rows = np.concatenate([self._rows[c] for c in communities])
        return shapely.transform(shapely.coverage_union_all(self._faces[rows]), to_wgs84)


def divide(lay, parts, faces, community):
    """(all divisions from the province down, the communities among them in layout order)."""
    shapes, namer = _Shapes(faces, community), names.PlaceNames(parts("place names"))
    rng = parts("divisions")
    everyone = np.arange(len(lay.homes) + len(lay.villages))
    centres = lay.centres
    rows = [
        _row(PROVINCE_CODE, names.PROVINCE, "province", "", "省", shapes.of(everyone)),
        _row(CITY_CODE, names.CITY, "city", PROVINCE_CODE, "地级市", shapes.of(everyone)),
    ]
    leaves = {}
    for code, name, members in _counties(lay, centres):
        kind = "市辖区" if code < "990121" else "县"
        rows.append(_row(f"{code}000000", name, "county", CITY_CODE, kind, shapes.of(members)))
        cut = _street_offices if kind == "市辖区" else _towns
        for part, office, office_kind, own in cut(lay, centres, members, namer, name):
            street = f"{code}{part:03d}"
            rows.append(
                _row(
                    f"{street}000",
                    office,
                    "street",
                    f"{code}000000",
                    office_kind,
                    shapes.of(own),
                )
            )
            leaves |= _committees(lay, rng, namer, own, shapes, street=street, office_kind=office_kind)
    communities = tuple(leaves[k] for k in everyone)
    return tuple(rows) + tuple(sorted(communities, key=lambda d: d.code)), communities


def _row(code, name, level, parent, kind, shape, *, spot=None, urban_rural="", tags=()):
    """A division; its middle is the spot given in metres (where the houses are) or a point of its ground."""
    inside = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
    lon, lat = (round(float(w), 7) for w in (inside if spot is None else to_wgs84(spot)))
    return Division(code, name, level, parent, kind, urban_rural, tags, lon, lat, shape)


def _counties(lay, centres):
    """(6-digit code, name, communities) of the urban districts and then of the counties."""
    urban = np.array([home.mesh.plan for home in lay.homes])
    main = np.flatnonzero(urban == 0)
    north = np.array([lay.homes[k].centre[1] > 0 for k in main])
    number = 0
    for bank in (True, False):
        here = main[north == bank]
        band = split_evenly(centres[here] * (1, 0), lay.size.bands)
        for b in range(lay.size.bands):
            yield f"9901{number + 1:02d}", names.DISTRICTS[number], here[band == b]
            number += 1
    seats = np.array([lay.warps[town.plan].centre for town in lay.meshes[1:]])
    villages = np.array([v.centre for v in lay.villages])
    nearest = np.argmin(np.hypot(*(villages[:, None] - seats[None]).transpose(2, 0, 1)), axis=1)
    for k in range(len(seats)):
        own = np.concatenate([np.flatnonzero(urban == k + 1), len(lay.homes) + np.flatnonzero(nearest == k)])
        yield f"9901{21 + k}", names.COUNTIES[k], own


def _street_offices(lay, centres, members, namer, _):
    count = max(1, round(len(members) / lay.size.per_street))
    label = split_evenly(centres[members], count)
    for n in range(count):
        yield n + 1, namer.street_office(), "街道", members[label == n]


def _towns(lay, centres, members, namer, county):
    """The county seat with the villages next to it, then towns and one township in three."""
    urban = members[members < len(lay.homes)]
    rural = members[members >= len(lay.homes)]
    seat = centres[urban].mean(axis=0)
    rural = rural[np.argsort(np.hypot(*(centres[rural] - seat).T), kind="stable")]
    beside = max(2, lay.size.per_town // 3)
    yield 100, names.SEATS[names.COUNTIES.index(county)], "镇", np.concatenate([urban, rural[:beside]])
    rest = rural[beside:]
    count = max(1, round(len(rest) / lay.size.per_town))
    angle = np.arctan2(*(centres[rest] - seat).T[::-1]) if count < 3 else None
    where = centres[rest] if angle is None else np.c_[angle, np.zeros(len(rest))]
    label = split_evenly(where, count)
    for n in range(count):
        township = n % 3 == 1
        ends = "乡" if township else "镇"
        yield (200 if township else 101) + n, namer.town(ends), ends, rest[label == n]


def _committees(lay, rng, namer, own, shapes, *, street, office_kind):
    """Communities and villages of one street office or town: {layout number: Division}."""
    rows, urban_count, rural_count = {}, 0, 0
    seat = own[own >= len(lay.homes)][:1]
    for k in own:
        if k < len(lay.homes):
            urban_count += 1
            code, kind = f"{street}{urban_count:03d}", "居委会"
            name, spot = namer.urban_community(), None
            cls = _urban_class(lay, k)
        else:
            code, kind = f"{street}{200 + rural_count:03d}", "村委会"
            rural_count += 1
            name, spot = namer.village(), lay.villages[k - len(lay.homes)].centre
            cls = _rural_class(office_kind, is_seat=k in seat, has_town=urban_count > 0)
        tags = _tags(lay, rng, k)
        more = {"urban_rural": cls, "tags": tags, "spot": spot}
        rows[int(k)] = _row(code, name, "community", f"{street}000", kind, shapes.of([k]), **more)
    return rows


def _urban_class(lay, k):
    home = lay.homes[k]
    outer = home.remoteness > 0.88
    if home.mesh.river is None:
        return "122" if outer else "121"
    return "112" if outer else "111"


def _rural_class(office_kind, *, is_seat, has_town):
    if is_seat and not has_town:
        return "121" if office_kind == "镇" else "210"
    return "220"


def _tags(lay, rng, k):
    """老旧社区, 易地搬迁安置, 村改居, 重点帮扶: what a plan treats apart."""
    chance = rng.random()
    if k >= len(lay.homes):
        return ("重点帮扶",) if chance < 0.25 else ()
    style = lay.styles[k]
    if style == "old":
        return ("老旧社区",)
    if style == "relocation":
        return ("安置社区", "易地搬迁") if chance < 0.4 else ("安置社区", "村改居")
    return ("新建社区",) if style == "new" and chance < 0.5 else ()
