"""Is the platform well: for load balancers (/healthz, /readyz), operators (/health/, `linli health`), /metrics."""

import sys

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.jobs.rules import OPERATE
from linli.ui.routes import needs, public

from .findings import database, findings
from .metrics import CONTENT_TYPE, exposition, may_read

PLAIN = "text/plain; charset=utf-8"
TITLES = {
    "database": _("数据库"),
    "disk": _("磁盘"),
    "restore": _("恢复"),
    "libraries": _("第三方组件"),
    "jobs": _("后台任务"),
    "messages": _("消息"),
    "clocks": _("时钟"),
    "audit chain": _("审计链"),
    "corrections": _("数据更正"),
    "devices": _("设备"),
    "last backup": _("最近备份"),
    "last drill": _("最近恢复演练"),
    "last verify": _("最近核验"),
}


@public
@require_safe
@never_cache
def healthz(request):
    """The process answers."""
    return HttpResponse("ok", content_type=PLAIN)


@public
@require_safe
@never_cache
def readyz(request):
    """The process can serve: the database answers. Says no more than that to strangers (W4)."""
    well = database().well
    return HttpResponse("ok" if well else "not ready", content_type=PLAIN, status=200 if well else 503)


@needs(OPERATE)
@require_safe
@never_cache
def health(request):
    """Each thing that was looked at, for operators."""
    found = [(TITLES[one.name], one) for one in sorted(findings(), key=lambda one: one.well)]
    return render(request, "config/health.html", {"found": found})


@public  # a monitoring system has no account: it shows a token of its own; to all others there is nothing here
@require_safe
@never_cache
def metrics(request):
    """Prometheus text: the state of queue, messages, disk and operations; nobody's data."""
    if not may_read(request):
        raise Http404
    return HttpResponse(exposition(), content_type=CONTENT_TYPE)


def main(words: list[str]) -> int:
    with translation.override("en"):  # as everything else the command says
        found = findings()
    for finding in found:
        sys.stdout.write(f"{'✓' if finding.well else '✗'} {finding.name}: {finding.words}\n")
    return 0 if all(finding.well for finding in found) else 1
