"""Every dialog of the templates opened and looked at by axe, on a phone, in light, dark and 长辈版.

The dialogs are found in the templates: one that is added without a way to it here fails the first test.
"""

import re
from pathlib import Path

import pytest

from linli.plans import actions
from linli.plans.queries import drafts
from tests.factories.people import make_worker
from tests.factories.places import make_community
from tests.plans.shelves import install_small, plan_pack
from tests.plans.test_drafts import HEAD, SPAN

ROOT = Path(__file__).resolve().parents[2] / "linli"
TEMPLATES = sorted(path for path in ROOT.rglob("*.html") if "node_modules" not in path.parts)
PARTS = (
    "_confirm.html",
    "_explain_drawer.html",
)  # what dialogs are made of; their ids come from where they stand
MADE = re.compile(r'(?:_confirm|_explain_drawer)\.html" with [^%]*?\bid="([a-z-]+)"')
LOOKS = {"light": {}, "dark": {"theme": "dark"}, "elder": {"elder": True}}
GALLERY = {"explain": "/gallery/", "withdraw": "/gallery/", "sign": "/gallery/workbench/"}
DRAFT = {"end-draft": "/plans/drafts/{}/", "drop-line": "/plans/drafts/{}/indicators/facility-30/"}


def test_every_dialog_of_the_templates_is_known_here():
    texts = {path: path.read_text("utf-8") for path in TEMPLATES}
    by_hand = {path.name for path, text in texts.items() if "<dialog" in text and path.name not in PARTS}
    made = {name for text in texts.values() for name in MADE.findall(text)}
    included = sum(
        len(re.findall(r'include "ui/(?:_confirm|_explain_drawer)\.html"', text)) for text in texts.values()
    )
    assert (by_hand, made, included) == (set(), {*GALLERY, *DRAFT}, len(GALLERY) + len(DRAFT))


@pytest.fixture
def addresses(site, monkeypatch):
    """Dialog → the page it stands on, for a planner who is signed in and has a draft."""
    place = make_community(1)
    pack = plan_pack()
    install_small(monkeypatch, plan=pack)
    monkeypatch.setattr("linli.plans.queries.drafts.plan_packs", lambda: [pack])
    monkeypatch.setattr("linli.plans.naming.plan_packs", list)
    city = place.parent.parent.parent
    by = make_worker(city, "plans.view", "plans.assign", "plans.draft")
    document = drafts.document_of("ts-2025", place=city, **SPAN)
    draft = actions.start_draft(by=by, place=city, document=document, **HEAD)
    site.sign_in(by)
    return GALLERY | {name: address.format(draft.pk) for name, address in DRAFT.items()}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("look", LOOKS)
def test_every_dialog_is_accessible_when_it_is_open_and_closes_by_escape(site, addresses, look):
    faults = {}
    for name, address in addresses.items():
        page = site.open(address, width=390, **LOOKS[look])
        page.locator(f"[data-dialog-open={name}]").first.click()
        dialog = page.locator(f"dialog#{name}[open]")
        dialog.wait_for()
        faults[name] = site.faults()
        site.assert_no_sideways_scroll()
        page.keyboard.press("Escape")
        dialog.wait_for(state="detached")
    assert faults == {name: [] for name in addresses}
