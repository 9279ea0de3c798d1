"""What recurs: group orders whose time is up."""

from linli.jobs import periodic

from .actions.offering import close_groups


@periodic("*/10 * * * *", "commerce.close-groups", one_transaction=False)
def close_late_groups() -> None:
    close_groups()
