from pathlib import Path

import pytest

from linli.packs.reading import read_pack, read_packs

HEADER = 'pack: roles\ncode: x\ntitle: t\nsource: s\narea: "000000000000"\nvalid_from: 2021-01-01\n'


def read(tmp_path: Path, text: str) -> list[tuple[int, str]]:
    path = tmp_path / "x.yaml"
    path.write_text(text)
    return [(problem.line, problem.message) for problem in read_pack(path)[1]]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            "roles:\n  - code: a\n    name: n\n    may: [no.such]\n",
            (10, "roles.0.may.0: unknown permission no.such"),
        ),
        (
            "roles:\n  - code: a\n    name: n\n    colour: red\n",
            (10, "roles.0.colour: Extra inputs are not permitted"),
        ),
        ("roles: []\ncode: y\n", (8, "the key 'code' is written twice")),
        ("roles: &a []\nx: *a\n", (8, "aliases (*name) are not used in packs")),
        ("roles: !!python/object:os.system []\n", (7, "tags (!name) are not used in packs")),
    ],
)
def test_a_problem_is_told_by_line(tmp_path, body, told):
    assert read(tmp_path, HEADER + body) == [told]


def test_all_problems_of_all_files_are_told_at_once(tmp_path):
    (tmp_path / "a.yaml").write_text("- 1\n")
    (tmp_path / "b.yaml").write_text("pack: nothing\n")
    (tmp_path / "c.yaml").write_bytes(b"\xff\xfe")
    packs, problems = read_packs(tmp_path)

    assert packs == []
    assert [(p.path.name, p.line) for p in problems] == [("a.yaml", 1), ("b.yaml", 1), ("c.yaml", 1)]


def test_words_that_stock_yaml_would_change_stay_words(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(
        HEADER.replace("title: t", "title: no").replace("source: s", "source: 12:30")
        + "roles:\n  - {code: a, name: on}\n"
    )
    pack, problems = read_pack(path)

    assert problems == []
    assert (pack.title, pack.source, pack.roles[0].name) == ("no", "12:30", "on")


def test_two_packs_of_one_code_never_hold_on_the_same_day(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(HEADER + "roles:\n  - {code: a, name: n}\n")
    assert [p.message for p in read_packs(tmp_path)[1]] == ["roles x: two packs hold on 2021-01-01"]


def test_the_packs_of_the_repository_are_valid():
    packs, problems = read_packs(Path(__file__).parents[2] / "packs")
    assert problems == []
    assert len(packs) > 3
