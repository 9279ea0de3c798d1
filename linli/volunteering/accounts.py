"""What the counter, the bank and the auditor of the bank read; every list begins with the reader's scope."""

from django.db.models import Avg, Count, Exists, F, OuterRef, Q, Sum
from django.utils.translation import gettext as _

from linli.cases.models import Rating
from linli.ledger.models import Transfer
from linli.ledger.reasons import reasons
from linli.people.models import Person, Proxy

from . import rules
from .models import Attendance, AwardRound, KeyClient, Nomination, Objection, Settlement, Shop
from .queries import hours_of

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


def nominations_of(award_round, *, for_officer: bool) -> list[Nomination]:
    """Who is put forward, in the order of prizes and of being put forward, never by hours.

    The officer reads, beside each, what was confirmed that year and how it was rated, and what was objected.
    """
    rows = award_round.nominations.select_related("volunteer__person", "team").order_by("category", "pk")
    heard = {}
    if for_officer:
        for one in Objection.objects.filter(nomination__round=award_round).order_by("pk"):
            heard.setdefault(one.nomination_id, []).append(one)
    found = list(rows)
    for row in found:
        row.figures = _figures(row, award_round.year) if for_officer else ""
        row.heard = heard.get(row.pk, [])
    return found


def _figures(nomination, year: int) -> str:
    """Hours confirmed in the year and the mean of the stars given for orders: of one, or of a team together."""
    own = Q(volunteer=nomination.volunteer_id)
    if nomination.team_id:
        own = Q(shift__activity__team=nomination.team_id)
    confirmed = Attendance.objects.confirmed().filter(own, during__startswith__year=year)
    said = confirmed.aggregate(minutes=Sum("minutes", default=0), times=Count("pk"))
    cases = confirmed.exclude(case=None).values("case")
    rated = Rating.objects.filter(case__in=cases).aggregate(stars=Avg("stars"), count=Count("pk"))
    words = _("%(year)s 年 %(times)s 次、%(hours)s 小时") % {
        "year": year, "times": said["times"], "hours": hours_of(said["minutes"]),
    }  # fmt: skip
    if rated["count"]:
        stars = {"stars": round(rated["stars"], 1), "n": rated["count"]}
        words += _("，评分 %(stars)s（%(n)s 人）") % stars
    return words
