"""Take the screenshots of docs/: `make run` in one terminal, then `python tools/pictures.py` in another.

Every picture is a real page of the demonstration city. Of each role: every page of its navigation and the first thing
of each list, side by side at 390, 820 and 1440 px in one picture (`docs/pictures/README.md` lists them); the manuals
and the README show a few at full size. On the way axe looks at each page on the phone and on the wide screen: what it
calls serious or critical is printed, counted in the list, and makes the command fail. `--look dark --look elder`
takes no pictures and lets axe look at the pages in these looks.
"""

import argparse
import json
import os
import re
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from linli.ui.look import ELDER_COOKIE, THEME_COOKIE

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
WIDTHS = (390, 820, 1440)
HIGH = 1100
SMALL = 0.55  # of the size on the screen, in the pictures of three
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"),
]
STARTS = {  # role: where its face begins, and pages no navigation leads to
    "": ["/", "/requests/new/", "/search/?q=社区", "/accounts/login/", "/preferences/", "/offline/"],
    "resident": ["/", "/my/", "/notices/"],
    "community-worker": ["/bench/"],
    "grid-worker": ["/bench/"],
    "street-dispatcher": ["/bench/"],
    "department-officer": ["/bench/"],
    "personnel-officer": ["/bench/"],
    "volunteer-leader": ["/bench/"],
    "county-officer": ["/bench/"],
    "planner": ["/cockpit/"],
    "auditor": ["/bench/"],
    "system-administrator": ["/bench/"],
    "security-administrator": ["/bench/"],
    "outside-evaluator": ["/bench/"],
}
AT_FULL_SIZE = {  # shown in README and the manuals: (role, address, width); tests/config/test_pictures.py
    ("", "/", 390), ("", "/", 1440), ("resident", "/my/", 1440), ("community-worker", "/bench/", 1440),
    ("community-worker", "/people/", 1440), ("planner", "/cockpit/", 1440), ("planner", "/plans/", 1440),
    ("system-administrator", "/jobs/", 1440),
}  # fmt: skip
LOOKS = {  # --look: cookies of the look, besides what a visitor finds
    "light": {}, "dark": {THEME_COOKIE: "dark"}, "elder": {ELDER_COOKIE: "1"},
}  # fmt: skip
NAVIGATION = ".face-nav a[href]"
FIRST_ROW = ".row-link[href], table tbody th a[href], table tbody td a[href]"
NOT_PAGES = re.compile(r"/(accounts/logout|content|export|map\.json)|\.(pdf|xlsx|csv|json|ics|docx)$")


@dataclass
class Taken:
    """What the walk has seen: shape of an address → its picture; what axe finds serious or critical."""

    pictures: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def main(base: str, accounts_file: Path) -> None:
    accounts = {line["username"]: line["password"] for line in json.loads(accounts_file.read_text())}
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.*"):
        old.unlink()
    taken = Taken()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for role, starts in STARTS.items():
            wanted = [address for who, address, _width in sorted(AT_FULL_SIZE) if who == role]
            walk(browser, base, role, list(dict.fromkeys([*starts, *wanted])), accounts.get(role, ""), taken)
        browser.close()
    write_index(taken)
    if taken.faults:
        sys.exit(f"✗ axe: {len(taken.faults)} serious or critical faults\n" + "\n".join(taken.faults))


def walk(browser: Browser, base: str, role: str, starts: list[str], password: str, taken: Taken) -> None:
    """Every page of one role's navigation and the first thing of each list, each shape of address once."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    if role:
        sign_in(page, base, role, password)
    state = context.storage_state()
    pages = {
        width: browser.new_context(
            viewport={"width": width, "height": HIGH}, locale="zh-CN", storage_state=state
        ).new_page()
        for width in WIDTHS
    }
    waiting, known = list(starts), set(starts)
    while waiting:
        address = waiting.pop(0)
        key = shape(address)
        if key in taken.pictures and address not in starts:
            continue
        widest = take(pages, base, address, role)
        if widest is None:
            continue
        taken.pictures.setdefault(f"{role} {key}" if address in starts else key, widest)
        for width in (390, 1440):
            taken.faults += look(pages[width], f"{role} {address} {width}")
        found = links(pages[1440], NAVIGATION) if address in starts else []
        for other in [*found, *links(pages[1440], FIRST_ROW)[:1]]:
            if other not in known and not NOT_PAGES.search(other):
                known.add(other)
                waiting.append(other)
    for page in pages.values():
        page.context.close()
    context.close()


def look(page: Page, where: str) -> list[str]:
    """What axe calls serious or critical on the page as it stands, as "where rule: element" lines."""
    found = Axe().run(page).response["violations"]
    bad = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    lines = [f"{where} {fault['id']}: {node['html'][:160]}" for fault in bad for node in fault["nodes"]]
    for line in lines:
        print("axe", line, flush=True)
    return lines


def links(page: Page, selector: str) -> list[str]:
    found = page.locator(selector).evaluate_all("all => all.map(one => one.getAttribute('href'))")
    return [one for one in found if one.startswith("/")]


def shape(address: str) -> str:
    """An address without what names one thing: two cases are one shape."""
    return re.sub(r"/(?=[^/]*\d)[^/]+", "/*", address.split("?")[0])


def sign_in(page: Page, base: str, name: str, password: str) -> None:
    page.goto(f"{base}/accounts/login/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state("networkidle")


def take(pages: dict[int, Page], base: str, address: str, role: str) -> str | None:
    """One picture of three widths; None where there is no such page for this role."""
    name = name_of(role, address)
    shots = []
    for width, page in pages.items():
        answer = page.goto(base + address)
        if answer is None or answer.status != 200:
            print(answer and answer.status, role, address)
            return None
        page.wait_for_timeout(900)
        path = FOLDER / f"{name}-{width}.png"
        page.screenshot(path=path)
        shots.append(Image.open(path).convert("RGB"))
        path.unlink()
        if (role, address, width) in AT_FULL_SIZE:
            shots[-1].save(FOLDER / f"{name_of(role, address)}-{width}.webp", quality=70, method=6)
    sheet = Image.new("RGB", (sum(WIDTHS) + 40, HIGH), "#8a8a8a")
    across = 0
    for shot in shots:
        sheet.paste(shot, (across, 0))
        across += shot.width + 20
    sheet = sheet.resize((int(sheet.width * SMALL), int(HIGH * SMALL)), Image.Resampling.LANCZOS)
    sheet.save(FOLDER / f"{name}.webp", quality=55, method=6)
    print(f"{name}.webp", (FOLDER / f"{name}.webp").stat().st_size // 1024, "kB", flush=True)
    return f"{name}.webp"


def name_of(role: str, address: str) -> str:
    """The name of a picture without its width and ending."""
    words = shape(address).strip("/").replace("/", "-").replace("*", "one") or "home"
    return "-".join(filter(None, (role, words)))


def look_in(base: str, accounts_file: Path, looks: list[str], starts_only: bool) -> None:
    """axe at the first pages of each role in other looks: dark, 长辈版; no picture is taken."""
    accounts = {line["username"]: line["password"] for line in json.loads(accounts_file.read_text())}
    faults, seen = [], 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for kind, (role, starts) in ((kind, pair) for kind in looks for pair in STARTS.items()):
            context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": HIGH})
            page = context.new_page()
            if role:
                sign_in(page, base, role, accounts.get(role, ""))
            if kind == "elder" and role:
                choose_elder(page, base, "1")
            context.add_cookies([{"name": n, "value": v, "url": base} for n, v in LOOKS[kind].items()])
            waiting = list(starts)
            page.goto(base + starts[0])
            waiting += [] if starts_only else [one for one in links(page, NAVIGATION) if one not in starts]
            for address in waiting:
                answer = page.goto(base + address)
                if answer is not None and answer.status == 200:
                    page.wait_for_timeout(600)
                    faults += look(page, f"{kind} {role} {address} 390")
                    seen += 1
            if kind == "elder" and role:
                choose_elder(page, base, "0")
            context.close()
        browser.close()
    print(f"axe in {', '.join(looks)}: {seen} pages, {len(faults)} serious or critical faults", flush=True)
    if faults:
        sys.exit(1)


def choose_elder(page: Page, base: str, value: str) -> None:
    """长辈版 of somebody who is signed in is kept with the account: press the button of the page ("1" on, "0" off)."""
    page.goto(f"{base}/preferences/")
    page.locator(f'main button[name=elder][value="{value}"]').click()
    page.wait_for_load_state("networkidle")


def write_index(taken: Taken) -> None:
    lines = [f"- `{what.strip()}` — [{one}]({one})" for what, one in sorted(taken.pictures.items())]
    head = (
        "# Every page at 390, 820 and 1440 px\n\nTaken by `python tools/pictures.py` of the demonstration city."
        f" axe at 390 and 1440 px: {len(lines)} pages, {len(taken.faults)} serious or critical faults.\n\n"
    )
    (FOLDER / "README.md").write_text(head + "\n".join(lines) + "\n")


if __name__ == "__main__":
    from linli.config.embedded import default_state

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("state", nargs="?", type=Path, default=default_state(ROOT), help="the state folder")
    parser.add_argument("--look", action="append", choices=LOOKS, help="only axe, in this look; repeatable")
    parser.add_argument("--starts", action="store_true", help="with --look: only where each role begins")
    asked = parser.parse_args()
    site, papers = os.environ.get("LINLI_BASE", "http://localhost:8000"), asked.state / "demo-accounts.json"
    look_in(site, papers, asked.look, asked.starts) if asked.look else main(site, papers)
