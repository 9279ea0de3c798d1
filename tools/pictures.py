"""Take the screenshots of docs/: `make run` in one terminal, then `python tools/pictures.py` in another.

Every picture is a real page of the demonstration city, at 390, 820 and 1440 px, with few colours to stay small.
"""

import json
import os
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
WIDTHS = (390, 820, 1440)
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"),
]
PAGES = {
    "": [
        "/",
        "/places/",
        "/places/990100000000/",
        "/requests/new/",
        "/plans/",
        "/search/?q=社区",
        "/accounts/login/",
    ],
    "resident": ["/my/", "/notices/"],
    "community-worker": ["/bench/", "/cases/", "/people/", "/residences/", "/places/stale/"],
    "street-dispatcher": ["/cases/"],
    "planner": ["/cockpit/", "/plans/"],
    "auditor": ["/audit/"],
    "system-administrator": ["/jobs/"],
}


def main(base: str, accounts_file: Path) -> None:
    accounts = {line["username"]: line["password"] for line in json.loads(accounts_file.read_text())}
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for width in WIDTHS:
            for name, addresses in PAGES.items():
                page = browser.new_context(
                    viewport={"width": width, "height": 900}, locale="zh-CN"
                ).new_page()
                if name:
                    sign_in(page, base, name, accounts[name])
                for address in addresses:
                    take(page, base, address, name, width)
                page.context.close()
        browser.close()


def sign_in(page, base: str, name: str, password: str) -> None:
    page.goto(f"{base}/accounts/login/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state("networkidle")


def take(page, base: str, address: str, name: str, width: int) -> None:
    answer = page.goto(base + address)
    page.wait_for_timeout(1200)
    words = address.split("?")[0].strip("/").replace("/", "-") or "home"
    path = FOLDER / f"{'-'.join(filter(None, (name, words)))}-{width}.png"
    page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(64).save(path, optimize=True)
    print(answer.status, path.name, path.stat().st_size // 1024, "kB")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        state = Path(sys.argv[1])
    else:
        sys.path.insert(0, str(ROOT))
        from linli.config.embedded import default_state

        state = default_state(ROOT)
    main(os.environ.get("LINLI_BASE", "http://localhost:8000"), state / "demo-accounts.json")
