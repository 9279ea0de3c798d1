"""What recurs: each channel sends by itself, so that a supplier that is away holds up nobody else."""

from datetime import timedelta

from linli import jobs
from linli.kernel import clock

from .models import Notice
from .sending import send_due

KEEP_DAYS = 2 * 365  # as the register of personal fields says


@jobs.periodic("* * * * * */20", "notices.send-sms", one_transaction=False, channel="sms")
@jobs.periodic("* * * * * */20", "notices.send-webhook", one_transaction=False, channel="webhook")
@jobs.periodic("* * * * * */20", "notices.send-email", one_transaction=False, channel="email")
@jobs.periodic("* * * * *", "notices.send-inbox", one_transaction=False, channel="inbox")
def send_notices(*, channel: str) -> None:
    """Send what is due on one channel."""
    send_due(channel)


@jobs.periodic("43 3 * * *", "notices.forget")
def forget_old() -> None:
    """Notices go two years after they were written."""
    Notice.objects.filter(created_at__lt=clock.now() - timedelta(days=KEEP_DAYS)).delete()
