"""What happens every morning: answers that are due soon, or overdue, are brought to mind."""

from linli import jobs

from .reminding import remind_keepers


@jobs.periodic("10 8 * * *", "registers.remind-keepers", one_transaction=False)
def remind_keepers_daily() -> None:
    """Tell whoever keeps a register of what waits for an answer, before it is due and when it is overdue."""
    remind_keepers()
