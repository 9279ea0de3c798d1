"""Providers and their credit files: open to everybody; a provider is a body, never a resident."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from linli.plans.queries.providers import provider_files, providers_in
from linli.ui.routes import public


@require_safe
@public
def provider_list(request):
    """The providers of elder care, childcare, housework and property services with their grades."""
    return render(request, "plans/provider_list.html", {"page": providers_in(request.GET.get("field", ""))})


@require_safe
@public
def provider_file(request, pk):
    """One provider: the facts of its file, its grade, and how to object or ask for a repair."""
    found = get_object_or_404(provider_files(), pk=pk)
    return render(request, "plans/provider_file.html", {"provider": found, "entries": found.entries.all()})
