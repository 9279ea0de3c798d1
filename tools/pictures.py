"""Take the screenshots of docs/: `make run` in one terminal, then `python tools/pictures.py` in another.

Every picture is a real page of the demonstration city. Of each role: every page of its navigation and the first thing
of each list, side by side at 390, 820 and 1440 px in one picture (`docs/pictures/README.md` lists them); the manuals
and the README show a few at full size. On the way axe looks at each page on the phone and on the wide screen: what it
calls serious or critical is printed, counted in the list, and makes the command fail.
"""

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
AT_FULL_SIZE = {  # shown in README and the manuals
    ("", "/"), ("resident", "/my/"), ("resident", "/near/"), ("community-worker", "/bench/"),
    ("community-worker", "/people/"), ("planner", "/cockpit/"), ("planner", "/plans/"),
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
            walk(browser, base, role, starts, accounts.get(role, ""), taken)
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
    words = shape(address).strip("/").replace("/", "-").replace("*", "one") or "home"
    name = "-".join(filter(None, (role, words)))
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
        if width == WIDTHS[-1] and (role, address) in AT_FULL_SIZE:
            shots[-1].save(FOLDER / f"{name}-{width}.webp", quality=70, method=6)
    sheet = Image.new("RGB", (sum(WIDTHS) + 40, HIGH), "#8a8a8a")
    across = 0
    for shot in shots:
        sheet.paste(shot, (across, 0))
        across += shot.width + 20
    sheet = sheet.resize((int(sheet.width * SMALL), int(HIGH * SMALL)), Image.Resampling.LANCZOS)
    sheet.save(FOLDER / f"{name}.webp", quality=55, method=6)
    print(f"{name}.webp", (FOLDER / f"{name}.webp").stat().st_size // 1024, "kB", flush=True)
    return f"{name}.webp"


def write_index(taken: Taken) -> None:
    lines = [f"- `{what.strip()}` — [{one}]({one})" for what, one in sorted(taken.pictures.items())]
    head = (
        "# Every page at 390, 820 and 1440 px\n\nTaken by `python tools/pictures.py` of the demonstration city."
        f" axe at 390 and 1440 px: {len(lines)} pages, {len(taken.faults)} serious or critical faults.\n\n"
    )
    (FOLDER / "README.md").write_text(head + "\n".join(lines) + "\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        state = Path(sys.argv[1])
    else:
        sys.path.insert(0, str(ROOT))
        from linli.config.embedded import default_state

        state = default_state(ROOT)
    main(os.environ.get("LINLI_BASE", "http://localhost:8000"), state / "demo-accounts.json")
