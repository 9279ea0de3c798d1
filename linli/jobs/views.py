from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from procrastinate.contrib.django.models import ProcrastinateJob

from linli.ui.lists import listing
from linli.ui.routes import needs, signed_in

from .actions import try_again
from .models import LongJob
from .queries import dead_letters, overview
from .rules import OPERATE


@require_safe
@needs(OPERATE)
def job_list(request):
    """The machine room: how the queue stands, long jobs, what could not be done."""
    dead = listing(request.GET, dead_letters())
    return render(request, "jobs/job_list.html", {"overview": overview(), "listing": dead})


@require_POST
@needs(OPERATE)
def job_try_again(request, job):
    """Queue a dead letter once more."""
    get_object_or_404(ProcrastinateJob, pk=job)
    if try_again(job, by=request.user):
        messages.success(request, _("已重新排队。"))
    else:
        messages.info(request, _("这个任务已经不在未完成之列。"))
    return redirect("job-list")


@require_safe
@signed_in
def long_job(request, pk):
    """How far a long job is; the part that htmx asks for again while it runs."""
    job = get_object_or_404(LongJob.objects.visible_to(request.user), pk=pk)
    template = "jobs/_long_job.html" if request.htmx else "jobs/long_job.html"
    return render(request, template, {"job": job})
