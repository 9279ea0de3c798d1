"""A walk through the demonstration city as each of its accounts: every page a link leads to, each kind of page once.

What is one kind of page is read from the URLconf: its route, and for those in `WORDS` a word of its address too.
`tools/left_out.yaml` says which routes no picture shows, and why; tests/config/test_pictures.py holds both against the
URLconf.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import django
import yaml
from django.urls import Resolver404, URLResolver, get_resolver, resolve
from playwright.sync_api import Browser, Error, Page

from linli.ui.look import ELDER_COOKIE, THEME_COOKIE

STARTS = {  # account: where its face begins, and pages no link leads to
    "": [
        "/",
        "/search/?q=社区",
        "/requests/new/what/",
        "/preferences/",
        "/offline/",
        "/grid/report/offline/",
        "/gallery/",
        "/accounts/login/",
        "/accounts/inactive/",
        "/accounts/confirm-email/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/done/",
        "/accounts/3rdparty/login/cancelled/",
    ],
    "resident": [
        "/",
        "/my/",
        "/notices/",
        "/near/",
        "/market/",
        "/registers/asks/",
        "/registers/asks/of/incentive-grants/",
        "/volunteering/pairs/",
        "/accounts/2fa/",
        "/accounts/2fa/webauthn/",
        "/accounts/reauthenticate/",
        "/accounts/email/",
        "/accounts/sessions/",
        "/accounts/logout/",
    ],
    "community-worker": ["/bench/", "/care/enrol/?q=王", "/registers/resident-services/"],
    "community-head": ["/bench/"],
    "grid-worker": ["/bench/"],
    "street-officer": ["/bench/"],
    "street-dispatcher": ["/bench/"],
    "department-officer": ["/bench/"],
    "county-officer": ["/bench/", "/places/look/"],
    "city-officer": ["/bench/"],
    "planner": ["/cockpit/", "/plans/xa-2025/ledger/", "/plans/xa-2025/departments/"],
    "personnel-officer": ["/bench/"],
    "volunteer-leader": ["/bench/"],
    "organisation-member": ["/bench/"],
    "supplier": ["/bench/"],
    "outside-evaluator": ["/bench/", "/plans/evaluations/", "/plans/xa-2025/editions/"],
    "auditor": ["/bench/"],
    "system-administrator": ["/bench/"],
    "security-administrator": ["/bench/"],
}
WORDS = {  # routes whose pages differ by a word in the address
    "door": ["name"], "place-act": ["act"], "care-act": ["name"], "facility-act": ["act"],
    "facility-step": ["step"], "housing-act": ["act"], "upgrade-step": ["step"],
    "gallery-page": ["page"], "case-step": ["step"],
}  # fmt: skip
HIGH = 1100
SCOUTED = 2  # pages of one kind that one account reads in search of a link
SCOUTED_MORE = {"case-detail": 40, "place-detail": 12}  # what they lead on to differs much
LINK = re.compile(r'<a\b[^>]*?\shref="(/[^"]*)"')
Visit = Callable[[Page, str, str], None]  # of a page as it stands, its address and its kind
LOOKS = {  # cookies of the look, besides what a visitor finds
    "light": {}, "dark": {THEME_COOKIE: "dark"}, "elder": {ELDER_COOKIE: "1"},
}  # fmt: skip
LEFT_OUT: dict[str, str] = {
    name: reason
    for reason, names in yaml.safe_load((Path(__file__).parent / "left_out.yaml").read_text("utf-8")).items()
    for name in names
}


def read_settings() -> None:
    """Addresses alone are read: no database is asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
    os.environ.setdefault("DATABASE_URL", "postgresql://nobody@localhost/nothing")
    django.setup()


def routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, str, Callable]]:
    """Pattern, name and view of every named route that answers GET, outside the API."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, pattern)
        elif entry.name and not pattern.startswith("api/") and takes_get(entry.callback):
            yield pattern, entry.name, entry.callback


def takes_get(view: Callable | None) -> bool:
    """Whether a view answers GET: the methods it takes stand in the closure of Django's decorator."""
    while view is not None:
        code = getattr(view, "__code__", None)
        kept = dict(zip(code.co_freevars, view.__closure__ or (), strict=True)) if code else {}
        methods = kept.get("request_method_list")
        if methods and "GET" not in methods.cell_contents:
            return False
        view = getattr(view, "__wrapped__", None)
    return True


def kind_of(address: str) -> str:
    """What makes an address one kind of page: its route, with the word in it where pages differ by it; "" for none."""
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return ""
    words = [found.kwargs[one] for one in WORDS.get(found.url_name, ())]
    return " ".join([found.url_name or "", *words])


class Walk:
    """One account's way through the site; what is seen already, by whoever came before, is not visited again."""

    def __init__(
        self, browser: Browser, base: str, account: str, password: str, look: str = "light", *, letters: Path
    ):
        self.base, self.account, self.look, self.letters = base, account, look, letters
        self.password = password
        self.spare: dict[str, list[str]] = {}  # kind → addresses not visited
        self.scouted: dict[str, int] = {}
        self.dead: set[str] = set()  # addresses not to be opened again
        self.elsewhere: set[str] = set()  # kinds that lead this account to another page
        self.context = browser.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            viewport={"width": 1440, "height": HIGH},
        )
        self.page = self.context.new_page()
        if account:
            self.sign_in(account, password)
        if look == "elder" and account:
            self._choose_elder("1")
        self.context.add_cookies([{"name": n, "value": v, "url": base} for n, v in LOOKS[look].items()])

    def run(self, starts: Iterable[str], seen: set[str], visit: Visit) -> list[str]:
        """Visit every kind of page from these addresses on; what could not be opened."""
        failed, waiting = [], [(start, True) for start in starts]
        while waiting or (waiting := [(link, False) for link in self._scout(seen)]):
            address, wanted = waiting.pop(0)
            kind = kind_of(address)
            if not wanted and kind in seen:
                self.spare.setdefault(kind, []).append(address)
                continue
            self.dead.add(address)
            if trouble := self._open(address):
                failed.append(f"{self.account or 'visitor'} {address}: {trouble}")
                continue
            if kind_of(self.page.url) != kind:  # led elsewhere: to sign in, to the first screen of a form
                self.elsewhere.add(kind)
                continue
            seen.add(kind)
            waiting += [(link, False) for link in self._links(self.page.content(), seen)]
            visit(self.page, address, kind)
        return failed

    def close(self) -> None:
        """长辈版 of somebody who is signed in is kept with the account: it is given back as it was."""
        if self.look == "elder" and self.account:
            self._choose_elder("0")
        self.context.close()

    def _open(self, address: str) -> str:
        """Go there; what was wrong, or ""."""
        try:
            answer = self.page.goto(self.base + address)
            self.page.wait_for_load_state("networkidle", timeout=8000)
        except Error as error:
            return error.message.splitlines()[0]
        return "" if answer and answer.status == 200 else str(answer and answer.status)

    def _links(self, text: str, seen: set[str]) -> list[str]:
        """Where links of a page lead: one address for each kind of page not seen; the others are kept to scout."""
        new: dict[str, str] = {}
        for address in map(unescape, LINK.findall(text)):
            kind = kind_of(address)
            if not kind or kind in self.elsewhere or kind.split()[0] in LEFT_OUT or address in self.dead:
                continue
            if kind in seen or kind in new:
                self.spare.setdefault(kind, []).append(address)
            else:
                new[kind] = address
        return list(new.values())

    def _scout(self, seen: set[str]) -> list[str]:
        """Read more pages of the kinds seen, without showing them, until one leads to a kind not seen."""
        for kind in list(self.spare):
            addresses = self.spare[kind]
            while addresses and self.scouted.get(kind, 0) < SCOUTED_MORE.get(kind, SCOUTED):
                address = addresses.pop(0)
                if address in self.dead:
                    continue
                self.dead.add(address)
                self.scouted[kind] = self.scouted.get(kind, 0) + 1
                answer = self.context.request.get(self.base + address)
                if new := self._links(answer.text() if answer.ok else "", seen):
                    return new
        return []

    def go(self, address: str) -> None:
        """Open a page on the way to another."""
        self.page.set_viewport_size({"width": 1440, "height": HIGH})
        self.page.goto(self.base + address)
        self.page.wait_for_load_state("networkidle")

    def sign_in(self, name: str, password: str) -> None:
        self.page.goto(f"{self.base}/accounts/login/")
        self.page.fill("input[name=login]", name)
        self.page.fill("input[name=password]", password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_load_state("networkidle")

    def _choose_elder(self, value: str) -> None:
        """Press the button of the page ("1" on, "0" off)."""
        self.page.goto(f"{self.base}/preferences/")
        self.page.locator(f'main button[name=elder][value="{value}"]').click()
        self.page.wait_for_load_state("networkidle")
