"""What time does to help orders: what nobody takes or confirms goes to a coordinator, what nobody rates is filed."""

from datetime import datetime, timedelta

from django.db import transaction

from linli.cases.actions import WrongState, take_step
from linli.cases.actors import TIMER
from linli.notices.actions import notify

from .. import rules
from ..models import Help
from .recording import holders_of


def hand_silent_orders_over(now: datetime) -> int:
    """Tell the coordinators of served orders nobody confirms, each once; nothing is credited. How many."""
    count = 0
    for order in Help.objects.filter(case__state="done", silent_at=None).select_related(
        "case__place", "charter"
    ):
        last = order.case.events.order_by("-pk").first()
        if last.at > now - timedelta(days=order.charter.rules.limits.confirm_days):
            continue
        with transaction.atomic():
            if Help.objects.filter(pk=order.pk, silent_at=None).update(silent_at=now):
                for person in holders_of(rules.CONFIRM, order.case.place):
                    notify(
                        person,
                        "volunteering-to_confirm",
                        needs=rules.CONFIRM,
                        at=order.case.place,
                        content=order.case.number,
                        path=f"/cases/{order.case.number}/",
                    )
                count += 1
    return count


def tell_of_untaken(now: datetime) -> int:
    """Tell the coordinators of orders nobody has taken although their time is near or past, each once. How many.

    Where nobody matches yet the order waits to be told; the desk shows it all the same.
    """
    count = 0
    for order in Help.objects.untaken().filter(untaken_at=None).select_related("case__place", "charter"):
        if not order.is_near(now):
            continue
        people = holders_of(rules.MATCH, order.case.place)
        with transaction.atomic():
            if people and Help.objects.untaken().filter(pk=order.pk, untaken_at=None).update(untaken_at=now):
                for person in people:
                    notify(
                        person,
                        "volunteering-untaken",
                        needs=rules.MATCH,
                        at=order.case.place,
                        title=order.case.title,
                        number=order.case.number,
                        path=f"/cases/{order.case.number}/",
                    )
                count += 1
    return count


def close_unrated(now: datetime) -> int:
    """File confirmed orders whose time for a rating has passed; no rating is made up. How many."""
    count = 0
    for order in Help.objects.filter(case__state="confirmed").select_related("case", "charter"):
        last = order.case.events.order_by("-pk").first()
        if last.at <= now - timedelta(days=order.charter.rules.limits.rate_days):
            try:
                take_step(order.case, "close", by=TIMER)
            except WrongState:
                continue  # rated meanwhile
            count += 1
    return count
