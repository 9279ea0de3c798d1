"""What the workbench shows first: the queues of the post's holder, and only what his posts let him do."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.care.rules import VISIT
from linli.cases.inbox import inbox_of
from linli.cases.models import Case
from linli.jobs.queries import dead_letters
from linli.jobs.rules import OPERATE as OPERATE_JOBS
from linli.notices.queries import undelivered, waiting_letters
from linli.notices.rules import OPERATE as OPERATE_NOTICES
from linli.notices.rules import PRINT
from linli.people.queries import claims_in_reach
from linli.people.rules import VERIFY
from linli.places.queries import stale_places
from linli.places.rules import EDIT
from linli.ui.nav import entries_for


@dataclass(frozen=True)
class Task:
    """Something that waits, with how many and where it is done."""

    title: str
    text: str
    count: int
    url: str
    tone: str


def _doors(user):
    """The visits the user was asked to make and has not made yet, as today's round lists them."""
    return Case.objects.open().filter(kind="visit", assignee=user.pk).exclude(state="review")


def _stale(user):
    return stale_places(user, EDIT)


def _dead(user):
    return dead_letters()


# permission · route · what waits · its tone when there is some
TASKS = (
    (VISIT, "care-round", _doors, "soon"),
    (VERIFY, "claim-list", claims_in_reach, "soon"),
    (EDIT, "place-stale", _stale, "info"),
    (PRINT, "letter-list", waiting_letters, "soon"),
    (OPERATE_NOTICES, "undelivered-list", undelivered, "late"),
    (OPERATE_JOBS, "job-list", _dead, "late"),
)


OWN_PAGES = ("bench", "case-inbox", "home", "cockpit")  # an empty bench does not lead to itself


def _words() -> dict[str, tuple[str, str]]:
    return {
        "care-round": (_("今日探访"), _("约好要上门、打电话的人家")),
        "claim-list": (_("居住关系待核实"), _("居民自己填报，核实后才能看社区内的信息")),
        "place-stale": (_("区划资料待确认"), _("一年没有人确认过的社区、网格、小区")),
        "letter-list": (_("信件待打印"), _("选择纸质通知的居民")),
        "undelivered-list": (_("消息未送达"), _("请换一种方式联系")),
        "job-list": (_("后台任务未完成"), _("用完了重试次数，需要人来看")),
    }


def tasks_of(user) -> list[Task]:
    """What waits for this user besides cases: one count for each thing he may do, no other query."""
    words, found = _words(), []
    for permission, route, waiting, tone in TASKS:
        if user.may(permission):
            count = waiting(user).count()
            found.append(Task(*words[route], count, reverse(route), tone if count else "done"))
    return found


def bench_of(user, query) -> dict:
    """The context of the workbench's first page: queues with counts, the most urgent cases, other tasks."""
    queues, listing = inbox_of(user, query)
    page = {"queues": queues, "listing": listing, "tasks": tasks_of(user)}
    if not listing.page.object_list:
        page["ways"] = [way for way in entries_for("workbench", user) if way[0].url_name not in OWN_PAGES]
    return page
