"""Pages about what goes on inside facilities, and how evenly things are spread."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from linli.kernel import clock
from linli.ui.costs import LIVE, NEAR
from linli.ui.lists import read_words
from linli.ui.routes import costly, needs, public

from .. import rules
from ..models import Facility
from ..queries import balance as balances
from ..queries import inside


@costly(NEAR)
@public
@require_safe
def hub(request, code):
    """The front desk of a facility: who asks for something is sent to the right desk in one step."""
    facility = get_object_or_404(
        Facility.objects.visible_to(request.user).select_related("kind", "place"), code=code
    )
    words = read_words(request.GET)
    context = {"facility": facility, "words": words, **inside.hub_of(facility, clock.today(), words)}
    return render(request, "facilities/hub.html", context)


@costly(LIVE)
@needs(rules.GAPS)
@require_safe
def balance(request):
    """How evenly facilities, workers and services lie over towns, villages and districts."""
    ground = balances.ground_of(request.user)
    if ground is None:
        raise Http404
    context = {
        "ground": ground,
        "lines": balances.balance_of(ground),
        "levels": balances.elder_levels(ground),
    }
    return render(request, "facilities/balance.html", context)
