"""What time does to help orders: silence goes to a coordinator, an order nobody rates is filed."""

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
