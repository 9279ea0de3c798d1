"""Real Chromium for tests: `site` opens pages of the live server and fails on any error the browser reports.

    @pytest.mark.browser
    def test_the_list_is_usable(site):
        site.open("/requests/", width=390, theme="dark", elder=True)
        site.assert_accessible()
        site.assert_no_sideways_scroll()
        site.picture("requests-390")      # written only where LINLI_SCREENSHOTS names a folder

Under the strict CSP `wait_for_function` and strings to evaluate do not work: wait for locators.
"""

import os
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from linli.ui.look import ELDER_COOKIE, THEME_COOKIE

WIDTHS = (390, 820, 1440)
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
FRAMES = 60  # of 50 ms that a page is given to settle
# What software drawing says about itself, and the answers 4xx that a test asked for.
NOT_OURS = ("GPU stall", "WebGL", "Failed to load resource")


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """Debian's Chromium, quiet: Playwright's own browser cannot be fetched where there is no network.

    The build without a window comes first: the other starts a renderer for its own toolbar with every visitor.
    """
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        pytest.skip("Chromium is not installed (apt install chromium fonts-noto-cjk)")
    return {"executable_path": found, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args():
    """A reader of Chinese, with nothing that moves."""
    return {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"}


class Site:
    """The live server as one visitor sees it."""

    def __init__(self, page, address):
        self.page = page
        self.address = address
        self.user = None
        self.errors = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note(self, message):
        if message.type == "error" and not any(known in message.text for known in NOT_OURS):
            self.errors.append(message.text)

    def open(self, path, *, width=1440, height=900, **look):
        """Open a path at a width, with `theme`, `elder` and `language` as the visitor chose them."""
        self.choose(**look)
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.goto(self.address + path)
        self.page.locator("html[data-ready]").wait_for(state="attached")
        return self.page

    def choose(self, *, theme="light", elder=False, language="zh-hans"):
        """Set the cookies that remember the look; 长辈版 of an account wins over the device, so it is set there too."""
        if self.user is not None:
            type(self.user).objects.filter(pk=self.user.pk).update(elder_view=elder)
        chosen = {THEME_COOKIE: theme, ELDER_COOKIE: "1" if elder else "0", "django_language": language}
        cookies = [{"name": name, "value": value, "url": self.address} for name, value in chosen.items()]
        self.page.context.add_cookies(cookies)

    def sign_in(self, user):
        """Give the visitor the session of `user`."""
        from django.conf import settings
        from django.test import Client

        self.user, client = user, Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.address}
        self.page.context.add_cookies([cookie])

    def faults(self):
        """What axe calls serious or critical, as "rule: element" lines."""
        found = Axe().run(self.page).response["violations"]
        bad = [fault for fault in found if fault["impact"] in ("serious", "critical")]
        return [f"{fault['id']}: {node['html'][:160]}" for fault in bad for node in fault["nodes"]]

    def assert_accessible(self):
        """0 serious or critical faults."""
        assert self.faults() == []

    def assert_no_sideways_scroll(self):
        """The page is no wider than the window; a chart follows a window that was made narrower a frame later."""
        wider = "page => page.scrollWidth - page.clientWidth"
        page = self.page.locator("html")
        for _frame in range(FRAMES):
            if page.evaluate(wider) <= 0:
                return
            self.page.wait_for_timeout(50)
        assert page.evaluate(wider) <= 0, f"{self.page.url} scrolls sideways"

    def picture(self, name):
        """Write NAME.png into the folder LINLI_SCREENSHOTS names, bars in their place; nothing without one."""
        folder = os.environ.get("LINLI_SCREENSHOTS")
        if not folder:
            return
        width = self.page.viewport_size["width"]
        height = self.page.locator("html").evaluate("page => page.scrollHeight")
        self.page.set_viewport_size({"width": width, "height": min(height, 12_000)})
        Path(folder).mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.fixture
def site(page, live_server):
    """A visitor of the live server; the test fails if the browser reported an error or a CSP breach."""
    visitor = Site(page, live_server.url)
    yield visitor
    assert visitor.errors == []
