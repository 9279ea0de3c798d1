from datetime import date

import pytest

from linli.packs.reading import read_pack
from linli.requests.actions.installing import diff, install
from linli.requests.models import Category, Rulebook
from tests.factories.requests import PACK


def changed(tmp_path, old, new):
    path = tmp_path / "99.yaml"
    path.write_text(PACK.read_text("utf-8").replace(old, new), "utf-8")
    return read_pack(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{to: power, ", "{to: powder, ", "routes.3.to: unknown duty powder"),
        (
            "categories: [power-supply]",
            "categories: [powder]",
            "routes.3.categories.0: unknown category powder",
        ),
        ("{code: fallback, ", "{code: fallbuck, ", "duties: the duty 'fallback' is missing"),
        ("{code: other, ", "{code: others, ", "categories: the category 'other' is missing"),
        ("{level: 2, ", "{level: 1, ", "ladder: levels rise, each once"),
        ("{to: desk, why", "{to: desk, months: [1], why", "routes.11: the last line must fit every request"),
        ("code: secret-or-private", "code: no-new-facts", "reasons.3.code: no-new-facts is written twice"),
    ],
)
def test_a_mistake_is_told_by_line_and_name(tmp_path, old, new, said):
    pack, problems = changed(tmp_path, old, new)

    assert pack is None
    assert [str(problem).split(": ", 1)[1][: len(said)] for problem in problems] == [said]


@pytest.mark.django_db
def test_installing_twice_changes_nothing_and_what_is_gone_is_retired(tmp_path):
    pack, _problems = read_pack(PACK)
    first, second = install(pack), install(pack)
    assert (len(first.added), str(second), Category.objects.count()) == (19, "no change", 18)

    line = next(line for line in PACK.read_text("utf-8").splitlines() if "code: relief" in line)
    without, problems = changed(tmp_path, f"{line}\n", "")
    assert [str(p).split(": ", 1)[1] for p in problems] == ["routes.9.categories.0: unknown category relief"]
    assert without is None
    assert str(diff(pack)) == "no change"


@pytest.mark.django_db
def test_what_was_promised_stays_when_the_rules_change(town, tmp_path):
    case = town.request("working")
    due = case.due_at
    stricter, _problems = changed(tmp_path, "reopen_days: 15", "reopen_days: 3")
    install(stricter.model_copy(update={"valid_from": date(2026, 3, 4)}))

    case = town.step(case, "resolve")

    assert case.due_at == due
    assert (case.request.reopen_until - case.request.resolved_at).days == 15
    assert town.submit().request.rulebook == Rulebook.objects.get(valid_from=date(2026, 3, 4))
