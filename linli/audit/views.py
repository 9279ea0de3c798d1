from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import render
from django.views.decorators.http import require_safe

from linli.ui.routes import needs

from .actions import record
from .forms import EntryFilter
from .queries import entries_for
from .rules import READ
from .titles import thing_title, title_of


@needs(READ)
@require_safe
@transaction.atomic
def entry_list(request):
    """The auditor's list; looking at it is recorded too."""
    form = EntryFilter(request.GET)
    if not form.is_valid():
        return render(request, "audit/entry_list.html", {"form": form}, status=422)
    asked = {name: str(value) for name, value in form.cleaned_data.items() if value}
    record("audit.read", by=request.user, detail={"filters": sorted(asked)})
    page = Paginator(entries_for(request.user, form.cleaned_data), 50).get_page(request.GET.get("page"))
    for entry in page:
        entry.title, entry.thing = title_of(entry.act), thing_title(entry.thing_kind)
    return render(request, "audit/entry_list.html", {"form": form, "page": page})
