"""What one may do about offers and orders; who verifies outlets of a community also looks through its offers."""

from linli.facilities.models import Facility
from linli.reach.rules import VERIFY


def outlets_of(user):
    """The standing outlets that were listed on the account's own application: one operator, many outlets."""
    return Facility.objects.standing().filter(entry__asked_by=user.pk)


def can_check(user, offer) -> bool:
    """Nobody lists his own offer."""
    return offer.provider_id != user.pk and user.may(VERIFY, at=offer.place)


def is_provider(user, offer) -> bool:
    return user.is_authenticated and offer.provider_id == user.pk


def can_end(user, offer) -> bool:
    return is_provider(user, offer) or user.may(VERIFY, at=offer.place)


def is_customer(user, order) -> bool:
    return order.customer_id is not None and order.customer_id == user.pk
