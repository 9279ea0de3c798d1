"""The only package that touches a disk: files in, results out, moved to their goal when complete."""

from linli_compute.files.features import read_streets
from linli_compute.files.reading import (
    Areas,
    Gates,
    People,
    Places,
    read_areas,
    read_circle,
    read_column,
    read_gates,
    read_pack,
    read_people,
    read_places,
    read_profiles,
)
from linli_compute.files.tables import read_table
from linli_compute.files.writing import (
    digest,
    file_written_whole,
    folder_written_whole,
    read_network,
    refuse_results,
    write_csv,
    write_geojson,
    write_geoparquet,
    write_json,
    write_network,
    write_text,
)

__all__ = [
    "Areas",
    "Gates",
    "People",
    "Places",
    "digest",
    "file_written_whole",
    "folder_written_whole",
    "read_areas",
    "read_circle",
    "read_column",
    "read_gates",
    "read_network",
    "read_pack",
    "read_people",
    "read_places",
    "read_profiles",
    "read_streets",
    "read_table",
    "refuse_results",
    "write_csv",
    "write_geojson",
    "write_geoparquet",
    "write_json",
    "write_network",
    "write_text",
]
