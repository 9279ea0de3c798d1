"""What is looked at to say whether the platform is well (W4): one finding for each thing, in plain words."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from linli.audit.models import Entry
from linli.exchange.devices.asking import silent_devices
from linli.exchange.queries import overdue_count
from linli.jobs.keeping import queue_facts
from linli.kernel import clock
from linli.kernel.unfinished import unfinished_path
from linli.notices.models import Notice

from .least_versions import look_is_old, read_table

LOW_DISK = 0.05  # share of the disk left below which an operator must act
OLDEST_JOB_S = 600
JUMP_S = 60  # apart of machine's and database's clock
UNLINKED = timedelta(minutes=5)  # the chain is linked every ten seconds
BACKUP_EVERY, DRILL_EVERY, VERIFY_EVERY = timedelta(days=2), timedelta(days=15), timedelta(days=8)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    well: bool
    words: str


def findings() -> list[Finding]:
    """Everything, the database first: without it the rest cannot be asked."""
    found = [database(), disk(), restore(), libraries()]
    return found + [look() for look in LOOKS] if found[0].well else found


def database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from django_migrations")
            steps = {"n": cursor.fetchone()[0]}
            return Finding("database", True, _("能应答，已做过 %(n)s 步迁移") % steps)
    except DatabaseError as trouble:
        return Finding("database", False, type(trouble).__name__)


def disk() -> Finding:
    usage = shutil.disk_usage(settings.STATE_DIR)
    share = usage.free / usage.total
    return Finding("disk", share > LOW_DISK, _("还空着 %(share)s") % {"share": f"{share:.0%}"})


def restore() -> Finding:
    unfinished = unfinished_path().exists()
    return Finding("restore", not unfinished, _("上一次没有做完") if unfinished else _("现在没有在恢复"))


def libraries() -> Finding:
    table = read_table()
    words = (
        _("安全公告上次查看：%(day)s，能读到 %(until)s 为止的公告")
        % {"day": table.looked_on, "until": table.sources_until}
        if table.looked_on
        else _("还没有人查看过各组件的安全公告")
    )
    return Finding("libraries", not look_is_old(clock.today()), words)


def jobs() -> Finding:
    facts = queue_facts()
    words = _("%(waiting)s 项在等，最久的等了 %(oldest)s 秒；%(dead)s 项不再重试；%(workers)s 个工作进程") % {
        "waiting": facts.waiting,
        "oldest": f"{facts.oldest_s:.0f}",
        "dead": facts.dead,
        "workers": facts.workers,
    }
    return Finding("jobs", facts.oldest_s < OLDEST_JOB_S and facts.dead == 0, words)


def messages() -> Finding:
    dead = Notice.objects.dead().count()
    return Finding("messages", dead == 0, _("%(n)s 条没有送达") % {"n": dead})


def clocks() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        apart = abs((cursor.fetchone()[0] - datetime.now(UTC)).total_seconds())  # noqa: TID251 — the machine's own
    return Finding("clocks", apart < JUMP_S, _("机器和数据库相差 %(n)s 秒") % {"n": f"{apart:.0f}"})


def chain() -> Finding:
    waiting = Entry.objects.filter(number=None, at__lt=clock.now() - UNLINKED).count()
    return Finding("audit chain", waiting == 0, _("%(n)s 行等接入链条等得太久") % {"n": waiting})


def corrections() -> Finding:
    late = overdue_count()
    return Finding("corrections", late == 0, _("%(n)s 件数据更正过了期限") % {"n": late})


def last(act: str, name: str, most: timedelta) -> Finding:
    """When something was done last and how it ended; not well when it failed or lies too long back."""
    entry = Entry.objects.filter(act=act).order_by("-at", "-pk").first()
    if entry is None:
        return Finding(name, False, _("从来没有做过"))
    words = f"{entry.at.astimezone(clock.CHINA):%Y-%m-%d %H:%M}, {entry.get_result_display()}"
    said = entry.detail.get("said", "")
    return Finding(name, entry.result == "done" and entry.at > clock.now() - most, f"{words} {said}".strip())


def backup() -> Finding:
    return last("backup.made", "last backup", BACKUP_EVERY)


def drilled() -> Finding:
    return last("backup.drill", "last drill", DRILL_EVERY)


def verified() -> Finding:
    return last("backup.verify", "last verify", VERIFY_EVERY)


def devices() -> Finding:
    silent = silent_devices()
    return Finding(
        "devices",
        not silent,
        f"{len(silent)} are silent: {', '.join(d.code for d in silent[:5])}".rstrip(": "),
    )


LOOKS: tuple[Callable[[], Finding], ...] = (
    jobs,
    messages,
    clocks,
    chain,
    corrections,
    devices,
    backup,
    drilled,
    verified,
)
