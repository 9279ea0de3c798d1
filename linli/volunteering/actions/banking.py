"""The time bank: minutes are made by confirmed service or by two people, and move by the rules of the charter."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli import audit
from linli.kernel import clock
from linli.ledger.actions import correct, lock, open_account, transfer
from linli.ledger.closing import close_account
from linli.ledger.models import Account, Transfer
from linli.ledger.reasons import reasons
from linli.people.models import HouseholdMember, Proxy
from linli.places.models import Place

from .. import rules
from ..charters import charter_at
from ..models import Bank, Issue, Purse, Settlement
from ..refusals import VolunteeringRefused, refused
from .daily import add_to_day

SPACE = UUID("5f3f2a52-6d1c-5d0e-9a39-0d8f4b1f7a11")  # of all keys this app gives to transfers
SERVICE, ISSUE, GIFT, DONATION = "service", "issue", "gift", "donation"
INHERITANCE, EXPIRY, REDEMPTION, SETTLEMENT = "inheritance", "expiry", "redemption", "settlement"
reasons[SERVICE] = gettext_lazy("邻里服务")
reasons[ISSUE] = gettext_lazy("发放")
reasons[GIFT] = gettext_lazy("赠送家人")
reasons[DONATION] = gettext_lazy("捐给公共池")
reasons[INHERITANCE] = gettext_lazy("继承")
reasons[EXPIRY] = gettext_lazy("到期转入公共池")
reasons[REDEMPTION] = gettext_lazy("兑换")
reasons[SETTLEMENT] = gettext_lazy("社区之间结算")


def key_of(*parts) -> UUID:
    """The key of the transfer that follows from a thing: the same thing moves once."""
    return uuid5(SPACE, "/".join(map(str, parts)))


@transaction.atomic
def bank_of(place, *, by=None) -> Bank:
    """The time bank of a place, opened when there is none."""
    known = Bank.objects.select_related("issuing", "pool", "clearing").filter(place=place).first()
    if known is not None:
        return known
    made = {"by": by, "unit": Account.Unit.MINUTE}
    bank, _made = Bank.objects.get_or_create(
        place=place,
        defaults={
            "issuing": open_account(name=f"bank/{place.code.lower()}", floor=None, **made),
            "pool": open_account(name=f"pool/{place.code.lower()}", **made),
            "clearing": open_account(name=f"clearing/{place.code.lower()}", floor=None, **made),
        },
    )
    return bank


def district_bank(place, *, by=None) -> Bank:
    """The bank of the county of a place, whose pool serves everybody in it."""
    codes = place.ancestor_codes
    return bank_of(Place.objects.get(code=codes[min(2, len(codes) - 1)]), by=by)


def community_of(place) -> Place:
    """The community a place lies in; the place itself when it lies above."""
    codes = place.ancestor_codes
    return place if len(codes) <= 5 else Place.objects.get(code=codes[4])


@transaction.atomic
def purse_of(person, *, place=None, by=None) -> Purse:
    """The purse of a person, opened at the bank of his community (else of `place`) when he has none."""
    known = (
        Purse.objects.filter(account__holder=person, account__closed_at=None)
        .select_related("account", "bank__place")
        .first()
    )
    if known is not None:
        return known
    home = community_of(person.home or place)
    coins = charter_at(home).rules.coins
    account = open_account(name="coins", unit=Account.Unit.MINUTE, holder=person, floor=coins.floor, by=by)
    return Purse.objects.get_or_create(account=account, defaults={"bank": bank_of(home, by=by)})[0]


@dataclass(frozen=True)
class Side:
    """An account and the bank that keeps it."""

    account: Account
    bank: Bank


def side_of(purse: Purse) -> Side:
    return Side(purse.account, purse.bank)


def pool_side(bank: Bank) -> Side:
    return Side(bank.pool, bank)


def is_one_house(a: Bank, b: Bank) -> bool:
    """Whether two banks need no clearing: the same, or a district and a community in it."""
    return a.place.path.startswith(b.place.path) or b.place.path.startswith(a.place.path)


def accounts_between(payer: Side, payee: Side) -> list[Account]:
    """All accounts a movement touches, to be locked together."""
    if is_one_house(payer.bank, payee.bank):
        return [payer.account, payee.account]
    return [payer.account, payer.bank.clearing, payee.bank.clearing, payee.account]


def move(*, key: UUID, payer: Side, payee: Side, amount: int, reason: str, by) -> Transfer:
    """Move minutes between two people or pools; between banks by their clearing accounts. The caller locks."""
    if is_one_house(payer.bank, payee.bank):
        return transfer(
            key=key, debit=payer.account, credit=payee.account, amount=amount, reason=reason, by=by
        )
    first = transfer(
        key=key, debit=payer.account, credit=payer.bank.clearing, amount=amount, reason=reason, by=by
    )
    transfer(
        key=uuid5(key, "clearing"),
        debit=payee.bank.clearing,
        credit=payee.account,
        amount=amount,
        reason=reason,
        by=by,
    )
    return first


def room_in(account: Account, cap: int) -> int:
    """How many minutes still fit under the cap; the account as it is held by the caller."""
    account.refresh_from_db(fields=["credits", "debits", "debits_pending"])
    return max(0, cap - account.balance)


def mint_for(record, *, by) -> None:
    """Minutes for a confirmed service that nobody pays: from the issuing account, above the cap to the pool."""
    purse = purse_of(record.volunteer.person, place=record.place, by=by)
    pool = district_bank(record.place, by=by).pool
    cap = record.charter.rules.coins.cap
    lock(purse.account, purse.bank.issuing, pool)
    amount = record.minutes - (record.corrects.minutes if record.corrects_id else 0)
    if amount < 0:
        take_back(record, -amount, by=by)
    elif amount:
        pay_capped(
            key_of("attendance", record.pk), purse.bank.issuing, purse.account, pool, amount, cap=cap, by=by
        )


def pay_capped(key: UUID, source: Account, purse: Account, pool: Account, amount: int, *, cap: int, by):
    """Pay into a purse up to its cap and the rest into the pool."""
    if Transfer.objects.filter(pk__in=[key, uuid5(key, "over")]).exists():
        return  # the same act again
    fits = min(amount, room_in(purse, cap))
    if fits:
        transfer(key=key, debit=source, credit=purse, amount=fits, reason=SERVICE, by=by)
    if amount > fits:
        transfer(
            key=uuid5(key, "over"), debit=source, credit=pool, amount=amount - fits, reason=DONATION, by=by
        )


def take_back(record, amount: int, *, by) -> None:
    """Correct what was minted too much for a record, newest transfer first. LedgerRefused: already spent."""
    left, chain = amount, record.corrects
    while chain is not None and left:
        key = key_of("attendance", chain.pk)
        for wrong in Transfer.objects.filter(pk__in=[key, uuid5(key, "over")]):
            back = wrong.corrections.aggregate(sum=Sum("amount", default=0))["sum"]
            part = min(left, wrong.amount - back)
            if part:
                key_back = key_of("attendance", record.pk, "back", wrong.pk)
                correct(key=key_back, wrong=wrong, why=record.why or "-", amount=part, by=by)
                left -= part
        chain = chain.corrects


# --- Gifts, donations, inheritance, expiry -----------------------------------------------------------


def is_family(one, other, kinds) -> bool:
    """Whether two persons are family in the sense of the charter's words."""
    if "household" in kinds:
        homes = HouseholdMember.objects.filter(person=one).values("household")
        if HouseholdMember.objects.filter(person=other, household__in=homes).exists():
            return True
    links = [kind for kind in kinds if kind != "household"]
    standing = Proxy.objects.filter(kind__in=links, during__contains=clock.today())
    return (
        standing.filter(principal=one, proxy=other).exists()
        or standing.filter(principal=other, proxy=one).exists()
    )


def _own(by, person, place) -> None:
    if not (by.person_id == person.pk or person.pk in by.acts_for or by.may(rules.ENTER, at=place)):
        raise PermissionDenied


def _spend(person, minutes: int, coins) -> None:
    try:
        with transaction.atomic():
            add_to_day(person.pk, clock.today(), "spent", minutes, most=coins.spend_day_minutes)
    except IntegrityError as error:
        raise refused(error) from error


@transaction.atomic
def give(*, key: UUID, giver, to, minutes: int, by) -> Transfer:
    """A gift to family. VolunteeringRefused: no family, the day's limit, the cap; LedgerRefused: not covered."""
    purse = purse_of(giver, by=by)
    _own(by, giver, purse.bank.place)
    coins = charter_at(purse.bank.place).rules.coins
    if not is_family(giver, to, coins.gift_to):
        raise VolunteeringRefused("gift_to_family", _("时间币只能赠送给家人。"))
    target = purse_of(to, place=purse.bank.place, by=by)
    payer, payee = side_of(purse), side_of(target)
    lock(*accounts_between(payer, payee))
    done = Transfer.objects.filter(pk=key).first()  # read under the lock: the day counts two clicks once
    if done is None:
        if room_in(target.account, coins.cap) < minutes:
            raise VolunteeringRefused("purse_within_its_cap", _("对方的时间币会超过存入上限。"))
        _spend(giver, minutes, coins)
    moved = move(key=key, payer=payer, payee=payee, amount=minutes, reason=GIFT, by=by)
    if done is None:
        audit.record("volunteering.give", by=by, thing=purse.account, detail={"minutes": minutes})
    return moved


@transaction.atomic
def donate(*, key: UUID, giver, minutes: int, by) -> Transfer:
    """A donation to the public pool of the district."""
    purse = purse_of(giver, by=by)
    _own(by, giver, purse.bank.place)
    coins = charter_at(purse.bank.place).rules.coins
    if not coins.donation:
        raise VolunteeringRefused("donation_is_allowed", _("这里的章程没有开放捐赠。"))
    pool = pool_side(district_bank(purse.bank.place, by=by))
    lock(purse.account, pool.account)
    if not Transfer.objects.filter(pk=key).exists():
        _spend(giver, minutes, coins)
    return move(key=key, payer=side_of(purse), payee=pool, amount=minutes, reason=DONATION, by=by)


@transaction.atomic
def close_purse(purse: Purse, *, by, why: str, heir=None):
    """Close a purse: what is left goes to the heir, else to the pool; the final statement, balance 0.

    LedgerRefused: something is still reserved. VolunteeringRefused: the charter knows no inheritance.
    """
    person, place = purse.account.holder, purse.bank.place
    own = by.person_id == person.pk
    if not ((own and heir is None) or by.may(rules.ISSUE, at=place)) or not why.strip():
        raise PermissionDenied
    coins = charter_at(place).rules.coins
    pool = pool_side(district_bank(place, by=by))
    target = pool
    if heir is not None:
        if not (coins.inheritance and is_family(person, heir, coins.gift_to)) or by.person_id == heir.pk:
            raise VolunteeringRefused("inherited_by_family", _("时间币只能由家人继承，并由别人办理。"))
        target = side_of(purse_of(heir, place=place, by=by))
    lock(*accounts_between(side_of(purse), target), pool.account)
    purse.account.refresh_from_db()
    if purse.account.balance > 0 and purse.account.closed_at is None:
        _leave_to(purse, target, pool, cap=coins.cap if heir is not None else None, by=by)
    final = close_account(key=key_of("close", purse.pk), account=purse.account, to=purse.bank.issuing, by=by)
    audit.record("volunteering.close_purse", by=by, thing=purse.account, place=place, purpose=why)
    return final


def _leave_to(purse: Purse, target: Side, pool: Side, *, cap: int | None, by) -> None:
    """Everything to the target up to its cap, the rest to the pool."""
    rest = purse.account.available
    fits = rest if cap is None else min(rest, room_in(target.account, cap))
    reason = DONATION if cap is None else INHERITANCE
    if fits:
        key = key_of("left", purse.pk)
        move(key=key, payer=side_of(purse), payee=target, amount=fits, reason=reason, by=by)
    if rest > fits:
        key = key_of("left-over", purse.pk)
        move(key=key, payer=side_of(purse), payee=pool, amount=rest - fits, reason=DONATION, by=by)


def settle(debtor: Bank, creditor: Bank, *, by) -> Settlement | None:
    """Net what one bank owes with what the other is owed; None when there is nothing to net."""
    if not (by.may(rules.SETTLE, at=debtor.place) and by.may(rules.SETTLE, at=creditor.place)):
        raise PermissionDenied
    with transaction.atomic():
        held = {row.pk: row for row in lock(debtor.clearing, creditor.clearing)}
        amount = min(held[debtor.clearing_id].balance, -held[creditor.clearing_id].balance)
        if amount <= 0:
            return None
        key = key_of("settle", debtor.pk, creditor.pk, held[debtor.clearing_id].seq)
        moved = transfer(
            key=key, debit=debtor.clearing, credit=creditor.clearing, amount=amount, reason=SETTLEMENT, by=by
        )
        done = Settlement.objects.create(
            debtor=debtor, creditor=creditor, minutes=amount, transfer=moved, by=by, at=clock.now()
        )
        audit.record("volunteering.settle", by=by, thing=done, place=debtor.place, detail={"minutes": amount})
        return done


# --- Minting by an office: two persons and evidence (L2) ----------------------------------------------


@transaction.atomic
def ask_issue(*, bank: Bank, minutes: int, reason: str, evidence: str, by, to_person=None, key=None) -> Issue:
    """Ask for minutes for the pool or somebody; nothing moves until another person grants it."""
    if not by.may(rules.ISSUE, at=bank.place) or (to_person is not None and to_person.pk == by.person_id):
        raise PermissionDenied
    known = Issue.objects.filter(key=key).first() if key else None
    if known is not None:
        return known
    try:
        with transaction.atomic():
            issue = Issue.objects.create(
                bank=bank,
                to_person=to_person,
                minutes=minutes,
                reason=reason,
                evidence=evidence.strip(),
                asked_by=by,
                asked_at=clock.now(),
                key=key,
            )
    except IntegrityError as error:
        raise refused(error) from error
    audit.record("volunteering.ask_issue", by=by, thing=issue, place=bank.place, detail={"minutes": minutes})
    return issue


@transaction.atomic
def decide_issue(issue: Issue, *, grant: bool, by) -> Issue:
    """Another person grants or refuses; granted, the minutes are made. Asked twice, the same."""
    issue = Issue.objects.select_for_update(of=("self",)).select_related("bank__place", "to_person").get(
        pk=issue.pk
    )  # fmt: skip
    if not by.may(rules.GRANT, at=issue.bank.place):
        raise PermissionDenied
    if by.pk == issue.asked_by_id or (issue.to_person_id and by.person_id == issue.to_person_id):
        raise VolunteeringRefused("issue_granted_by_another_person")
    if issue.state != Issue.State.ASKED:
        return issue
    issue.decided_by, issue.decided_at = by, clock.now()
    issue.state = Issue.State.GRANTED if grant else Issue.State.REFUSED
    if grant:
        target = issue.bank.pool
        if issue.to_person_id:
            target = purse_of(issue.to_person, place=issue.bank.place, by=by).account
        lock(issue.bank.issuing, target)
        cap = charter_at(issue.bank.place).rules.coins.cap
        if issue.to_person_id and room_in(target, cap) < issue.minutes:
            raise VolunteeringRefused("purse_within_its_cap", _("对方的时间币会超过存入上限。"))
        issue.transfer = transfer(
            key=key_of("issue", issue.pk),
            debit=issue.bank.issuing,
            credit=target,
            amount=issue.minutes,
            reason=ISSUE,
            by=by,
        )
    issue.save()
    audit.record(
        "volunteering.decide_issue", by=by, thing=issue, place=issue.bank.place, detail={"grant": grant}
    )
    return issue
