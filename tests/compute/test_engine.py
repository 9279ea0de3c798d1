"""Where DuckDB puts aside what does not fit into memory."""

from pathlib import Path

from linli_compute.files.engine import engine


def test_what_does_not_fit_into_memory_is_put_aside_in_a_folder_that_goes_with_the_engine(
    tmp_path, monkeypatch
):
    """A server starts where it may not write: DuckDB's own choice would be `.tmp` there."""
    monkeypatch.chdir(tmp_path)
    with engine(memory_limit="60MB", threads=1) as connection:
        [room] = connection.execute("select current_setting('temp_directory')").fetchone()
        connection.execute(
            "create table much as select range AS a, md5(range::varchar) AS b from range(3000000)"
        )
        kept = connection.execute("select count(*) from much").fetchone()
        spilled = sum(file.stat().st_size for file in Path(room).rglob("*"))

    assert (kept, spilled > 0, list(tmp_path.iterdir()), Path(room).exists()) == (
        (3_000_000,),
        True,
        [],
        False,
    )
