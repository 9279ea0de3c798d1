"""The print of the tables: used only where it fits, whole or not at all, and equal to what the migrations make."""

import gzip
import os
import re
import subprocess

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from linli.config import first_tables
from linli.config.first_tables import is_current, lay_first_tables
from linli.config.operations.programs import program, server_environment, server_major
from tests import template

pytestmark = pytest.mark.django_db
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # each has databases of its own
NAME = f"linli_first_tables{WORKER}"
STEP_BY_STEP = f"linli_step_by_step{WORKER}"
CASTS = re.compile(r"::(?:text|character varying)(?:\[\])?|[()]")
MOMENT = re.compile(r"'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\+00'")  # when a migration was carried out


@pytest.fixture
def empty():
    """The address of an empty database beside the test database; dropped afterwards."""
    told = connection.settings_dict
    parts = {"host": told["HOST"], "port": told["PORT"], "user": told["USER"], "password": told["PASSWORD"]}
    with psycopg.connect(
        dbname="postgres", autocommit=True, **{k: v for k, v in parts.items() if v}
    ) as server:
        dropped = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        server.execute(dropped.format(sql.Identifier(NAME)))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(NAME)))
        yield psycopg.conninfo.make_conninfo(dbname=NAME, **{k: v for k, v in parts.items() if v})
        for made in (NAME, STEP_BY_STEP):
            server.execute(dropped.format(sql.Identifier(made)))


def written(tmp_path, text: str):
    path = tmp_path / "print.sql.gz"
    path.write_bytes(gzip.compress(text.encode()))
    return path


def tables(url: str) -> list[str]:
    with psycopg.connect(url) as there:
        found = there.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        return [name for (name,) in found]


def dump(name: str) -> list[str]:
    words = [program("pg_dump"), "--no-owner", "--no-privileges", "--no-password", "--rows-per-insert=500"]
    told = server_environment() | {"PGDATABASE": name}
    said = subprocess.run(words, env=told, check=True, capture_output=True, text=True).stdout
    return [plain(line) for line in said.splitlines() if not line.startswith(("\\", "--"))]


def plain(line: str) -> str:
    """PostgreSQL writes a condition in two ways, as it was said and as it was read back: casts and brackets differ."""
    return MOMENT.sub("moment", CASTS.sub("", line))


def test_a_print_that_fits_makes_its_tables_in_an_empty_database(empty, tmp_path):
    path = written(tmp_path, first_tables.head(server_major()) + "CREATE TABLE public.one (id int);")
    assert is_current(server_major(), path=path)
    assert (lay_first_tables(empty, path=path), tables(empty)) == (True, ["one"])


def test_a_database_that_has_tables_is_left_alone(empty, tmp_path):
    path = written(tmp_path, first_tables.head(server_major()) + "CREATE TABLE public.one (id int);")
    lay_first_tables(empty, path=path)
    assert lay_first_tables(empty, path=path) is False


@pytest.mark.parametrize(
    "first_line", ["-- linli 18 0000\n", "-- linli 14 {digest}\n", "CREATE TABLE x();\n"]
)
def test_a_print_of_other_migrations_or_another_server_is_not_used(empty, tmp_path, first_line):
    text = first_line.format(digest=first_tables.digest()) + "CREATE TABLE public.one (id int);"
    path = written(tmp_path, text)
    assert (is_current(server_major(), path=path), is_current(server_major(), path=tmp_path / "none")) == (
        False,
        False,
    )
    assert (lay_first_tables(empty, path=path), tables(empty)) == (False, [])


def test_K8_a_print_that_breaks_half_way_leaves_nothing(empty, tmp_path):
    text = first_tables.head(server_major()) + "CREATE TABLE public.one (id int); CREATE TABLE public.one ();"
    with pytest.raises(psycopg.Error):
        lay_first_tables(empty, path=written(tmp_path, text))
    assert tables(empty) == []


def test_the_print_is_of_the_migrations_of_this_code():
    """Where it is old a first start is slow and nothing else: `python3 x.py tables` prints it again."""
    text = gzip.decompress(first_tables.PRINT.read_bytes()).decode()
    assert text.partition("\n")[0].split()[-1] == first_tables.digest()


@pytest.mark.slow
def test_the_print_makes_what_the_migrations_make(empty):
    """Tables, constraints, triggers, functions and first rows, to the letter."""
    template.migrated(STEP_BY_STEP)

    assert lay_first_tables(empty)
    assert dump(NAME) == dump(STEP_BY_STEP)
