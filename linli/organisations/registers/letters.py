"""What is printed from the registers of organisations: the word of thanks at the end of a year."""

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.registers.letters import Letter, declare_letter

from ..models import ServicePost, UnitYear
from .joining import POSTS
from .together import YEARS


def of_unit(year: UnitYear) -> Letter:
    """What a unit undertook and did in the year, counted from the registers, and the thanks of the community."""
    unit = year.unit
    promised = unit.commitments.filter(archived_on=None, promised_on__year=year.year)
    counted = promised.aggregate(all=Count("pk"), done=Count("pk", filter=Q(done_on__isnull=False)))
    tasks = unit.tasks.filter(archived_on=None, done_on__year=year.year)
    worked = tasks.aggregate(n=Count("pk"), people=Sum("people_count"), hours=Sum("hours"))
    told = {"year": year.year, "place": unit.place.name, **counted}
    lines = [_("%(year)d 年，贵单位与%(place)s结对共建，承诺 %(all)d 项，已完成 %(done)d 项。") % told]
    if worked["n"]:
        lines.append(
            _("认领并完成服务 %(n)d 件，%(people)d 人次参加，社区确认时长 %(hours)s 小时。") % worked
        )
    lines += [year.summary, _("谨致谢意，期待继续携手为居民服务。")]
    return Letter(_("感谢信"), unit.name, tuple(lines), unit.place.name, year.thanked_on or clock.today())


def of_post(post: ServicePost) -> Letter:
    """What those who took a post did in the last twelve months; no names, the post is thanked."""
    today = clock.today()
    rows = post.months.filter(archived_on=None, month_on__gt=today.replace(year=today.year - 1, day=1))
    done = rows.aggregate(times=Sum("times"), hours=Sum("hours"))
    told = {"title": post.title, "taken": post.taken, **{name: value or 0 for name, value in done.items()}}
    lines = (
        _("近一年，“%(title)s”岗位由 %(taken)d 名党员认岗，服务 %(times)d 次、%(hours)s 小时。") % told,
        post.duty,
        _("感谢各位为居民所做的一切。"),
    )
    return Letter(_("致谢"), _("“%s”岗位的各位党员") % post.title, lines, post.place.name, today)


declare_letter(YEARS, of_unit)
declare_letter(POSTS, of_post)
