"""What the counter, the bank and the auditor of the bank read; every list begins with the reader's scope."""

from django.db.models import Exists, F, OuterRef, Q

from linli.ledger.models import Transfer
from linli.ledger.reasons import reasons
from linli.people.models import Person, Proxy

from . import rules
from .models import AwardRound, KeyClient, Settlement, Shop

ENTERED = ("gift", "donation", "inheritance", "redemption", "closing", "correction")


def people_at_counter(user):
    """Persons whose purse the reader may serve at the window."""
    return Person.objects.filter(user.scope(rules.ENTER, "home"), purged_at=None)


def back_office_entries(user):
    """What an account entered on somebody else's purse, the newest first, with the look a second person took.

    The holder's own acts and those of his family or guardian are no office's entries.
    """
    kin = Proxy.objects.filter(principal=OuterRef("debit__holder"), proxy=OuterRef("by__person"))
    return (
        Transfer.objects.filter(user.scope(rules.GRANT, "debit__purse__bank__place"))
        .filter(reason__in=ENTERED, phase__in=["posted", "pending"], by__isnull=False)
        .exclude(by__person=F("debit__holder"))
        .filter(~Exists(kin))
        .select_related(
            "debit__holder", "debit__purse__bank__place", "credit__holder", "by__person", "look__by"
        )
        .order_by("-at", "pk")
    )


def waiting_entries(user):
    """Those nobody has looked at yet, without the reader's own."""
    return back_office_entries(user).filter(look=None).exclude(by=user)


def titled(entries) -> list[Transfer]:
    """The entries with their reason in words as `title`."""
    rows = list(entries)
    for row in rows:
        row.title = reasons.get(row.reason, row.reason)
    return rows


def settlements_of(user):
    """What banks in the reader's reach netted, the newest first."""
    seen = user.scope(rules.SETTLE, "debtor__place") | user.scope(rules.GRANT, "debtor__place")
    return Settlement.objects.filter(seen).select_related("debtor__place", "creditor__place").order_by("-at")


def clients_of(user):
    """Whom the pool pays for by name, those that stand first."""
    found = KeyClient.objects.filter(user.scope(rules.ISSUE, "person__home"))
    return found.select_related("person__home", "named_by__person").order_by(
        F("until").desc(nulls_first=True), "-since"
    )


def shops_of(user):
    """Partner shops with what they give, those that are open first."""
    found = Shop.objects.filter(user.scope(rules.SETTLE, "place")).select_related("place", "account")
    return found.prefetch_related("rewards").order_by(F("closed_on").asc(nulls_first=True), "name")


def rounds_seen_by(user):
    """Award rounds everybody may read, and those that still take nominations for who may put forward there."""
    known = ~Q(state=AwardRound.State.NOMINATING)
    if not user.is_authenticated:
        return AwardRound.objects.filter(known)
    known |= user.scope(rules.AWARD, "place") | Q(place__code__in=codes_above(user))
    return AwardRound.objects.filter(known).select_related("place", "charter")


def codes_above(user) -> list[str]:
    """The places around those where somebody serves or organises."""
    places = [grant.place for grant in user.grants if rules.ORGANISE in grant.permissions]
    volunteer = rules.volunteer_of(user)
    places += [volunteer.place] if volunteer else []
    return sorted({code for place in places for code in place.ancestor_codes})
