"""Taking a request in: by its sender, or by a clerk for somebody."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.cases.actions import attach, open_case_within
from linli.kernel import clock
from linli.kernel.cipher import blind, blinds, is_blind_of
from linli.kernel.together import read, together, write
from linli.people.models import Person
from linli.search.actions import touch_many

from ..models import Category, LookUp, Request
from ..suggest import Duties, rulebook_at, suggest_category, words_of

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that looks like something else on paper
SECRET_LENGTH = 8
HOUR = timedelta(hours=1)
OPENS = "requests.secret"  # the column of the digest that opens a request


class KeyReused(ValueError):
    """The key of one sending came back with another text; nothing was stored (L3)."""


class TooManyTries(Exception):
    """Secrets were tried too often; the sentence says when to come back."""


@dataclass(frozen=True)
class Draft:
    """What somebody wants to have put right, checked by a form or a schema."""

    text: str
    place: Any
    kind: str = Request.Kind.HELP
    category: Category | None = None
    urgency: str = Request.Urgency.NORMAL
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    anonymous: bool = False
    wants_reply: bool = True

    @property
    def digest(self) -> str:
        return blind("requests.key", self._told())

    def is_behind(self, digest: str) -> bool:
        """Whether this was told when the digest was made, under whichever key."""
        return is_blind_of(digest, "requests.key", self._told())

    def _told(self) -> str:
        told = (self.text, self.place.pk, self.kind, self.address, self.lon, self.lat, self.anonymous)
        return "\x00".join(map(str, told))


@dataclass(frozen=True)
class Submitted:
    """The request and the secret that opens it without an account; the secret is shown once."""

    request: Request
    secret: str
    again: bool = False


def submit_request(
    draft: Draft, *, reporter=None, by=None, channel="portal", key: UUID | None = None, files=()
) -> Submitted:
    """Take a request in; the same `key` twice gives the same request, with a new secret.

    `by` is the account that enters it, `reporter` the Person it is for; both may be None. NoRules, NoOwner:
    nobody could answer it, so nothing is stored. KeyReused: the key came with another text.
    """
    known = _sent_before(draft, key)
    if known is not None:
        return known
    try:
        return _store(draft, reporter=reporter, by=by, channel=channel, key=key, files=files)
    except IntegrityError:
        known = _sent_before(draft, key)  # the other of two sendings at once was faster
        if known is None:
            raise
        return known


def _sent_before(draft: Draft, key) -> Submitted | None:
    if not key or not read("SELECT 1 FROM requests_request WHERE key = %s", [key]):
        return None
    request = Request.objects.select_related("case").get(key=key)
    if not draft.is_behind(request.key_digest):
        raise KeyReused(_("这份内容和上次提交的不一样，请重新打开填写页面再提交。"))
    return Submitted(request, renew_secret(request), again=True)


@transaction.atomic
def _store(draft: Draft, *, reporter, by, channel, key, files) -> Submitted:
    with together():
        request, secret = _write(draft, reporter=reporter, by=by, channel=channel, key=key)
    if files:
        attach(request.case, files=files, kind="report", by=by)
    return Submitted(request, secret)


def _write(draft: Draft, *, reporter, by, channel, key) -> tuple[Request, str]:
    book = rulebook_at(draft.place)
    suggestion = suggest_category(draft.text, book)
    category = draft.category or suggestion.category
    duties = Duties(draft.place, book.rules)
    way = duties.route(category=category.code, kind=draft.kind)
    case = _open(draft, category, duties, reporter=reporter, by=by)
    secret = new_secret()
    request = Request(
        case=case,
        kind=draft.kind,
        channel=channel,
        urgency=draft.urgency,
        category=category,
        rulebook=book,
        description=draft.text,
        words=words_of(draft.text),
        category_words=list(suggestion.words) if category == suggestion.category else [],
        suggested_unit=way.unit,
        suggested_why=way.why,
        address=draft.address,
        lon=draft.lon,
        lat=draft.lat,
        anonymous=draft.anonymous,
        wants_reply=draft.wants_reply,
        contact_due_at=clock.now() + timedelta(hours=book.rules.limits.contact_hours),
        key=key,
        key_digest=draft.digest if key else "",
        secret_digest=_digest(case.number, secret),
    )
    write(request)
    touch_many([request])
    return request, secret


def _open(draft: Draft, category, duties, *, reporter, by):
    term = term_of(duties.rules, category.code, draft.urgency)
    return open_case_within(
        kind="request",
        title=f"{category.name}：{' '.join(draft.text.split())[:40]}",
        place=draft.place,
        reporter=reporter,
        unit=duties.desk(),
        term=term.count,
        term_unit=term.unit,
        by=by,
        on_behalf_of=None if reporter is None or getattr(by, "person_id", None) == reporter.pk else reporter,
    )


def term_of(rules, category: str, urgency: str):
    """The term promised for a category; what is urgent has the term of its urgency."""
    if urgency == Request.Urgency.NORMAL:
        return rules.category(category).term
    return getattr(rules.limits, urgency)


def make_contact(name: str, phone: str) -> Person | None:
    """A person for whoever left a name or a phone without an account; phones are shared, so nobody is matched."""
    if not (name or phone):
        return None
    return Person.objects.create(name=name or _("居民"), phone=phone or None)


def new_secret() -> str:
    return "".join(secrets.choice(ALPHABET) for _number in range(SECRET_LENGTH))


def _digest(number: str, secret: str) -> str:
    return blind(OPENS, _told(number, secret))


def _told(number: str, secret: str) -> str:
    return f"{number}:{secret}"


def renew_secret(request: Request) -> str:
    """A new secret for a request; the old one opens nothing any more."""
    secret = new_secret()
    Request.objects.filter(pk=request.pk).update(secret_digest=_digest(request.case.number, secret))
    return secret


def look_up(number: str, secret: str, *, address: str, limits) -> Request | None:
    """The request behind number and secret; None when they do not belong together or do not exist.

    Wrong tries count by number and by address (A2, P8); TooManyTries once there were too many in an hour.
    """
    number, secret = number.strip().upper(), secret.strip().upper().replace(" ", "").replace("-", "")
    by_number, by_address = blinds("requests.number", number), blinds("requests.address", address)
    recent = LookUp.objects.filter(at__gt=clock.now() - HOUR)
    if (
        recent.filter(number_digest__in=by_number).count() >= limits.lookups_per_number
        or recent.filter(address_digest__in=by_address).count() >= limits.lookups_per_address
    ):
        raise TooManyTries(_("查询次数太多，请一小时后再试，或拨打社区电话。"))
    request = Request.objects.filter(case__number=number).select_related("case").first()
    kept = request.secret_digest if request else ""
    if is_blind_of(kept or "-", OPENS, _told(number, secret)):
        return request
    LookUp.objects.create(number_digest=by_number[0], address_digest=by_address[0], at=clock.now())
    return None


def forget_look_ups() -> int:
    """Drop tries older than a day; how many."""
    return LookUp.objects.filter(at__lt=clock.now() - timedelta(days=1)).delete()[0]


@transaction.atomic
def receive(origin, *, by, text=""):
    """A request made out of another kind of case, such as something a grid worker saw or a visitor heard."""
    told = {"title": text or origin.title, "number": origin.number}
    draft = Draft(text=_("%(title)s（来自 %(number)s）") % told, place=origin.place)
    return submit_request(draft, reporter=origin.reporter, by=by, channel="referral").request.case
