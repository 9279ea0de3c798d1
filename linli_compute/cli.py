"""`linli reach build | run | cities | isochrone | site`: the whole study on files alone, without Django or a database.

Says what is wrong in one sentence on stderr and ends with 2; results appear whole or not at all.
"""

import argparse
import sys
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import shapely

from linli_compute import files, tables
from linli_compute.cells import Walks, walks_by_cells, walks_of
from linli_compute.datums import DATUMS, to_wgs84
from linli_compute.errors import InputError
from linli_compute.files.formats import formats_in, write_formats
from linli_compute.geometry import Points
from linli_compute.hours import OPEN, SHUT, UNSAID, moment_of, opens_at
from linli_compute.isochrones import isochrones
from linli_compute.network import Network, build_network
from linli_compute.outlines import outlines
from linli_compute.plausible import warn_about_datum, warn_about_network, warn_about_words
from linli_compute.positions import Snapping, snap, snapping
from linli_compute.scale import cities_of, digest_of_all, study_cities
from linli_compute.siting_cli import add_site_command
from linli_compute.study import (
    AreaStudy,
    Ground,
    Study,
    asked_of,
    gaps,
    lay_ground,
    run_study,
    study_areas,
)
from linli_compute.supplies import SUPPLY_HEADER, supplies_of, supply_rows

PACKS = Path("packs/reach")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command that follows `linli reach`; returns 0, or 2 after telling what is wrong."""
    options = _parser().parse_args(argv)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, *_, **__: print(f"注意：{message}", file=sys.stderr)
        try:
            options.command(options)
        except InputError as wrong:
            print(f"错误：{wrong}", file=sys.stderr)
            return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="linli reach", description="步行可达：只用文件，不需要服务器。")
    commands = parser.add_subparsers(required=True)
    build = commands.add_parser("build", help="由道路文件生成步行网络")
    build.add_argument("--streets", type=Path, required=True, help=".osm.pbf、GeoParquet、shapefile 等")
    _profile_options(build)
    build.add_argument("--out", type=Path, required=True, help="路网文件 .npz")
    build.set_defaults(command=_build)
    run = commands.add_parser("run", help="各项功能的覆盖表、缺口和逐点结果")
    _network_options(run)
    run.add_argument("--people", type=Path, required=True, help="人口点或格网（CSV、Parquet）")
    run.add_argument("--places", type=Path, required=True, help="网点（CSV、Parquet），带类别列")
    run.add_argument("--gates", type=Path, help="小区出入口（经度、纬度、小区），人口表要有小区列")
    _study_options(run)
    run.add_argument("--cells-km", type=float, help="把城市切成这么大的格子逐格计算，可中断后继续")
    _worker_options(run)
    run.set_defaults(command=_run)
    many = commands.add_parser("cities", help="许多城市：每个城市一个任务，可中断后继续")
    _profile_options(many)
    many.add_argument(
        "--cities", type=Path, required=True, help="表：name、streets、people、places（文件路径）"
    )
    _study_options(many)
    _worker_options(many)
    many.set_defaults(command=_cities)
    walk = commands.add_parser("isochrone", help="从一点步行可到的街道和范围")
    _network_options(walk)
    walk.add_argument("--at", required=True, help="经度,纬度")
    walk.add_argument("--datum", choices=sorted(DATUMS), default="wgs84")
    walk.add_argument("--limits", default="5,10,15", help="时限（分钟），逗号分隔")
    walk.add_argument("--width-m", type=float, default=40.0, help="街道两侧算作范围的宽度（米）")
    walk.add_argument("--out", type=Path, required=True, help="结果 .geojson")
    walk.set_defaults(command=_isochrone)
    add_site_command(commands, _network_options, network_of, print)
    return parser


def _study_options(run: argparse.ArgumentParser) -> None:
    run.add_argument("--places-datum", choices=sorted(DATUMS), default="wgs84", help="网点坐标系")
    run.add_argument("--people-datum", choices=sorted(DATUMS), default="wgs84", help="人口坐标系")
    run.add_argument("--circle", type=Path, default=PACKS / "circle.yaml", help="功能与时限（YAML）")
    run.add_argument("--areas", type=Path, help="社区、街道的边界")
    run.add_argument("--square-m", type=float, default=500.0, help="缺口图格子边长（米）")
    run.add_argument("--least", type=float, default=5.0, help="缺口图中少于此数的人数不显示")
    run.add_argument("--open-at", help="只算那时开着的网点，如“周三 19:00”；网点要有开放时间列")
    run.add_argument(
        "--formats", default="", help="另外写 gpkg（缺口格子）、xlsx（各表），逗号分隔，如 gpkg,xlsx"
    )
    run.add_argument("--horizon-min", type=float, default=np.inf, help="只看到多少分钟以内（默认不限）")
    run.add_argument("--out", type=Path, required=True, help="结果文件夹（须不存在）")


def _worker_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workers", type=int, default=0, help="几个进程（Dask）；0：在本进程里逐个计算")
    parser.add_argument("--scheduler", help="Dask 集群地址，如 tcp://10.0.0.5:8786")


def _profile_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", default="adult", help="步行类型，如 adult、elder、child、wheelchair")
    parser.add_argument("--profiles", type=Path, default=PACKS / "profiles.yaml", help="步行类型（YAML）")


def _network_options(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--network", type=Path, help="linli reach build 的结果")
    source.add_argument("--streets", type=Path, help="或直接给道路文件")
    _profile_options(parser)


def network_of(options: argparse.Namespace) -> Network:
    """The network that the options name, built or read."""
    if getattr(options, "network", None):
        return files.read_network(options.network)
    profiles = files.read_profiles(options.profiles)
    if options.profile not in profiles:
        raise InputError(f"没有步行类型“{options.profile}”；可用的有：{'、'.join(profiles)}。")
    network = build_network(files.read_streets(options.streets), profiles[options.profile])
    warn_about_network(network)
    return network


def _build(options: argparse.Namespace) -> None:
    network = network_of(options)
    files.write_network(options.out, network)
    print(
        f"路网：{len(network.junction_x)} 个路口，{len(network.tail)} 条边，"
        f"{network.lengths_m.sum() / 1000:.0f} 公里，{network.component.max() + 1} 个互不相连的部分，"
        f"最大部分占 {network.share_of_main_component():.1%}。已写入 {options.out}"
    )


def _run(options: argparse.Namespace) -> None:
    _tell(options, _written(options))


@dataclass(frozen=True)
class Written:
    """A study that stands in its folder, how its files fitted the streets, and what was open when."""

    study: Study
    snaps: dict[str, Snapping]
    opening: dict[str, int] | None


def _written(options: argparse.Namespace) -> Written:
    """A study of the options' files, written to their folder."""
    files.refuse_results(options.out)
    formats = formats_in(options.formats)
    ground, where, snaps = _laid_ground(options)
    study = run_study(ground, _walks_of(options, ground))
    areas = files.read_areas(options.areas) if options.areas else None
    by_area = study_areas(ground, study, where, areas.polygon, areas.radius_m) if areas else None
    squares = gaps(ground, study, where, side_m=options.square_m)
    shapes, columns = tables.gap_features(ground.network, study, squares, least=options.least)
    supplies = supplies_of(ground, study, files.read_capacity(options.places))
    sheets = {"覆盖": (tables.COVERAGE_HEADER, tables.coverage_rows(study))}
    with files.folder_written_whole(options.out) as room:
        files.write_csv(room / "coverage.csv", *sheets["覆盖"])
        if supplies:
            sheets["容量"] = SUPPLY_HEADER, supply_rows(supplies, tables.group_title)
            files.write_csv(room / "supply.csv", *sheets["容量"])
        files.write_geojson(room / "gaps.geojson", shapes, columns)
        if len(shapes):
            title = f"每 {options.square_m:g} 米方格里有人够不到的功能数"
            files.write_text(room / "gaps.svg", tables.gap_picture(shapes, columns, title))
        homes = _home_columns(ground, study, by_area)
        homes |= {f"{one.function.key}_per_head": one.per_head for one in supplies}
        files.write_geoparquet(room / "homes.parquet", shapely.points(where.lon, where.lat), homes)
        if areas and by_area:
            rows = tables.area_rows(areas.name, study, by_area)
            sheets["区域"] = tables.AREAS_HEADER, rows
            files.write_csv(room / "areas.csv", *sheets["区域"])
        write_formats(room, formats, (shapes, columns), sheets)
        files.write_json(room / "study.json", _about(options, ground, snaps))
    return Written(study, snaps, _opening(ground))


def _laid_ground(options: argparse.Namespace) -> tuple[Ground, Points, dict[str, Snapping]]:
    """The files on one network, where the people live, and how near to the streets everything lies."""
    network, circle = network_of(options), files.read_circle(options.circle)
    if network.unit != "min":
        raise InputError("这项研究需要按分钟计的步行类型。")
    people = files.read_people(options.people, datum=options.people_datum)
    places = files.read_places(options.places, datum=options.places_datum)
    given = (people.points, people.groups), (places.points, places.category)
    gates, opens = _gates_of(options, people), _opens_of(options, places)
    ground = lay_ground(network, circle, *given, gates=gates, opens=opens)
    doors, outlets = ground.homes.positions, ground.outlets
    snaps = {
        "people": snapping(network, doors, what=options.people.name),
        "places": snapping(network, outlets, what=options.places.name),
    }
    warn_about_datum(network, people.points, doors, what=options.people.name)
    warn_about_datum(network, places.points, outlets, what=options.places.name)
    warn_about_words(places.category, ground.function, what=options.places.name)
    if not (ground.function >= 0).any():
        raise InputError(f"{options.places.name} 的类别没有一个属于 {options.circle} 中的功能。")
    return ground, people.points, snaps


def _gates_of(options: argparse.Namespace, people: files.People) -> tuple[Points, np.ndarray] | None:
    """Entrances by home; InputError where the file of people does not say in which compound they live."""
    if getattr(options, "gates", None) is None:
        return None
    gates = files.read_gates(options.gates, datum=options.people_datum)
    found = gates.of_homes(people.compound)
    if found is None:
        raise InputError(f"{options.people.name} 里没有一处的小区名出现在 {options.gates.name} 里。")
    return found


def _opens_of(options: argparse.Namespace, places: files.Places) -> np.ndarray | None:
    """What is open at the moment asked for; tells how many say nothing of their hours."""
    if options.open_at is None:
        return None
    opens = opens_at(places.hours.tolist(), moment_of(options.open_at))
    if (opens == UNSAID).all():
        raise InputError(
            f"{options.places.name} 里没有一处写了能读懂的开放时间，不能按 {options.open_at} 计算。"
        )
    return opens


def _walks_of(options: argparse.Namespace, ground: Ground) -> Walks:
    asked = asked_of(ground, horizon_min=options.horizon_min)
    if getattr(options, "cells_km", None) is None:
        return walks_of(asked)
    if not np.isfinite(options.horizon_min):
        asked = asked_of(ground, horizon_min=max(f.band_min for f in ground.circle.functions))
    return walks_by_cells(
        asked, options.out.with_name(f".{options.out.name}.cells"), side_m=options.cells_km * 1000.0,
        workers=options.workers, scheduler=options.scheduler,
    )  # fmt: skip


def _cities(options: argparse.Namespace) -> None:
    """All cities, each told as it is done; ends with how many have trouble and one digest of all."""
    done = []
    for one in study_cities(
        cities_of(options.cities, options), _written, workers=options.workers, scheduler=options.scheduler
    ):
        done.append(one)
        state = (
            f"没有算成：{one.trouble}" if one.trouble else one.digest[:16] + ("（已有）" if one.kept else "")
        )
        print(f"{len(done)}. {one.name} {state}", flush=True)
    print(f"全部摘要 {digest_of_all(done)}")
    if troubled := [one.name for one in done if one.trouble]:
        raise InputError(
            f"有 {len(troubled)} 个城市没有算成：{'、'.join(troubled)}；改正后重新运行，已有的不再计算。"
        )


def _home_columns(ground: Ground, study: Study, by_area: AreaStudy | None) -> dict[str, np.ndarray]:
    columns = {"snap_m": ground.homes.snap_m, **ground.groups}
    if by_area is not None:
        columns["area"] = by_area.area_of_home
    for i, found in enumerate(study.functions):
        if found.outlets:
            columns[f"{found.function.key}_min"] = study.minutes[:, i]
            for k, band in enumerate(study.bands_min):
                columns[f"{found.function.key}_choices_{band:g}"] = study.choices[:, k, i]
    return columns


def _about(options: argparse.Namespace, ground: Ground, snaps: dict[str, Snapping]) -> dict[str, object]:
    """Everything needed to repeat the run: inputs with their digests, parameters, how well places fitted."""
    given = {
        k: v
        for k, v in sorted(vars(options).items())
        if isinstance(v, Path) and k not in ("out", "cities") and v.is_file()
    }
    profile = ground.network.profile
    return {
        "inputs": {name: {"file": path.name, "sha256": files.digest(path)} for name, path in given.items()},
        "parameters": {
            k: v
            for k, v in sorted(vars(options).items())
            if isinstance(v, str | float) and v != np.inf and k not in ("scheduler", "cells_km", "formats")
        },
        "opening": _opening(ground),
        "profile": asdict(profile) | {"kinds": sorted(profile.kinds)},
        "snapping": {name: asdict(snap) for name, snap in snaps.items()},
    }


def _opening(ground: Ground) -> dict[str, int] | None:
    """How many places of a function are open, shut and without hours at the moment asked for."""
    if ground.opens is None:
        return None
    held = ground.opens[ground.function >= 0]
    return {"open": int((held == OPEN).sum()), "shut": int((held == SHUT).sum()),
            "unsaid": int((held == UNSAID).sum())}  # fmt: skip


def _tell(options: argparse.Namespace, written: Written) -> None:
    study, snaps, opening = written.study, written.snaps, written.opening
    print(tables.as_text(tables.COVERAGE_HEADER, tables.coverage_rows(study)))
    missing = [found.function.title for found in study.functions if not found.outlets]
    if missing:
        print(f"无数据的功能（文件里没有一个网点，不等于未达标）：{'、'.join(missing)}")
    for name, snapped in snaps.items():
        told = asdict(snapped)
        what = {"people": "人口", "places": "网点"}[name]
        print(
            f"{what}：{told['places']} 个点，"
            f"{told['too_far']} 个离道路超过 {told['cap_m']:g} 米（不参与判断），"
            f"距道路中位数 {told['median_m']:.1f} 米"
        )
    if opening is not None:
        print(
            f"{options.open_at} 开着 {opening['open']} 处，没有开 {opening['shut']} 处；"
            f"没有写明开放时间的 {opening['unsaid']} 处不参与判断"
        )
    print(
        f"结果在 {options.out}：coverage.csv 覆盖表，gaps.svg 缺口图，gaps.geojson 缺口格子，homes.parquet 逐点"
    )


def _isochrone(options: argparse.Namespace) -> None:
    network = network_of(options)
    lon, lat = _numbers(options.at, 2, "--at 应写成 经度,纬度")
    limits = tuple(_numbers(options.limits, None, "--limits 应是逗号分隔的数字"))
    where = Points(*to_wgs84(np.array([lon]), np.array([lat]), datum=options.datum))
    place = snap(network, where)
    snapping(network, place, what="起点")
    found = isochrones(network, place, limits)
    grounds = outlines(network, found, width_m=options.width_m)
    ground = [shapely.transform(outline, _degrees(network)) for outline in grounds]
    metres = [round(i.length_m(network)) for i in found]
    files.write_geojson(options.out, np.array(ground), {"limit_min": list(limits), "street_m": metres})
    for limit, length in zip(limits, metres, strict=True):
        print(f"{limit:g} 分钟：可走 {length / 1000:.1f} 公里街道")


def _degrees(network: Network):  # type: ignore[no-untyped-def]
    return lambda xy: np.column_stack(network.plane.to_degrees(xy[:, 0], xy[:, 1]))


def _numbers(text: str, count: int | None, complaint: str) -> list[float]:
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        raise InputError(f"{complaint}，不是“{text}”。") from None
    if count is not None and len(found) != count:
        raise InputError(f"{complaint}，不是“{text}”。")
    return found


if __name__ == "__main__":
    sys.exit(main())
