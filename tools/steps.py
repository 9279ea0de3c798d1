"""Steps to pages no link leads to: a form sent, a code typed, a key touched; by the accounts of the demonstration.

What is shown on the way is what stands on the screen. Letters and codes are read where the demonstration writes them:
in the state folder.
"""

import base64
import hmac
import re
import secrets
import struct
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.urls import reverse
from playwright.sync_api import Error

from tools.walk import HIGH, Visit, Walk, kind_of

HALF_MINUTE = 30
WAIT_S = 10  # for a letter to lie in the folder
NEIGHBOUR = "neighbour-1@linli.example"  # an account of the demonstration city without a password


class Tour:
    """The steps of one account; a kind of page that was seen already is not shown again."""

    def __init__(self, walk: Walk, seen: set[str], visit: Visit):
        self.walk, self.seen, self.visit, self.page = walk, seen, visit, walk.page

    def go(self, address: str) -> None:
        self.walk.go(address)

    def go_proving(self, name: str, password: str) -> None:
        """Open a page that may ask first for fresh proof of who one is."""
        self.go(reverse(name))
        if self.page.url.partition("?")[0].endswith(reverse("account_reauthenticate")):
            self.page.fill("main input[name=password]", password)
            self.send()

    def send(self) -> None:
        """Press the first button of the form in the middle of the page and wait for what comes."""
        self.page.locator("main form button[type=submit], main form button:not([type])").first.click()
        self.page.wait_for_load_state("networkidle")

    def show(self) -> None:
        """The page as it stands."""
        address = urlsplit(self.page.url).path
        if (kind := kind_of(address)) not in self.seen:
            self.seen.add(kind)
            self.visit(self.page, address, kind)
        self.page.set_viewport_size({"width": 1440, "height": HIGH})

    def leave(self) -> None:
        """Be a visitor again."""
        self.walk.context.clear_cookies()


def file_request(tour: Tour) -> None:
    """A resident files a request; what stands at the end is shown once."""
    page = tour.page
    tour.go(reverse("request-new", args=["what"]))
    page.fill("[name=text]", "南门口的路灯不亮，晚上太黑")
    tour.send()
    page.fill("[name=words]", "社区")
    tour.send()
    if page.locator("[name=place]").count():
        page.locator("[name=place]").first.check()
        tour.send()
    page.locator("[name=kind][value=help]").check()
    while not page.url.endswith(reverse("request-new", args=["send"])):
        tour.send()
    tour.send()
    page.wait_for_url(f"**{reverse('request-sent')}")  # by way of the outbox
    tour.show()


def find_by_name(address: str, listed: str) -> Callable[[Tour], None]:
    """Whoever stands at a counter is found by name: by the names a list shows, until one is nobody else's."""

    def find(tour: Tour) -> None:
        page = tour.page
        tour.go(listed)
        names = [text.split()[0] for text in page.locator("main .row-link").all_inner_texts() if text.strip()]
        for name in dict.fromkeys(names):
            tour.go(address)
            page.fill("main [name=name]", name)
            tour.send()
            if urlsplit(page.url).path != address:
                tour.show()
                return

    return find


def prove(*names: str) -> Callable[[Tour], None]:
    """Pages that ask first for fresh proof of who one is."""

    def open_each(tour: Tour) -> None:
        for name in names:
            tour.go_proving(name, tour.walk.password)
            tour.show()

    return open_each


def change_phone(tour: Tour) -> None:
    """The new number gets a code, and is not confirmed."""
    prove("account_change_phone")(tour)
    tour.page.fill("main [name=phone]", "13900000009")
    tour.send()
    tour.show()


def join(tour: Tour) -> None:
    """A visitor opens an account, proves the address, sets up a second factor and a passkey, forgets the password."""
    me = Newcomer(tour)
    me.sign_up()
    codes = me.set_up_code()
    me.set_up_key()
    me.come_back(codes[0])
    me.forget()


def come_without_password(tour: Tour) -> None:
    """Somebody signs in by a code from a letter and chooses a password."""
    tour.leave()
    tour.go(reverse("account_request_login_code"))
    tour.page.fill("main input[name=email]", NEIGHBOUR)
    send_for_a_code(tour)
    tour.go(reverse("account_request_reauthentication_code"))
    tour.show()
    send_for_a_code(tour)
    tour.go(reverse("account_set_password"))
    tour.show()
    tour.leave()


def send_for_a_code(tour: Tour) -> None:
    """Send the form, show the one that asks for a code, type the code of the letter that came."""
    before = read(tour.walk.letters)
    tour.send()
    tour.show()
    tour.page.fill("main [name=code]", in_a_letter(CODE, tour.walk.letters, before))
    tour.send()


class Newcomer:
    """Somebody who opens an account during the tour."""

    def __init__(self, tour: Tour):
        self.tour, self.page = tour, tour.page
        self.name = f"newcomer-{secrets.token_hex(4)}"
        self.address, self.password = f"{self.name}@linli.example", secrets.token_urlsafe(15)

    def sign_up(self) -> None:
        before = read(self.tour.walk.letters)
        self.tour.go(reverse("account_signup"))
        for name, value in (("username", self.name), ("email", self.address), ("password1", self.password)):
            self.page.fill(f"main [name={name}]", value)
        self.tour.send()
        self.tour.go(in_a_letter(address("/accounts/confirm-email/"), self.tour.walk.letters, before))
        self.tour.show()
        self.tour.send()

    def sign_in(self) -> None:
        self.tour.go(reverse("account_login"))
        self.page.fill("main [name=login]", self.name)
        self.page.fill("main [name=password]", self.password)
        self.tour.send()

    def set_up_code(self) -> list[str]:
        """An authenticator app; its recovery codes."""
        if not self.page.locator("form[action*=logout], a[href*=logout]").count():
            self.sign_in()
        self.tour.go_proving("mfa_activate_totp", self.password)
        self.tour.show()
        secret = self.page.locator("#authenticator_secret, main input[readonly]").first.input_value()
        self.page.fill("main [name=code]", code_of(secret, time_to_type()))
        self.tour.send()
        self.tour.go(reverse("mfa_view_recovery_codes"))
        self.tour.show()
        codes = self.page.locator("main textarea").first.input_value().split()
        for name in ("mfa_generate_recovery_codes", "mfa_deactivate_totp", "mfa_reauthenticate"):
            self.tour.go(reverse(name))
            self.tour.show()
        return codes

    def set_up_key(self) -> None:
        """A passkey in the browser's own virtual authenticator."""
        tools = self.tour.walk.context.new_cdp_session(self.page)
        tools.send("WebAuthn.enable")
        tools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        self.tour.go(reverse("mfa_add_webauthn"))
        self.tour.show()
        self.page.fill("main [name=name]", "钥匙串")
        self.page.locator("#mfa_webauthn_add").click()
        self.page.wait_for_url(lambda address: "/add/" not in address)
        self.tour.go(reverse("mfa_list_webauthn"))
        for link in self.page.locator("main a[href*='/webauthn/keys/']").evaluate_all(
            "all => all.map(a => a.pathname)"
        ):
            self.tour.go(link)
            self.tour.show()
        self.tour.go(reverse("mfa_reauthenticate_webauthn"))
        self.tour.show()

    def come_back(self, code: str) -> None:
        """Sign in again, with one of the recovery codes."""
        self.tour.leave()
        self.sign_in()
        self.tour.show()
        self.page.fill("main [name=code]", code)
        self.tour.send()
        self.tour.leave()

    def forget(self) -> None:
        before = read(self.tour.walk.letters)
        self.tour.go(reverse("account_reset_password"))
        self.page.fill("main [name=email]", self.address)
        self.tour.send()
        self.tour.go(in_a_letter(address("/accounts/password/reset/key/"), self.tour.walk.letters, before))
        self.tour.show()


KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
COUNTER, PAIRS = "/volunteering/bank/counter/", "/volunteering/pairs/desk/"
STEPS: dict[str, tuple[Callable[[Tour], None], ...]] = {  # account → what it does when the links are walked
    "": (join, come_without_password),
    "resident": (file_request, change_phone),
    "community-worker": (find_by_name(COUNTER, "/people/"), find_by_name(PAIRS, "/care/")),
    "security-administrator": (prove("lost-factor"),),
}


def take_steps(walk: Walk, seen: set[str], visit: Visit) -> list[str]:
    """Every step of the account; what could not be done."""
    failed = []
    for step in STEPS.get(walk.account, ()):
        try:
            step(Tour(walk, seen, visit))
        except (Error, LookupError, TypeError) as trouble:
            at = urlsplit(walk.page.url).path
            failed.append(
                f"{walk.account or 'visitor'} {step.__name__} at {at}: {str(trouble).splitlines()[0]}"
            )
    return failed


def read(folder: Path) -> set[Path]:
    return set(folder.rglob("*.*")) if folder.exists() else set()


CODE = r"\b(\d{6})\b"


def address(begins: str) -> str:
    """The pattern of an address on this site that begins so."""
    return rf"https?://[^/\s]+({re.escape(begins)}\S+)"


def in_a_letter(pattern: str, folder: Path, before: set[Path]) -> str:
    """What a letter that was not there before says in the brackets of `pattern`; LookupError when none comes."""
    for _try in range(WAIT_S * 10):
        for path in read(folder) - before:
            if path.is_file() and (found := re.search(pattern, path.read_text("utf-8"))):
                return found[1]
        time.sleep(0.1)
    raise LookupError("no letter came")


def code_of(secret: str, at: float) -> str:
    """The six digits an authenticator app shows at a moment, seconds since 1970 (RFC 6238)."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(at) // HALF_MINUTE), "sha1")
    begin = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[begin : begin + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def time_to_type() -> float:
    """Now, as soon as a fresh code is good for a few seconds more."""
    left = HALF_MINUTE - time.time() % HALF_MINUTE
    if left < 5:
        time.sleep(left + 0.5)
    return time.time()
