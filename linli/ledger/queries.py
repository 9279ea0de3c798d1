"""What a holder reads: an account's lines with the balance after each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Sum, Value, When, Window
from django.utils.translation import gettext as _

from linli.kernel.masking import MASKS
from linli.ui.lists import Choice, Filter

from .models import Account, Transfer
from .reasons import reasons
from .words import amount_words

MOVED = Q(phase__in=[Transfer.Phase.POSTED, Transfer.Phase.POST])


@dataclass(frozen=True)
class Line:
    """One transfer as its account sees it: `amount` is signed and 0 moved while it is only reserved."""

    number: int
    at: datetime
    reason: str
    other: str  # the other person, masked; empty for a pool or a shop
    phase: str
    phase_label: str
    amount: int
    moved: int
    balance: int
    unit: str

    @property
    def amount_words(self) -> str:
        plus = "+" if self.amount > 0 else ""
        return plus + amount_words(self.amount, self.unit)

    @property
    def balance_words(self) -> str:
        return amount_words(self.balance, self.unit)

    @property
    def is_settled(self) -> bool:
        """Whether it moved the balance; a reservation and its release do not."""
        return self.moved != 0


@dataclass(frozen=True)
class Statement:
    """All that happened on an account, oldest first, and what stands on it now, in its unit."""

    account: Account
    lines: tuple[Line, ...]
    balance: int
    reserved: int


def statement(account: Account) -> Statement:
    """The whole statement of an account as it stands now."""
    now = Account.objects.get(pk=account.pk)
    rows = statement_rows(now).order_by("number")
    return Statement(now, tuple(lines(rows, now)), now.balance, now.debits_pending)


def statement_rows(account: Account) -> QuerySet:
    """The transfers of an account with `number`, `moved` and `balance_after`, newest first."""
    out = Q(debit=account)
    return (
        Transfer.objects.of(account)
        .annotate(
            number=Case(When(out, then=F("debit_seq")), default=F("credit_seq")),
            moved=Case(
                When(out & MOVED, then=-F("amount")),
                When(MOVED, then=F("amount")),
                default=Value(0),
                output_field=BigIntegerField(),
            ),
        )
        .annotate(balance_after=Window(Sum("moved"), order_by=F("number").asc()))
        .select_related("debit__holder", "credit__holder")
        .order_by("-number")
    )


def lines(rows: Iterable, account: Account) -> list[Line]:
    """Rows of `statement_rows` as lines of a statement."""
    return [_line(row, account) for row in rows]


def _line(row, account: Account) -> Line:
    is_out = row.debit_id == account.pk
    other = (row.credit if is_out else row.debit).holder
    return Line(
        number=row.number,
        at=row.at,
        reason=str(reasons.get(row.reason, row.reason)),
        other=MASKS["name"](other.name) if other is not None else "",
        phase=row.phase,
        phase_label=row.get_phase_display(),
        amount=-row.amount if is_out else row.amount,
        moved=row.moved,
        balance=row.balance_after,
        unit=account.unit,
    )


@dataclass(frozen=True)
class Holding:
    """An account as its page names it: `place` is its place in the list, from 1."""

    place: int
    title: str
    account: Account

    @property
    def balance_words(self) -> str:
        return amount_words(self.account.balance, self.account.unit)

    @property
    def choice(self) -> str:
        """What the address says to choose it."""
        return str(self.place)

    @property
    def available_words(self) -> str:
        return amount_words(self.account.available, self.account.unit)

    @property
    def reserved_words(self) -> str:
        return amount_words(self.account.debits_pending, self.account.unit)


def holdings(user) -> list[Holding]:
    """The accounts somebody may read: his own and open ones first, minutes before points; each with a title."""
    rows = list(Account.objects.visible_to(user).select_related("holder").order_by("unit", "opened_at", "pk"))
    rows.sort(key=lambda account: (account.holder_id != user.person_id, account.closed_at is not None))
    return [Holding(place, _title(account, user), account) for place, account in enumerate(rows, 1)]


def _title(account: Account, user) -> str:
    kind = _("时长") if account.unit == Account.Unit.MINUTE else _("积分")
    whose = "" if account.holder_id == user.person_id else f"（{account.holder.name}）"
    return f"{kind}{whose}{_('（已销户）') if account.closed_at else ''}"


def account_filters(held: list[Holding]) -> tuple[Filter, ...]:
    """Which account to show; nothing to choose when there is one."""
    if len(held) < 2:
        return ()
    choices = tuple(Choice(holding.choice, holding.title) for holding in held)
    return (Filter("account", _("账户"), choices),)


def chosen(held: list[Holding], filters: tuple[Filter, ...]) -> Holding | None:
    """The account the address asks for, else the first."""
    asked = filters[0].chosen if filters else None
    return held[int(asked.value) - 1] if asked else next(iter(held), None)
