"""Error pages in plain words: what happened, what was kept, what to do next, and a number to quote."""

import errno
import logging
import secrets
import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

log = logging.getLogger("linli.errors")
AWAY = (OperationalError, InterfaceError)  # the database does not answer: it comes back without a hand (W3)
AWAY_RETRY_S = 30
WAIT_S = 300  # "a few minutes", as the page says
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)

FULL_DISK = ("53100", "53200")  # PostgreSQL: disk_full, out_of_memory
FULL = (
    _("存储空间满了"),
    _("服务器的存储空间用完了，这一次没有保存。以前提交的内容都还在。"),
    _("请过一会儿再试；管理员会收到提醒。着急的事情请打社区电话。"),
)

# status: (title, what happened, what to do next)
WORDS = {
    400: (
        _("这次请求没有看懂"),
        _("您发来的内容不完整，或者链接已经损坏。没有任何内容被改动。"),
        _("请返回上一页再试一次。"),
    ),
    403: (
        _("这里需要相应的权限"),
        _("您当前的身份不能打开这一页，或者页面停留太久、需要重新确认。没有任何内容被改动。"),
        _("请返回上一页刷新后再试；确实需要办理的，请联系社区或者您的管理员。"),
    ),
    404: (
        _("没有找到这一页"),
        _("地址可能写错了，内容可能已经移走，或者不在您能查看的范围内。"),
        _("可以回到首页，或者用搜索找一找。"),
    ),
    405: (
        _("这个操作不能这样进行"),
        _("这个地址不能直接打开。没有任何内容被改动。"),
        _("请返回上一页，用页面上的按钮操作。"),
    ),
    409: (
        _("有人比您早一步"),
        _("在您填写的时候，别人已经改动了同一项内容。您填写的内容没有覆盖它。"),
        _("请返回查看最新的内容，再决定是否还要修改。"),
    ),
    413: (_("文件太大了"), _("文件超过了允许的大小，没有保存。"), _("请压缩或者分成几份再上传。")),
    429: (
        _("操作太频繁"),
        _("短时间内次数太多，为了大家都能用，请先歇一歇。"),
        _("请过几分钟再试，已经提交的内容不会丢。"),
    ),
    500: (
        _("系统出了差错"),
        _("这是我们的问题，不是您的问题。这一次操作没有完成，已经自动记录下来。"),
        _("请稍后再试；着急的话请打社区电话，并报上下面的编号。"),
    ),
    503: (
        _("系统暂时忙不过来"),
        _("正在维护，或者同时使用的人太多。已经提交的内容不会丢。"),
        _("请过几分钟再打开。紧急情况请直接拨打 110、119 或 120。"),
    ),
}


def is_full(trouble: BaseException | None) -> bool:
    """Whether the disk of the platform or of its database is full: nothing was written, and it may be soon again."""
    if isinstance(trouble, OSError):
        return trouble.errno in (errno.ENOSPC, errno.EDQUOT)
    return getattr(trouble.__cause__, "sqlstate", None) in FULL_DISK if trouble else False


def render_error(request, status, *, reason=""):
    """The error page for a status, with a reference number that stands in the log as well."""
    reference = getattr(request, "reference", None) or secrets.token_hex(4).upper()
    title, happened, next_step = WORDS.get(status, WORDS[500])
    log.warning("error page", extra={"status": status, "reference": reference})
    said = {"status": status, "title": title, "happened": reason or happened, "next_step": next_step}
    answer = render(request, "ui/error.html", said | {"reference": reference}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def bad_request(request, exception):
    """400; 413 for a form or file beyond what is taken."""
    return render_error(request, 413 if isinstance(exception, TOO_LARGE) else 400)


def forbidden(request, exception):
    """403, with the reason where the code gave one to read."""
    return render_error(request, 403, reason=str(exception))


def not_found(request, exception):
    """404: also the answer for what may not be seen."""
    return render_error(request, 404)


def too_many(request):
    """429 of the sign-in limits, with the time to wait; allauth asks for it by the name handler429."""
    answer = render_error(request, 429)
    answer["Retry-After"] = str(WAIT_S)
    return answer


def csrf_failure(request, reason=""):
    """403 when the form's token is missing or old."""
    return render_error(request, 403)


def server_error(request):
    """500, or 503 while the database is away; drawn without database, session or person: one may be what failed."""
    reference = getattr(request, "reference", None) or secrets.token_hex(4).upper()
    trouble = sys.exc_info()[1]
    full = is_full(trouble)
    status = 503 if full or isinstance(trouble, AWAY) else 500
    log.error("error page", extra={"status": status, "reference": reference, "full": full})
    title, happened, next_step = FULL if full else WORDS[status]
    said = {
        "status": status,
        "title": title,
        "happened": happened,
        "next_step": next_step,
        "reference": reference,
    }
    answer = render(None, "ui/error_plain.html", said, status=status)
    if status == 503:
        answer["Retry-After"] = str(AWAY_RETRY_S)
    return answer
