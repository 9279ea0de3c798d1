"""Two clients of other makers against the Open311 door: `python -m bench.open311.run [--work DIR]`.

The platform serves a small town over HTTP; georeport (Apache-2.0) and three (MIT) run in an environment of their own,
made in DIR, and read and file through all six methods in JSON and XML. Wants DATABASE_URL of a PostgreSQL where a
database may be made: it makes one of its own and drops it.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
os.environ.setdefault("LINLI_TEST", "true")  # factories sign in without a second factor
django.setup()

CLIENTS = ("georeport==0.3.1", "three==0.8.0", "simplejson", "relaxml")
SQUARE = {"type": "Polygon", "coordinates": [[[120, 30], [120.1, 30], [120.1, 30.1], [120, 30.1], [120, 30]]]}


def environment(work: Path) -> Path:
    """Python of an environment with the clients, made here if need be."""
    python = work / "open311-env/bin/python"
    if not python.exists():
        uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
        subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(work / "open311-env")], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", str(python), *CLIENTS], check=True)
    return python


def town_with_key() -> str:
    """A town with the rules of requests and a boundary; the key of a platform that may file."""
    from linli.kernel import clock
    from linli.places.models import Boundary
    from linli.requests.open311.methods import SCOPE
    from tests.factories.api import make_token
    from tests.factories.people import make_user
    from tests.factories.requests import Town

    town = Town()
    Boundary.objects.create(
        place=town.place, geometry=SQUARE, west=120, east=120.1, south=30, north=30.1, source="测试",
        as_of=clock.today(),
    )  # fmt: skip
    _token, key = make_token(make_user("对接平台"), SCOPE)
    return key


def drawn(work: Path) -> Path:
    from PIL import Image

    path = work / "lamp.png"
    Image.new("RGB", (40, 40), "white").save(path, "PNG")
    return path


def run(work: Path) -> int:
    from django.test.testcases import LiveServerThread, _StaticFilesHandler
    from django.test.utils import override_settings

    python, key = environment(work), town_with_key()
    with override_settings(FILES_DIR=work / "files", ALLOWED_HOSTS=["*"]):
        server = LiveServerThread("localhost", _StaticFilesHandler)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        address = f"http://localhost:{server.port}"
        script = Path(__file__).with_name("client.py")
        try:
            return subprocess.run(
                [python, script, address, key, drawn(work)],
                env={"PATH": os.environ["PATH"], "NO_PROXY": "*"},
                timeout=300,
            ).returncode
        finally:
            server.terminate()


def main() -> int:
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    from tests import template

    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--work", type=Path)
    work = told.parse_args().work or Path(tempfile.mkdtemp(prefix="linli-open311-"))
    work.mkdir(parents=True, exist_ok=True)
    test = connections["default"].settings_dict["TEST"]
    test["NAME"], test["TEMPLATE"] = "bench_open311", template.ready()
    made = setup_databases(0, False)
    try:
        return run(work)
    finally:
        teardown_databases(made, 0)


if __name__ == "__main__":
    sys.exit(main())
