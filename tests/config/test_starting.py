"""`make run` on bad days: each trouble is one sentence, nothing is a traceback, and nothing is half done."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import namedtuple
from pathlib import Path

import pytest
from django.db import OperationalError

from linli.config import cli, commands, demonstrated, embedded, supervisor, tasks
from linli.config.troubles import Trouble, sentence_of
from linli.kernel.keys import KeyTrouble

ROOT = Path(__file__).resolve().parents[2]
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def state(tmp_path, monkeypatch):
    folder = tmp_path / "state"
    monkeypatch.setenv("LINLI_STATE_DIR", str(folder))
    monkeypatch.setenv("DATABASE_URL", "")
    return folder


@pytest.fixture
def port():
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def told(capsys) -> list[str]:
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return said.err.splitlines()


def test_a_port_that_is_taken_is_told_with_the_way_out(state, monkeypatch, capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        monkeypatch.setenv("LINLI_PORT", str(taken))

        assert supervisor.run([]) == 1

    assert told(capsys) == [f"✗ Port {taken} is taken. Stop what uses it, or say LINLI_PORT=8010 make run."]
    assert not state.exists()


@pytest.mark.parametrize("text", ["eighty", "0", "70000"])
def test_a_port_that_is_none_is_told(state, monkeypatch, capsys, text):
    monkeypatch.setenv("LINLI_PORT", text)

    assert supervisor.run([]) == 1
    assert told(capsys) == [f"✗ LINLI_PORT must be a number from 1 to 65535, not {text}."]


def test_a_full_disk_is_told_before_anything_begins(state, port, monkeypatch, capsys):
    monkeypatch.setenv("LINLI_PORT", str(port))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 10**12 - 10**9, 10**9))

    assert supervisor.run([]) == 1
    assert told(capsys) == [f"✗ The disk of {state} is nearly full; free 2 GB and start again."]


def test_a_state_folder_that_is_a_file_is_told(state, port, monkeypatch, capsys):
    monkeypatch.setenv("LINLI_PORT", str(port))
    state.write_text("no folder")

    assert supervisor.run([]) == 1
    assert told(capsys) == [f"✗ The state folder {state} cannot be written: File exists."]


def test_a_paper_of_the_city_that_is_half_written_is_told(tmp_path):
    paper = tmp_path / demonstrated.WORLD
    paper.write_text('{"done": [')

    with pytest.raises(Trouble) as trouble:
        demonstrated.is_waiting(tmp_path)
    assert str(trouble.value) == (
        f"The state folder is broken: {paper} cannot be read. Move the folder away and start again."
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(28, "No space left on device", "/x"), "The disk is full; free some space and start again."),
        (PermissionError(13, "Permission denied", "/x"), "Permission denied: /x."),
        (
            KeyTrouble("the key file /x cannot be read: ValueError"),
            "The state folder is broken: the key file /x cannot be read: ValueError.",
        ),
        (embedded.DatabaseTrouble("No PostgreSQL was found."), "No PostgreSQL was found."),
        (ZeroDivisionError("a fault of ours keeps its traceback"), None),
    ],
)
def test_what_a_person_can_mend_has_a_sentence_and_a_fault_of_ours_has_none(error, sentence):
    assert sentence_of(error) == sentence


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_told(state, port, monkeypatch, tmp_path, capsys):
    """DATABASE_URL names a server that is not there."""
    from django.db import connections
    from django.db.utils import OperationalError

    nowhere = {**connections["default"].settings_dict, "HOST": str(tmp_path), "OPTIONS": {}}
    connection = connections["default"].copy()
    connection.settings_dict = nowhere
    with pytest.raises(OperationalError) as trouble:
        connection.ensure_connection()

    sentence = sentence_of(trouble.value)
    assert sentence.startswith("The database does not answer: ")
    assert "\n" not in sentence


@pytest.fixture
def cluster():
    """A real one in a folder that the database's account may enter."""
    folder = Path(tempfile.mkdtemp(prefix="linli-start-"))
    folder.chmod(0o755)
    binaries = embedded.locate(embedded.default_state(ROOT)).binaries
    made = embedded.locate(folder, name="main", source=str(binaries))
    yield made
    embedded.stop(made)
    for path in (folder, made.socket):
        shutil.rmtree(path, ignore_errors=True)


@pytest.mark.database
def test_a_broken_database_folder_is_told_with_its_reason_and_its_log(cluster):
    (cluster.data / "postgresql.conf").write_text("max_connections = lots\n")

    with pytest.raises(embedded.DatabaseTrouble) as trouble:
        embedded.start(cluster, durable=False)
    assert str(trouble.value) == (
        f"The database in {cluster.data} does not start: "
        f'configuration file "{cluster.data}/postgresql.conf" contains errors. Its log is {cluster.log}.'
    )


@pytest.mark.database
def test_K1_a_database_folder_that_lost_its_first_file_is_told_and_never_made_anew(cluster):
    state, binaries = cluster.data.parent, str(cluster.binaries)
    (cluster.data / "PG_VERSION").unlink()
    (cluster.data.with_name(f"{cluster.data.name}.half")).mkdir()  # and what an interrupted start left behind
    kept = sorted(path.name for path in cluster.data.iterdir())

    with pytest.raises(embedded.DatabaseTrouble) as trouble:
        embedded.locate(state, name="main", source=binaries)
    assert str(trouble.value) == (
        f"The database folder {cluster.data} is broken: it has no PG_VERSION. Move it away and start again; "
        "nothing in it was touched."
    )
    assert sorted(path.name for path in cluster.data.iterdir()) == kept
    shutil.rmtree(cluster.data)
    assert (embedded.locate(state, name="main", source=binaries).data / "PG_VERSION").exists()
    assert [path.name for path in state.iterdir() if path.name.endswith(".half")] == []


@pytest.mark.database
def test_K1_a_killed_database_is_noticed_and_starts_again(cluster):
    """Also when its number is kept by a process that nobody buried, or by then belongs to another program."""
    embedded.start(cluster, durable=False)
    assert embedded.has_died(cluster) is False

    os.kill(int((cluster.data / "postmaster.pid").read_text().split()[0]), 9)
    while not embedded.has_died(cluster):
        pass
    embedded.start(cluster, durable=False)
    assert embedded.has_died(cluster) is False

    embedded.stop(cluster)
    paper = f"{os.getpid()}\n{cluster.data}\n1\n5432\n\n\n\n"
    (cluster.data / "postmaster.pid").write_text(paper)
    assert embedded.has_died(cluster) is True
    embedded.start(cluster, durable=False)
    assert embedded.is_running(cluster) is True


def in_a_checkout(tmp_path, program: str) -> subprocess.CompletedProcess:
    """x.py in a bare checkout whose environment was begun; `program` is the installer that answers."""
    shutil.copy(ROOT / "x.py", tmp_path)
    for name in ("requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_text("")
    folder = tmp_path / ".venv" / "bin"
    folder.mkdir(parents=True)
    for name in ("python", "uv"):
        (folder / name).write_text(f"#!/bin/sh\n{program}\n")
        (folder / name).chmod(0o755)
    command = [sys.executable, str(tmp_path / "x.py"), "run"]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)


def test_no_network_is_told_by_what_could_not_be_fetched(tmp_path):
    ended = in_a_checkout(tmp_path, 'echo "error: failed to fetch: dns error" >&2; exit 2')

    sentence = "✗ The locked packages could not be installed: is there a network?"
    assert (ended.returncode, ended.stderr) == (1, f"{sentence} (error: failed to fetch: dns error)\n")


def test_a_disk_that_fills_up_while_installing_is_told(tmp_path):
    ended = in_a_checkout(tmp_path, 'echo "OSError: [Errno 28] No space left on device" >&2; exit 1')

    assert (ended.returncode, ended.stderr.splitlines()) == (
        1,
        ["✗ The disk is full; free some space and start again."],
    )


def test_K1_a_stop_from_outside_reaches_the_platform_and_not_only_who_started_it():
    """systemd or `kill` ends the process it started; with a parent of its own the platform would go on serving."""
    program = "import os; print(os.getpid(), os.getcwd(), flush=True); os.kill(os.getpid(), 15)"
    script = f"import sys, x; x.become([sys.executable, '-c', {program!r}])"
    ended = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    said, _nothing = ended.communicate(timeout=60)

    assert (said.split(), ended.returncode) == ([str(ended.pid), str(ROOT)], -15)


def test_an_older_python_is_told_its_version_before_it_reads_what_it_cannot(tmp_path):
    """The check is the first statement; up to there, and in syntax all through, Python 3.6 reads the file."""
    import ast

    text = (ROOT / "x.py").read_text("utf-8")
    ast.parse(text, feature_version=(3, 6))
    older = "import sys; sys.version_info = (3, 9, 2); sys.version = '3.9.2 (older)'; "
    script = older + "import runpy; runpy.run_path('x.py', run_name='__main__')"
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (ended.returncode, ended.stderr) == (1, "✗ Linli needs Python 3.11 or newer; this is 3.9.2.\n")


@pytest.mark.parametrize("asked", [["bench"], ["bench", "../secrets"]])
def test_a_measurement_nobody_wrote_is_answered_with_those_that_exist(asked, capsys, monkeypatch):
    monkeypatch.setattr(
        tasks, "database_environment", lambda **_: pytest.fail("no database is needed for this")
    )

    assert tasks.main(asked) == 2
    assert {"ledger", "load", "reach.run"} <= set(capsys.readouterr().out.strip().split(": ")[-1].split(", "))


def test_a_history_that_breaks_off_is_tried_again_and_at_last_stays_as_far_as_it_got(monkeypatch, capsys):
    monkeypatch.setattr(supervisor, "RESTART_AFTER_S", 0)
    words, left = {"history": [sys.executable, "-c", "raise SystemExit(3)"]}, {"history": 2}
    children = {"history": supervisor.start(words["history"])}
    while children:
        children["history"].wait()
        supervisor.revive(children, words, left)
    assert capsys.readouterr().out.splitlines() == [
        "· history ended with code 3; starting it again",
        "· history ended with code 3; starting it again",
        "· the history stopped half-way and stays as far as it got",
    ]


def test_W3_a_command_whose_database_went_away_says_so_in_one_sentence(monkeypatch, capsys):
    def lost(_words):
        raise OperationalError("server closed the connection\nunexpectedly")

    monkeypatch.setattr(cli, "set_up", lambda: None)
    monkeypatch.setattr(commands, "demo", lost)
    said = (cli.main(["demo", "--behind"]), *capsys.readouterr())
    assert said == (1, "", "✗ The database does not answer: server closed the connection unexpectedly\n")
