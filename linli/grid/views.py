"""One page: three taps from the navigation to the report."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.files.actions import FileRefused, store
from linli.ui.offline import from_devices
from linli.ui.routes import needs

from .actions import report_event
from .forms import PHOTOS, EventForm
from .rules import REPORT


@from_devices
@needs(REPORT)
@require_http_methods(["GET", "POST"])
def report(request):
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    try:
        form = EventForm(*sent, by=request.user)
        if form.is_valid():
            told = form.cleaned_data
            told["files"] = [store(one, by=request.user, purpose=PHOTOS) for one in told["files"]]
            case = report_event(by=request.user, settled="settled" in request.POST, **told)
            messages.success(request, _("已上报 %(number)s，结果会告诉您。") % {"number": case.number})
            return redirect("case-detail", case.number)
    except FileRefused as refused:
        form.add_error("files", refused)
    except LookupError as trouble:
        raise Http404(str(trouble)) from None
    return render(request, "grid/report.html", {"form": form}, status=422 if form.is_bound else 200)
