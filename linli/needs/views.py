"""Pages of the three lists: open to everybody without anybody's words, and what staff add to them."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.ui.lists import listing
from linli.ui.routes import needs, public

from . import rules
from .actions import list_need, offer_resource, set_up_project
from .forms import NeedForm, ProjectForm, ResourceForm
from .queries import kind_names, needs_in_public, projects, resources

LISTS = {"needs": needs_in_public, "resources": resources, "projects": projects}


@public
@require_safe
def three_lists(request):
    chosen = request.GET.get("list", "needs")
    chosen = chosen if chosen in LISTS else "needs"
    found = listing(request.GET, LISTS[chosen]())
    names = kind_names()
    if chosen != "needs":
        for one in found.page.object_list:
            one.kind_name = names.get(one.kind, "")
    titles = {"needs": _("居民需求"), "resources": _("服务资源"), "projects": _("民生项目")}
    tabs = [
        {"title": title, "url": f"{reverse('need-lists')}?list={name}", "current": name == chosen}
        for name, title in titles.items()
    ]
    may_list = request.user.is_authenticated and request.user.may(rules.LIST)
    page = {"listing": found, "tabs": tabs, "row": f"needs/_{chosen}_row.html", "may_list": may_list}
    return render(request, "needs/three_lists.html", page)


def entry(request, form_class, title, store):
    """A page with one form; what it holds is stored and shown on its list."""
    try:
        form = form_class(request.POST or None, by=request.user)
        if form.is_valid() and request.user.may(rules.LIST, at=form.cleaned_data["place"]):
            store(by=request.user, **form.cleaned_data)
            messages.success(request, _("已列入清单。"))
            return redirect("need-lists")
    except LookupError as trouble:
        messages.error(request, str(trouble))
        return redirect("need-lists")
    status = 422 if form.is_bound else 200
    return render(request, "needs/entry.html", {"form": form, "title": title}, status=status)


@needs(rules.LIST)
@require_http_methods(["GET", "POST"])
def need_new(request):
    return entry(request, NeedForm, _("登记居民需求"), list_need)


@needs(rules.LIST)
@require_http_methods(["GET", "POST"])
def resource_new(request):
    return entry(request, ResourceForm, _("登记服务资源"), offer_resource)


@needs(rules.LIST)
@require_http_methods(["GET", "POST"])
def project_new(request):
    return entry(request, ProjectForm, _("登记民生项目"), set_up_project)
