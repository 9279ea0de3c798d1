"""Pages about outlets: applications to be listed, the walk-through on a phone."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from linli.places.models import Place
from linli.ui import lists
from linli.ui.routes import needs, public

from .. import rules, walking
from ..actions.entering import answer_entry, ask_entry
from ..forms import EntryAnswerForm, EntryForm, wanted_kind
from ..models import Entry
from ..outlet_rules import outlet_rules_at


@public
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request):
    """An outlet asks to be listed; no account is needed."""
    communities = Place.objects.current().communities()
    place = get_object_or_404(communities, code=request.GET.get("community", ""))
    form = EntryForm(request.POST if request.method == "POST" else None, initial=wanted_kind(request.GET))
    if form.is_bound and form.is_valid():
        user = request.user if request.user.is_authenticated else None
        try:
            ask_entry(by=user, place=place, **form.facts())
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("已收到，社区会来核实。"))
            return redirect(f"{reverse('reach-near')}?community={place.code}")
    context = {"form": form, "place": place, "book": outlet_rules_at(place)}
    return render(request, "reach/entry.html", context, status=422 if form.is_bound else 200)


@needs(rules.VERIFY)
@require_http_methods(["GET", "HEAD", "POST"])
def entries(request):
    """Applications nobody has answered yet, the oldest first."""
    waiting = Entry.objects.waiting().filter(request.user.scope(rules.VERIFY, "place"))
    if request.method == "POST":
        form = EntryAnswerForm(request.POST, entries=waiting)
        if form.is_valid():
            _answer(request, **form.cleaned_data)
            return redirect("reach-entries")
        messages.error(request, _("没有记下：请重新选择。"))
    rows = waiting.select_related("place", "kind").order_by("pk")
    return render(request, "reach/entries.html", {"listing": lists.listing(request.GET, rows)})


def _answer(request, *, entry, accepted, answer):
    try:
        answer_entry(entry, by=request.user, accepted=accepted, answer=answer)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已处理。"))


@public  # the page itself holds nothing; what it shows lies on the phone of who was signed in
@require_safe
def walk(request):
    return render(request, "reach/walk.html")


@needs(rules.VERIFY)
@require_GET
def walk_for_device(request):
    """The outlets that want a look, for the phone."""
    return JsonResponse(walking.walk_as_json(request), json_dumps_params={"ensure_ascii": False})


@needs(rules.VERIFY)
@require_POST
def walk_send(request):
    """One line of a phone's outbox."""
    told, status = walking.take_line(request)
    return JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})
