"""Take the screenshots of docs/: `make run` in one terminal, then `python tools/pictures.py` in another.

Every picture is a real page of the demonstration city, at 390, 820 and 1440 px side by side; which pages, tools/walk.py
finds by following the links of every account, and tools/steps.py by what it sends and types (`docs/pictures/README.md`
lists them). The manuals and the README show a few at full size. On the way axe looks at each page on the phone and on
the wide screen: what it calls serious or critical, what runs out of the screen sideways and what the browser reports as
an error is printed, counted in the list, and makes the command fail. `--look dark --look elder` takes no pictures and
does the same walk in these looks, on the phone.
"""

import argparse
import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import ConsoleMessage, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tools.steps import take_steps
from tools.walk import HIGH, LEFT_OUT, LOOKS, STARTS, Walk, read_settings, routes

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
WIDTHS = (1440, 820, 390)
SMALL = 0.55  # of the size on the screen, in the pictures of three
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"),
]
BROWSERS = ("chromium", "chromium-headless-shell")
NOT_OURS = ("GPU stall", "WebGL")  # what software drawing says about itself
AT_FULL_SIZE = {  # shown in README and the manuals: (role, address, width); tests/config/test_pictures.py
    ("", "/", 390), ("", "/", 1440), ("resident", "/my/", 1440), ("community-worker", "/bench/", 1440),
    ("community-worker", "/people/", 1440), ("planner", "/cockpit/", 1440), ("planner", "/plans/", 1440),
    ("system-administrator", "/jobs/", 1440),
}  # fmt: skip


@dataclass
class Album:
    """What a walk through all accounts has seen: (kind of page, account that begins there or "") → its picture; what
    is wrong with pages.
    """

    look: str
    pictures: dict[tuple[str, str], str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    serious: int = 0  # of the faults, what axe found
    account: str = ""

    def visit(self, page: Page, address: str, kind: str) -> None:
        """Look at one page; in the light look take its picture."""
        shots = {}
        for width in WIDTHS if self.look == "light" else (390,):
            page.set_viewport_size({"width": width, "height": HIGH})
            page.wait_for_timeout(250)
            if self.look == "light":
                shots[width] = Image.open(BytesIO(page.screenshot())).convert("RGB")
            where = f"{self.look} {self.account or 'visitor'} {address} {width}"
            found = look_at(page, where) if width != 820 else []
            self.serious += len(found)
            self.note(too_wide(page, where) + found)
        begins = address in STARTS[self.account] or (self.account, address) in {
            one[:2] for one in AT_FULL_SIZE
        }
        key = (kind, self.account if begins else "")
        self.pictures[key] = self.keep(shots, address, kind) if shots else ""
        print(self.look, self.account or "visitor", address, self.pictures[key], flush=True)

    def keep(self, shots: dict[int, Image.Image], address: str, kind: str) -> str:
        name = name_of(self.account, address)
        for width, shot in shots.items():
            if (self.account, address, width) in AT_FULL_SIZE:
                shot.save(FOLDER / f"{name}-{width}.webp", quality=70, method=6)
        path = FOLDER / f"{'-'.join(filter(None, (self.account, *kind.split())))}.webp"
        side_by_side(shots).save(path, quality=30, method=6)
        return path.name

    def note(self, faults: list[str]) -> None:
        for fault in faults:
            print("✗", fault, flush=True)
        self.faults += faults


def walk_all(base: str, papers: Path, look: str, only: list[str]) -> Album:
    """Every account's way through the site in one look; each kind of page once, by whoever comes to it first."""
    passwords = {line["username"]: line["password"] for line in json.loads(papers.read_text())}
    album, seen = Album(look), set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, BROWSERS)), None), args=FLAGS
        )
        for account, starts in STARTS.items():
            if only and account not in only:
                continue
            album.account = account
            letters = papers.parent / "messages"
            walk = Walk(browser, base, account, passwords.get(account, ""), look, letters=letters)
            walk.page.on("console", lambda message: album.note(reported(message)))
            walk.page.on("pageerror", lambda error: album.note([str(error)]))
            wanted = [address for who, address, _width in sorted(AT_FULL_SIZE) if who == account]
            album.note(walk.run(dict.fromkeys([*starts, *wanted]), seen, album.visit))
            album.note(take_steps(walk, seen, album.visit))
            walk.close()
        browser.close()
    return album


def reported(message: ConsoleMessage) -> list[str]:
    ours = message.type == "error" and not any(known in message.text for known in NOT_OURS)
    return [f"browser: {message.text} ({message.location.get('url', '')})"] if ours else []


def look_at(page: Page, where: str) -> list[str]:
    """What axe calls serious or critical on the page as it stands, as "where rule: element" lines."""
    found = Axe().run(page).response["violations"]
    bad = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    return [f"{where} {fault['id']}: {node['html'][:160]}" for fault in bad for node in fault["nodes"]]


def too_wide(page: Page, where: str) -> list[str]:
    """One line where the page can be pushed sideways."""
    over = page.locator("html").evaluate("one => one.scrollWidth - one.clientWidth")
    return [f"{where} runs {over} px out of the screen"] if over > 0 else []


def side_by_side(shots: dict[int, Image.Image]) -> Image.Image:
    """The phone first, at a good half of the size on the screen."""
    sheet = Image.new("RGB", (sum(shots) + 40, HIGH), "#8a8a8a")
    across = 0
    for width in sorted(shots):
        sheet.paste(shots[width], (across, 0))
        across += width + 20
    return sheet.resize((int(sheet.width * SMALL), int(HIGH * SMALL)), Image.Resampling.LANCZOS)


def name_of(account: str, address: str) -> str:
    """The name of a picture at full size, without its width and ending."""
    words = address.split("?")[0].strip("/").replace("/", "-") or "home"
    return "-".join(filter(None, (account, words)))


def write_index(album: Album) -> None:
    """Which page each picture shows: the name of its route in the URLconf, before it the account where it begins."""
    lines = [
        f"- `{kind}`{account and f' ({account})'} — [{one}]({one})"
        for (kind, account), one in sorted(album.pictures.items())
    ]
    head = (
        "# Every page at 390, 820 and 1440 px\n\nTaken by `python tools/pictures.py` of the demonstration city, by the"
        f" names of the routes. axe at 390 and 1440 px: {len(lines)} pages, {album.serious} serious or critical"
        " faults.\nWhat no picture shows, and why: tools/left_out.yaml.\n\n"
    )
    (FOLDER / "README.md").write_text(head + "\n".join(lines) + "\n")


def main() -> None:
    from linli.config.embedded import default_state

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("state", nargs="?", type=Path, default=default_state(ROOT), help="the state folder")
    parser.add_argument("--look", action="append", choices=LOOKS, help="only look, in this look; repeatable")
    parser.add_argument("--account", action="append", default=[], help="only as this account; repeatable")
    asked = parser.parse_args()
    read_settings()
    site, papers = os.environ.get("LINLI_BASE", "http://localhost:8000"), asked.state / "demo-accounts.json"
    if not asked.look and not asked.account:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for old in FOLDER.glob("*.*"):
            old.unlink()
    albums = [walk_all(site, papers, look, asked.account) for look in asked.look or ["light"]]
    if not asked.look and not asked.account:
        write_index(albums[0])
    for album in albums:
        found = f"axe {album.serious} serious or critical, {len(album.faults)} faults in all"
        print(f"{album.look}: {len(album.pictures)} pages, {found}", flush=True)
    missing = {name for _pattern, name, _view in routes()} - set(LEFT_OUT) - shown(albums[0])
    if missing and not asked.account:
        print("no link led to:", ", ".join(sorted(missing)))
    if missing or any(album.faults for album in albums):
        sys.exit(1)


def shown(album: Album) -> set[str]:
    """Names of the routes the walk came to."""
    return {kind.split()[0] for kind, _account in album.pictures}


if __name__ == "__main__":
    main()
