"""Before and after."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from linli.ui.costs import LIVE
from linli.ui.routes import costly, needs

from .. import rules
from ..models import Run
from ..queries.comparing import earlier_than, shifts_of
from ..queries.gaps import GROUP_WORDS, newest_run


@costly(LIVE)
@needs(rules.VIEW)
@require_safe
def compare(request):
    """A run beside another of the same area and walker."""
    run = newest_run(request.user, pk=request.GET.get("run", ""))
    if run is None:
        raise Http404
    earlier = earlier_than(run, Run.objects.visible_to(request.user))
    asked, group = request.GET.get("with", ""), request.GET.get("group", "all")
    before = next((one for one in earlier if str(one.pk) == asked), earlier[0] if earlier else None)
    shifts = shifts_of(before, run, group if group in GROUP_WORDS else "all") if before else []
    page = {"run": run, "before": before, "earlier": earlier, "shifts": shifts}
    return render(request, "reach/compare.html", page)
