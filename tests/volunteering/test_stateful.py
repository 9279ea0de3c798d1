"""Whatever people do in whatever order: the sum is zero, nobody owes, nobody holds more than the cap."""

from uuid import uuid5

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from linli.ledger.actions import LedgerRefused
from linli.ledger.checking import verify
from linli.ledger.models import Account
from linli.volunteering.actions.banking import SPACE, donate, give, settle
from linli.volunteering.actions.redeeming import cancel_redemption, hand_over, redeem
from linli.volunteering.models import Bank, Purse, Redemption
from linli.volunteering.refusals import VolunteeringRefused

from .test_banking import shop
from .village import Village

CAP, DAY = 200, 400
PEOPLE = st.integers(0, 2)
REFUSALS = (LedgerRefused, VolunteeringRefused)


class TimeBank(RuleBasedStateMachine):
    """Three of a family in two communities, one shop, one pool; a pencil keeps what each should hold."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    @initialize()
    def people_and_their_minutes(self):
        self.village = Village(cap=CAP, spend_day_minutes=DAY)
        places = (self.village.place, self.village.place, self.village.next_place)
        self.users = [self.village.resident(f"人{n}", place=place) for n, place in enumerate(places)]
        for one, other in ((0, 1), (1, 2), (0, 2)):
            self.village.family(self.users[one], self.users[other])
        self.held, self.spent, self.pool = [100, 50, 0], [0, 0, 0], 0
        for user, minutes in zip(self.users, self.held, strict=True):
            self.village.purse(user, minutes)
        self.reward, self.waiting, self.turn = shop(self.village, stock=3, minutes=40), [], 0
        self.stock, self.till = 3, 0

    def attempt(self, call, *, allowed: bool) -> bool:
        """Do it; whether it happened must be what the pencil expected."""
        self.turn += 1
        try:
            call(uuid5(SPACE, f"state/{self.turn}"))
        except REFUSALS:
            assert not allowed
            return False
        assert allowed
        return True

    def available(self, who) -> int:
        return self.held[who] - 40 * sum(owner == who for owner, _made in self.waiting)

    @rule(who=PEOPLE, to=PEOPLE, minutes=st.integers(1, 120))
    def gift(self, who, to, minutes):
        if who == to:
            return
        allowed = (
            minutes <= self.available(who)
            and self.held[to] + minutes <= CAP
            and self.spent[who] + minutes <= DAY
        )
        giver, target = self.users[who], self.users[to]
        call = lambda key: give(key=key, giver=giver.person, to=target.person, minutes=minutes, by=giver)  # noqa: E731
        if self.attempt(call, allowed=allowed):
            self.held[who] -= minutes
            self.held[to] += minutes
            self.spent[who] += minutes

    @rule(who=PEOPLE, minutes=st.integers(1, 120))
    def donation(self, who, minutes):
        allowed = minutes <= self.available(who) and self.spent[who] + minutes <= DAY
        giver = self.users[who]
        if self.attempt(
            lambda key: donate(key=key, giver=giver.person, minutes=minutes, by=giver), allowed=allowed
        ):
            self.held[who] -= minutes
            self.spent[who] += minutes
            self.pool += minutes

    @rule(who=PEOPLE)
    def redemption(self, who):
        allowed = self.available(who) >= 40 and self.spent[who] + 40 <= DAY and self.stock > 0
        user, made = self.users[who], []
        if self.attempt(
            lambda key: made.append(redeem(self.reward, key=key, person=user.person, by=user)),
            allowed=allowed,
        ):
            self.waiting.append((who, made[0]))
            self.spent[who] += 40
            self.stock -= 1

    @rule(handed=st.booleans())
    def resolution(self, handed):
        if not self.waiting:
            return
        who, made = self.waiting.pop(0)
        if handed:
            hand_over(made.code, by=self.village.cashier)
            self.held[who] -= 40
            self.till += 40
        else:
            cancel_redemption(made, by=self.users[who])
            self.stock += 1

    @rule()
    def settlement(self):
        banks = list(Bank.objects.select_related("clearing", "place").order_by("pk"))
        for debtor in banks:
            for creditor in banks:
                if debtor.pk != creditor.pk:
                    settle(debtor, creditor, by=self.village.cashier)
        assert all(bank.clearing.balance == 0 for bank in Bank.objects.select_related("clearing"))

    @invariant()
    def the_books_say_what_the_pencil_says(self):
        purses = {p.account.holder_id: p.account for p in Purse.objects.select_related("account")}
        held = [purses[user.person_id] for user in self.users if user.person_id in purses]
        assert [account.balance for account in held] == self.held
        assert all(account.available >= 0 for account in held)
        assert Account.objects.aggregate(s=Sum("credits") - Sum("debits"))["s"] == 0
        assert Bank.objects.aggregate(s=Sum("clearing__credits") - Sum("clearing__debits"))["s"] == 0
        self.reward.refresh_from_db()
        assert (self.reward.left, Redemption.objects.filter(state="reserved").count()) == (
            self.stock,
            len(self.waiting),
        )

    def teardown(self):
        assert verify() == []
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


@pytest.mark.django_db
def test_any_order_of_gifts_donations_and_redemptions_keeps_the_bank_right():
    run_state_machine_as_test(
        TimeBank, settings=settings(max_examples=8, stateful_step_count=15, deadline=None)
    )
